"""Locks, damaged pages and full disks."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Connection, text

from tests.unit.store.lanes.numbers import Numbers
from worker.store.errors import StoreUnavailableError


async def test_a_lock_that_is_held_refuses_everything_that_waits_for_it(url: str) -> None:
    numbers = Numbers(url, gather=0.0)
    with closing(sqlite3.connect(numbers.engine.url.database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(*map(numbers.add, range(5)), return_exceptions=True)
    assert [str(each) for each in results] == ["the database does not answer: database is locked"] * 5
    await numbers.lane.close()


async def test_a_write_keeps_others_out_from_its_first_statement(numbers: Numbers) -> None:
    def read_first(connection: Connection) -> None:
        connection.execute(text("SELECT count(*) FROM numbers"))
        with closing(sqlite3.connect(numbers.engine.url.database or "", timeout=0)) as other:
            other.execute("INSERT INTO numbers VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await numbers.lane.call(read_first)


async def test_a_page_that_is_damaged_makes_the_database_unavailable(patient: Numbers) -> None:
    with pytest.raises(StoreUnavailableError, match="malformed"):
        await patient.lane.call(damaged)


def damaged(connection: Connection) -> None:
    """Read through a table whose entry in the catalogue is not one."""
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(text("UPDATE sqlite_master SET rootpage = 9999 WHERE name = 'numbers'"))
    connection.execute(text("PRAGMA writable_schema = RESET"))
    connection.execute(text("SELECT n FROM numbers"))


async def test_a_disk_that_is_full_is_told_and_over_when_there_is_room(patient: Numbers) -> None:
    def limit(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count = 2"))

    def fill(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE big AS SELECT zeroblob(100000)"))

    await patient.lane.call(limit)
    with pytest.raises(StoreUnavailableError, match="full"):
        await patient.lane.call(fill)
    await patient.add(1)
    assert await patient.all() == [1]
