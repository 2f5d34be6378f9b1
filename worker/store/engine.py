"""Connections to the database, set up as the rest of the package expects."""

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from worker.store.instant import give_clock

BUSY_SECONDS = 1.5
"""So long SQLite waits for a lock that somebody else holds."""


def open_engine(url: str, *, writes: bool, busy: float = BUSY_SECONDS) -> Engine:
    """Return an engine whose connections are not shared. `busy`: seconds to wait for somebody else's lock.

    `writes`: each transaction takes SQLite's write lock as it begins, and none fails half-way for it.

    Raises:
        ValueError: the URL names no database that can be used.
    """
    address = parsed(url)
    options = {"timeout": busy, "check_same_thread": False}
    engine = create_engine(address, poolclass=NullPool, connect_args=options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return engine


def parsed(url: str) -> URL:
    """Return the URL in parts.

    Raises:
        ValueError: it is not one of SQLite's.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise ValueError(f"database {address.get_backend_name()!r}: write sqlite:///PATH")
    return address


def is_in_memory(url: str) -> bool:
    """Whether the database lasts no longer than its connection."""
    return parsed(url).database in (None, "", ":memory:")


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
