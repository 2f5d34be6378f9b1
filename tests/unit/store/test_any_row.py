"""Whatever another system writes into `broadcasts`, every reader lives, and a good row is read as ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, Unreadable
from tests.support.postgres import Postgres
from worker.store.engine.lanes import InlineLane
from worker.store.opening import inline
from worker.store.store import Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
COLUMNS = (
    *("id", "title", "starts_at", "ends_at", "account", "entry", "source", "go_live", "doors", "prepare"),
    *("live_within", "late_start", "end_session", "meeting", "room", "hosts", "cancelled", "operator_fields"),
)
INSTANTS = st.sampled_from(["2026-12-01T12:00Z", "9999-12-31T23:59:59+23:59", "0001-01-01T00:00Z", ""])
WORDS = st.sampled_from(["shared", "at_start", "15m", "1e308d", "NaN", "\0", "-5m", "default", "x" * 300])
TEXTS = st.sampled_from(["{}", "[]", "[{}]", "null", "[[", '{"a":' * 40])
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats()
VALUES = st.none() | NUMBERS | INSTANTS | WORDS | TEXTS | st.text(max_size=20) | st.binary(max_size=20)
ROWS = st.dictionaries(st.sampled_from(COLUMNS), VALUES, max_size=8)
GOOD = {"id": "good", "title": "Good", "starts_at": "2026-12-01T12:00Z", "ends_at": "2026-12-01T13:00Z"}


def beside(store: Store) -> sqlite3.Connection:
    """Return the connection as another system would have one."""
    lane = store._writes
    assert isinstance(lane, InlineLane)
    raw = lane._link.connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def insert(store: Store, row: dict[str, Any]) -> None:
    statement = f"INSERT INTO broadcasts ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608  Columns.
    with suppress(sqlite3.IntegrityError, sqlite3.DataError, UnicodeEncodeError, OverflowError):
        beside(store).execute(statement, tuple(row.values()))


def forget_all_but_good(store: Store) -> None:
    """Nobody deletes a broadcast, but a test may."""
    raw = beside(store)
    kept = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%DELETE ON%'"
    )
    for name, _ in (triggers := kept.fetchall()):
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("DELETE FROM unheeded WHERE broadcast_id IS NOT 'good'")
    raw.execute("DELETE FROM broadcasts WHERE id IS NOT 'good'")
    for _, sql in triggers:
        raw.execute(sql)


STORE = inline()
insert(STORE, GOOD)


@given(ROWS)
async def test_no_row_blinds_a_reader_or_harms_another(row: dict[str, Any]) -> None:
    insert(STORE, {"id": "bad", "title": "Bad", "starts_at": "x", "ends_at": "y"} | row)
    await all_live(STORE)
    forget_all_but_good(STORE)


async def all_live(store: Store) -> None:
    """Have every reader read, and find the good row."""
    changed = [each.broadcast_id for each in await store.unheeded()]
    assert "good" in changed
    for broadcast_id in changed:
        fresh = await store.fresh(broadcast_id)
        assert fresh is None or isinstance(fresh[0], Broadcast | Unreadable)
    good = await store.fresh("good")
    assert good
    assert isinstance(good[0], Broadcast)
    assert good in await store.fresh_many(changed)
    assert "good" in [each.id for each in await store.overview()]
    existing = await store.existing_broadcasts(NOON - timedelta(days=1))
    assert "good" in [each.broadcast.id for each in existing]


@dataclass
class Server:
    """A store on PostgreSQL, and another system's connection."""

    store: Store
    other: psycopg.Connection

    def insert(self, row: dict[str, Any]) -> None:
        columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        statement = f"INSERT INTO broadcasts ({columns}) VALUES ({marks})"  # noqa: S608  Columns.
        with suppress(psycopg.Error, UnicodeEncodeError):
            self.other.execute(statement.encode(), list(row.values()))

    def forget_all_but_good(self) -> None:
        self.other.execute("UPDATE broadcasts SET source = 'forgotten' WHERE id <> 'good'")
        self.other.execute("DELETE FROM broadcasts WHERE id <> 'good'")
        self.other.execute("DELETE FROM unheeded WHERE broadcast_id <> 'good'")


@pytest.fixture(scope="module")
def server(postgres: Postgres) -> Iterator[Server]:
    with (
        postgres.database() as name,
        closing(psycopg.connect(postgres.dsn(name), autocommit=True)) as other,
    ):
        server = Server(inline(postgres.url(name), patience=60), other)
        server.insert(GOOD)
        yield server


@given(
    st.dictionaries(st.sampled_from(COLUMNS), VALUES.map(lambda each: each if each is None else str(each)))
)
async def test_nor_does_any_that_postgresql_takes(server: Server, row: dict[str, Any]) -> None:
    server.insert({"id": "bad", "title": "Bad", "starts_at": "x", "ends_at": "y"} | row)
    await all_live(server.store)
    server.forget_all_but_good()
