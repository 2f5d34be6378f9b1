"""Connections to SQLite: durable, checking references, and never half-way when a lock is missing."""

import os
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from worker.store.engine.instant import give_clock

FILE = 0o600
"""The mode of a database that is made here: nobody else may open it."""


def open_engine(address: URL, *, writes: bool, busy: float) -> Engine:
    """Return an engine whose connections are not shared. `busy`: seconds to wait for somebody else's lock.

    `writes`: each transaction takes the write lock as it begins, and none fails half-way for it.
    """
    options = {"timeout": busy, "check_same_thread": False}
    engine = create_engine(address, poolclass=NullPool, connect_args=options)
    if address.database not in (None, "", ":memory:"):
        event.listen(engine, "do_connect", partial(_make, Path(address.database or "")))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return engine


def _make(database: Path, *_connection: Any) -> None:
    """Make the file before SQLite does, which would let others read it. Its log and index take its mode."""
    with suppress(OSError):
        os.close(os.open(database.resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.text_factory = _decoded
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}").close()
    give_clock(connection)


def _decoded(raw: bytes) -> str:
    """Bytes that are no UTF-8 spoil their own text, not the whole SELECT."""
    return raw.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
