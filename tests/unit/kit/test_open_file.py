"""A database's name is watched: it has to lead to the file that is open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from worker.kit.open_file import OpenFile


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """Yield a database with a log, open here."""
    path = tmp_path / "cuelight.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE here (it TEXT)")
        connection.commit()
        yield path


def trouble(file: OpenFile) -> str:
    file.trouble()
    return file.trouble()


def test_nothing_is_told_while_everything_is_where_it_was(database: Path) -> None:
    file = OpenFile(database)
    assert trouble(file) == ""
    with closing(sqlite3.connect(database)) as other:
        other.execute("INSERT INTO here VALUES ('x')")
        other.commit()
    assert trouble(file) == ""


def test_another_file_of_its_name_is_told(database: Path) -> None:
    file = OpenFile(database)
    other = database.with_name("other.db")
    other.write_bytes(database.read_bytes())
    other.rename(database)
    assert "was replaced by another file" in trouble(file)


def test_a_link_that_leads_elsewhere_is_told(database: Path) -> None:
    link, other = database.with_name("link.db"), database.with_name("other.db")
    other.touch()
    link.symlink_to(database)
    file = OpenFile(link)
    assert trouble(file) == ""
    link.unlink()
    link.symlink_to(other)
    assert "another file" in trouble(file)


def test_a_database_that_is_gone_is_told(database: Path) -> None:
    file = OpenFile(database)
    database.unlink()
    assert "is gone: No such file" in trouble(file)


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_log_that_is_deleted_while_it_is_open_is_told(database: Path, suffix: str) -> None:
    file = OpenFile(database)
    database.with_name(f"cuelight.db{suffix}").unlink()
    assert file.trouble() == ""
    assert file.trouble() == f"{database}{suffix} was deleted"


def test_a_log_that_sqlite_itself_has_just_deleted_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "cuelight.db"
    for _ in range(2):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS here (it TEXT)")
        assert trouble(OpenFile(path)) == ""
