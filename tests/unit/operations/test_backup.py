"""A backup: one whole file, made while a worker writes, or none."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.databases import contents, grow, leave_as_killed, note, noted, spoil, spoil_deeply, writing
from worker.operations.backup import BackupError, back_up
from worker.store.errors import DamagedError, SchemaError
from worker.store.schema.migration import NEWEST


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return Path(shutil.copy(made, folder))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "copy.db"


@pytest.fixture(autouse=True)
def _folder(file: Path) -> None:
    file.parent.mkdir()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_is_written_meanwhile_waits_for_nothing_and_has_nothing_begun_anew(
    database: Path, file: Path
) -> None:
    grow(database, 4)
    steps: list[tuple[str, int]] = []
    with writing(database) as worker:
        note(worker, "before")

        def told(what: str, done: int, total: int) -> None:
            steps.append((what, round(100 * done / total) if total else 0))
            if len(steps) < 100:
                note(worker, f"meanwhile {len(steps)}")

        back_up(database, file, told=told)
    assert noted(file) == {"before"}
    assert len(noted(database)) == len(steps) + 1
    copied = [share for what, share in steps if what == "copying"]
    assert len(copied) > 3
    assert copied == sorted(set(copied))
    assert copied[-1] == 100
    assert steps[-1] == ("checking", 0)


def test_it_is_complete_in_one_file_that_nobody_else_may_open(database: Path, file: Path) -> None:
    with writing(database) as worker:
        note(worker, "before")
        backup = back_up(database, file)
    assert names(file.parent) == ["copy.db"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (backup.file, backup.bytes, backup.schema) == (file, file.stat().st_size, NEWEST)
    assert file.read_bytes()[18:20] == b"\x01\x01", "SQLite's mark of a file that has no log"
    assert noted(file) == {"before"}
    assert names(file.parent) == ["copy.db"]


def test_the_log_of_a_worker_that_was_killed_is_in_it_and_stays_where_it_was(
    database: Path, file: Path
) -> None:
    leave_as_killed(database, "last")
    before = contents(database.parent)
    back_up(database, file)
    assert noted(file) == {"last"}
    assert contents(database.parent) == before


def test_it_says_when_the_last_of_it_was_written(database: Path, file: Path) -> None:
    assert back_up(database, file).last_at is None
    with writing(database) as worker:
        worker.execute(
            "INSERT INTO workers (id, host, pid, version, started_at, seen_at)"
            " VALUES ('w', 'h', 1, '1', '2026-12-01T12:00:00.000000Z', '2026-12-01T12:00:05.000000Z')"
        )
    last_at = back_up(database, file, replaces=True).last_at
    assert last_at
    assert last_at.isoformat() == "2026-12-01T12:00:05+00:00"


def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(database: Path, file: Path) -> None:
    file.write_text("dear")
    with pytest.raises(BackupError, match="already exists: name another file, or replace it with --force"):
        back_up(database, file)
    assert file.read_text() == "dear"
    back_up(database, file, replaces=True)
    assert noted(file) == set()
    assert names(file.parent) == ["copy.db"]


def test_a_file_that_comes_meanwhile_is_not_replaced(database: Path, file: Path) -> None:
    with pytest.raises(BackupError, match="already exists"):
        back_up(database, file, told=lambda *_: file.touch())
    assert contents(file.parent) == {"copy.db": b""}


@pytest.mark.parametrize(
    "name", ["cuelight.db", "cuelight.db-wal", "cuelight.db-shm", "cuelight.db.lock", "link"]
)
def test_the_databases_own_files_are_never_replaced(database: Path, name: str) -> None:
    database.with_name("link").hardlink_to(database)
    before = contents(database.parent)
    with pytest.raises(BackupError, match="belongs to the database itself"):
        back_up(database, database.with_name(name), replaces=True)
    assert contents(database.parent) == before


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_an_old_log_that_would_be_taken_for_the_backups_own_is_told(
    database: Path, file: Path, suffix: str
) -> None:
    file.with_name(f"copy.db{suffix}").write_text("old")
    with pytest.raises(BackupError, match=f"copy.db{suffix} exists and would.*move it away"):
        back_up(database, file)


@pytest.mark.parametrize(
    ("where", "said"),
    [("nowhere/copy.db", "folder .*nowhere does not exist: create it"), (".", "is not a file: name one")],
)
def test_where_no_file_can_be_is_told(database: Path, file: Path, where: str, said: str) -> None:
    with pytest.raises(BackupError, match=said):
        back_up(database, file.parent / where, replaces=True)


def test_one_that_fails_leaves_nothing_and_what_was_there(database: Path, file: Path) -> None:
    def fail(_what: str, _done: int, _total: int) -> None:
        raise OSError(28, "No space left on device")

    file.write_text("dear")
    with pytest.raises(OSError, match="No space left"):
        back_up(database, file, replaces=True, told=fail)
    assert contents(file.parent) == {"copy.db": b"dear"}


@pytest.mark.parametrize(
    "spoiled", [spoil, spoil_deeply, lambda database: database.write_text("no database " * 1000)]
)
def test_of_a_damaged_database_none_is_made_and_the_cure_is_named(
    database: Path, file: Path, spoiled: Callable[[Path], None]
) -> None:
    spoiled(database)
    before = contents(database.parent)
    with pytest.raises(DamagedError, match=r"cuelight.db is damaged: .*; .*`cuelight restore FILE`"):
        back_up(database, file)
    assert names(file.parent) == []
    assert contents(database.parent) == before


def test_of_what_is_no_database_of_cuelights_none_is_made(tmp_path: Path, file: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("CREATE TABLE broadcasts (id TEXT)")
    with pytest.raises(SchemaError, match="is not a cuelight database"):
        back_up(other, file)
    assert names(file.parent) == []
