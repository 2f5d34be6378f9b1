"""Texts of a megabyte: refused by the database; of those that are there already the beginning is read."""

import tracemalloc

import psycopg
import pytest

from config.bounds import LONGEST_JSON, LONGEST_TEXT
from jobs.model import Unreadable
from tests.contract.store.test_arrivals import arrival, fresh
from tests.support.clock import NOON
from tests.unit.store.house import House, RefusedError
from worker.store.records import Taken

MEGABYTE = 1_000_000
BOUNDS = {
    **dict.fromkeys(("title", "starts_at", "account", "entry", "doors", "go_live", "room"), LONGEST_TEXT),
    **dict.fromkeys(("meeting", "hosts"), LONGEST_JSON),
}


@pytest.mark.parametrize("column", BOUNDS)
def test_a_text_that_is_too_long_is_refused_by_name(house: House, column: str) -> None:
    house.insert("fits", **{column: "x" * BOUNDS[column]})
    with pytest.raises(RefusedError, match=f"the {column} of a broadcast has"):
        house.insert("long", **{column: "x" * (BOUNDS[column] + 1)})
    with pytest.raises(RefusedError, match=f"the {column} of a broadcast has"):
        house.sql(f"UPDATE broadcasts SET {column} = ?", "x" * MEGABYTE)  # noqa: S608 - a column's name


def test_what_follows_a_nul_counts_too(house: House) -> None:
    """SQLite's own length() ends there; PostgreSQL takes no NUL."""
    with pytest.raises((RefusedError, ValueError, psycopg.Error)):
        house.insert("long", title="x\0" + "x" * MEGABYTE)
    assert house.sql("SELECT id FROM broadcasts") == []


def filled(house: House, count: int) -> None:
    """Have rows there that were written before there were bounds."""
    on_server = "postgresql" in house.url
    house.sql(
        "ALTER TABLE broadcasts DISABLE TRIGGER broadcasts_bounded"
        if on_server
        else "DROP TRIGGER broadcasts_bounded"
    )
    for number in range(count):
        house.insert(f"long-{number:03}", title="x" * MEGABYTE)
    if on_server:
        house.sql("ALTER TABLE broadcasts ENABLE TRIGGER broadcasts_bounded")


async def test_a_hundred_rows_of_a_megabyte_cost_no_memory_and_keep_nothing_waiting(house: House) -> None:
    filled(house, 100)
    house.insert("show")
    tracemalloc.start()
    try:
        found = await fresh(house)
        seen = [*await house.store.overview(), *await house.store.existing_broadcasts(NOON)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(found), len(seen)) == (101, 102)
    assert most < 20 * MEGABYTE
    assert await house.store.take_up_many([arrival(each) for each in found]) == [Taken.YES] * 101


async def test_what_was_too_long_already_is_refused_called_off_and_forgotten(house: House) -> None:
    filled(house, 1)
    ((read, _),) = await fresh(house)
    assert isinstance(read, Unreadable)
    assert "title" in read.reason
    assert await house.store.cancel("long-000") == 2
    assert house.sql("SELECT length(title) FROM broadcasts") == [(MEGABYTE,)]
