"""A database opened for looking only: nothing is made, migrated or written, not even beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 3.0
"""So long a lock of somebody else's is waited for."""


class LeftOverError(Exception):
    """Its last changes lie in a log whose index is gone; only a writer can take them in."""


@contextmanager
def looking(database: Path) -> Iterator[Connection]:
    """Open a SQLite database for reading.

    Raises:
        LeftOverError: it cannot be read without writing.
        DBAPIError: it cannot be opened.
    """
    address = f"{database.resolve().as_uri()}?{_mode(database)}"
    engine = create_engine("sqlite://", creator=lambda: _connect(address), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _mode(database: Path) -> str:
    """Return how to open it. A reader of a log makes the log's files, unless somebody else has already."""
    log, index = beside(database, "-wal"), beside(database, "-shm")
    if not log.exists():
        return "mode=ro&immutable=1"
    if not index.exists():
        raise LeftOverError
    return "mode=ro"


def beside(database: Path, suffix: str) -> Path:
    """Return the file of that name beside it."""
    return database.with_name(database.name + suffix)


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection
