"""SQLite files of cuelight's to back up, to restore and to spoil."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from worker.store.schema.migration import migrate, revision_on, transaction


@cache
def _migrated() -> Path:
    """Return a file as the migrations leave it, made once in each process of a run of tests."""
    folder = tempfile.mkdtemp(prefix="cuelight-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "cuelight.db")
    migrate(f"sqlite:///{path}")
    return path


def fresh(path: Path) -> str:
    """Make a file as migrating it would, which takes 0.1 s; return its address."""
    shutil.copyfile(_migrated(), path)
    return f"sqlite:///{path}"


@contextmanager
def writing(database: Path) -> Iterator[sqlite3.Connection]:
    """Have a connection that writes as a worker does, and never waits."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        yield connection


def note(database: sqlite3.Connection, *notes: str) -> None:
    """Write something that can be found again."""
    database.execute("BEGIN")
    rows = [(each, each) for each in notes]
    database.executemany("INSERT INTO installation (name, value) VALUES (?, ?)", rows)
    database.execute("COMMIT")


def noted(database: Path) -> set[str]:
    """Return what was noted, as whoever opens the database finds it."""
    with closing(sqlite3.connect(database)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert said == "ok"
        rows = connection.execute("SELECT name FROM installation WHERE name = value").fetchall()
    return {name for (name,) in rows}


def grow(database: Path, megabytes: int) -> None:
    """Make it large enough to be copied in several steps."""
    with writing(database) as connection:
        connection.execute("BEGIN")
        row = ("x", "2026-12-01T12:00:00.000000Z", "x", "x", "x" * 1000)
        connection.executemany(
            "INSERT INTO journal (run_id, at, kind, who, why) VALUES (?, ?, ?, ?, ?)",
            [row] * 1000 * megabytes,
        )
        connection.execute("COMMIT")


def leave_as_killed(database: Path, *notes: str) -> None:
    """Write, and leave file and log as a killed worker does: the last changes are in the log alone."""
    at_once = database.with_name("at-once")
    with writing(database) as connection:
        note(connection, *notes)
        shutil.copy(database, at_once)
        log = database.with_name(f"{database.name}-wal").read_bytes()
    at_once.replace(database)
    database.with_name(f"{database.name}-wal").write_bytes(log)


def spoil(database: Path, page: int = 2, pages: int = 20) -> None:
    """Write over some of its pages."""
    with database.open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"x" * 4096 * pages)


def spoil_deeply(database: Path) -> None:
    """Write over a page that only whoever looks at every row comes by."""
    grow(database, 1)
    spoil(database, page=database.stat().st_size // 4096 - 100, pages=1)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies there, without indexes of logs, which are made anew, and without the lock."""
    files = [each for each in folder.iterdir() if each.is_file()]
    return {each.name: each.read_bytes() for each in files if not each.name.endswith(("-shm", ".lock"))}


def schema_of(url: str) -> str | None:
    """Return the version of a database's schema; None if nothing was ever made there."""
    with transaction(url, writes=False) as connection:
        return revision_on(connection)
