"""A damaged file is refused before anything is done with it, and is left as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.clock import HandClock
from worker.store.engine.soundness import refuse_damaged
from worker.store.errors import DamagedError
from worker.store.schema.migration import migrate


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "cuelight.db"
    migrate(f"sqlite:///{path}")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies there, without the index of a log, which is made anew."""
    return {each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith("-shm")}


def refusal(database: Path) -> str:
    before = contents(database.parent)
    with pytest.raises(DamagedError) as caught:
        refuse_damaged(database)
    assert contents(database.parent) == before
    return str(caught.value)


def spoil(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"x" * 4096 * 20)


def fill(database: Path, name: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for number in range(3000):
            row = (f"{name}-{number}", "0", name * 9)
            connection.execute("INSERT INTO installation (name, value) VALUES (?, ?)", (row[0], row[2]))
        connection.execute("COMMIT")


def test_a_sound_database_is_taken_and_left_as_it_was(database: Path) -> None:
    before = contents(database.parent)
    refuse_damaged(database)
    assert contents(database.parent) == before


@pytest.mark.parametrize("there", [True, False])
def test_a_database_that_is_yet_to_be_made_is_taken(tmp_path: Path, *, there: bool) -> None:
    database = tmp_path / "new.db"
    if there:
        database.touch()
    refuse_damaged(database)
    assert database.exists() is there


def test_a_damaged_database_is_refused_and_named_with_the_cure(database: Path) -> None:
    spoil(database)
    said = refusal(database)
    assert said.startswith(f"{database} is damaged: ")
    assert "restore a backup: `cuelight restore FILE`" in said


def test_what_is_no_database_is_refused(database: Path) -> None:
    database.write_text("not a database " * 1000)
    assert "file is not a database" in refusal(database)


def test_a_log_that_an_older_backup_was_put_beside_is_not_taken_in(database: Path) -> None:
    fill(database, "before")
    backup = database.read_bytes()
    with closing(sqlite3.connect(database, isolation_level=None)) as open_until_killed:
        open_until_killed.execute("PRAGMA wal_autocheckpoint = 0")
        fill(database, "then")
        open_until_killed.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        fill(database, "later")
        log = database.with_name("cuelight.db-wal").read_bytes()
    database.write_bytes(backup)
    database.with_name("cuelight.db-wal").write_bytes(log)
    assert "cuelight.db-wal probably belongs to another database" in refusal(database)


def test_a_log_that_alone_is_wrong_is_named(database: Path) -> None:
    fill(database, "before")
    whole = database.read_bytes()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'journal'")
        log = database.with_name("cuelight.db-wal").read_bytes()
    database.write_bytes(whole)
    database.with_name("cuelight.db-wal").write_bytes(log)
    said = refusal(database)
    assert "without its log it is intact, so cuelight.db-wal probably belongs to another database" in said
    database.with_name("cuelight.db-wal").unlink()
    database.with_name("cuelight.db-shm").unlink()
    refuse_damaged(database)


class Racing(HandClock):
    """A clock on which a second has passed at every look."""

    def monotonic(self) -> float:
        self.move(1.0)
        return super().monotonic()


def test_it_is_looked_at_for_no_longer_than_a_second(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE much (it TEXT)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO much VALUES (?)", [("x",)] * 30_000 + [(None,)])
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'it TEXT', 'it TEXT NOT NULL')")
        connection.execute("COMMIT")
    assert "NULL value in much.it" in refusal(database)
    refuse_damaged(database, Racing())
