"""A copy of a SQLite database as it is at one instant, complete in one file, made while others write.

All of it is read in one transaction. With a write-ahead log that keeps nobody from writing, and what is
written meanwhile stays out. To let go of the database between a few pages and the next would keep nobody
either, but has SQLite begin anew at each write of another process, and a worker writes every few seconds.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp

from worker.store.engine.soundness import BUSY_SECONDS, has_log, is_damage
from worker.store.errors import DamagedError, StoreUnavailableError

PAGES = 256
"""Pages that are copied in one go, a megabyte: between two of them it is told how far it is."""
SYNCED_EVERY = 16
"""So many of these are brought to the disk at once: all in the end would keep a slow disk from a worker."""
LOGS = ("-wal", "-journal")
"""What may hold changes of a database that are not in its file yet."""
OF_A_DATABASE = ("", *LOGS, "-shm")
"""The files that one may consist of, by how their names end."""

Told = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is; of 0: nobody knows."""


def untold(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def copy(address: str, target: Path, told: Told = untold) -> None:
    """Copy all that is in a database, its log included, into an empty file, and have it on the disk.

    `address`: `at_rest`, or `in_use` where others write.

    Raises:
        DamagedError: the one is damaged; the error says how.
        StoreUnavailableError: the one cannot be read, or the other cannot be written.
        OSError: it could not be brought to the disk.
    """
    try:
        with closing(_open(address)) as source, closing(_open_new(target)) as copied:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with _steps(target, told) as step:
                source.backup(copied, pages=PAGES, progress=step)
            copied.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.Error as error:
        if is_damage(error):
            raise DamagedError(str(error)) from None
        raise StoreUnavailableError(f"it cannot be copied: {error}") from None
    sync(target)


@contextmanager
def _steps(target: Path, told: Told) -> Iterator[Callable[[int, int, int], None]]:
    """Have something that is called after each step: it tells how far it is, and brings it to the disk."""
    descriptor = os.open(target, os.O_RDONLY | os.O_CLOEXEC)
    steps = itertools.count(1)

    def step(_status: int, left: int, total: int) -> None:
        if not next(steps) % SYNCED_EVERY:
            os.fsync(descriptor)
        told("copying", total - left, total)

    try:
        yield step
    finally:
        os.close(descriptor)


def keep_log(database: Path) -> None:
    """Have a file that nobody else knows of yet write to a log from now on, so that readers hold up nobody.

    Raises:
        StoreUnavailableError: it cannot be written.
        OSError: it could not be brought to the disk.
    """
    try:
        with closing(_open_new(database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.Error as error:
        raise StoreUnavailableError(f"{database} cannot be written: {error}") from None
    sync(database)


def in_use(database: Path) -> str:
    """Return the address by which a database is read that others may write meanwhile.

    The log of a worker that was killed is read, and neither taken in nor deleted.
    """
    return f"{database.resolve().as_uri()}?mode={'ro' if has_log(database) else 'rw'}"


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _open_new(target: Path) -> sqlite3.Connection:
    """Open what nobody else knows of yet: it is brought to the disk once, when it is whole."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


@contextmanager
def new_beside(file: Path, word: str) -> Iterator[Path]:
    """Have a new file beside another, which nobody else may open; it goes in the end, unless it is renamed.

    Raises:
        OSError: none can be made there.
    """
    descriptor, name = mkstemp(prefix=f"{file.name}.{word}-", dir=file.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for suffix in OF_A_DATABASE:
            Path(f"{name}{suffix}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk.

    Raises:
        OSError: the disk did not take it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
