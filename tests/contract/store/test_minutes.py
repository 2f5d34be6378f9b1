"""Minutes on the air, summed up by the database: as begun, and only those between two instants."""

from datetime import datetime, timedelta

import pytest

from jobs.month import begun_minutes
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SINCE, UNTIL = NOON - 24 * HOUR, NOON + 24 * HOUR
LONG_AGO = {"starts_at": "2026-01-01T18:00Z", "ends_at": "2026-01-01T19:00Z"}


def written(instant: datetime | None) -> str | None:
    return f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}" if instant else None


async def aired(house: House, name: str, live_at: datetime, off_at: datetime | None) -> None:
    """Have a broadcast that was wanted long ago, and was on the air then."""
    await house.taken_up(name, **LONG_AGO)
    statement = "UPDATE runs SET state = ?, live_at = ?, off_at = ? WHERE id = ?"
    state = "live" if name == "on" else "ended"
    house.sql(statement, state, written(live_at), written(off_at), name)


def wanted(house: House, name: str, starts_at: datetime, ends_at: datetime, **others: object) -> None:
    house.insert(name, starts_at=written(starts_at), ends_at=written(ends_at), **others)


async def minutes(house: House) -> tuple[int, int]:
    return await house.store.minutes(SINCE, NOON, UNTIL)


async def test_where_nothing_was_or_is_to_be_there_are_none(house: House) -> None:
    assert await minutes(house) == (0, 0)


@pytest.mark.parametrize(
    "length", [SECOND / 1000, SECOND, MINUTE, MINUTE + SECOND, HOUR, 3 * HOUR + SECOND / 2]
)
async def test_minutes_are_counted_as_begun(house: House, length: timedelta) -> None:
    begin = NOON - 5 * HOUR + SECOND / 3
    await aired(house, "a", begin, begin + length)
    assert await minutes(house) == (begun_minutes(begin, begin + length), 0)


async def test_what_aired_counts_for_the_part_between_and_what_goes_on_until_now(house: House) -> None:
    await aired(house, "over", SINCE - HOUR, SINCE + 10 * MINUTE)
    await aired(house, "before", SINCE - HOUR, SINCE)
    await aired(house, "on", NOON - 20 * MINUTE, None)
    await aired(house, "both", NOON - 3 * HOUR, NOON - 2 * HOUR)
    assert await minutes(house) == (10 + 20 + 60, 0)


async def test_what_is_over_and_was_never_seen_to_go_off_counts_until_it_was_over(house: House) -> None:
    await aired(house, "copied", NOON - 3 * HOUR, None)
    house.sql("UPDATE runs SET entered_at = ? WHERE id = ?", written(NOON - 2 * HOUR), "copied")
    assert await minutes(house) == (60, 0)


async def test_what_is_planned_counts_for_the_part_between_unless_it_is_cancelled_or_over(
    house: House,
) -> None:
    wanted(house, "fresh", NOON + HOUR, NOON + 2 * HOUR)
    wanted(house, "on", NOON - HOUR, NOON + 30 * MINUTE)
    wanted(house, "at-the-end", UNTIL - 5 * MINUTE, UNTIL + HOUR)
    wanted(house, "later", UNTIL, UNTIL + HOUR)
    wanted(house, "gone", NOON - HOUR, NOON)
    assert await minutes(house) == (0, 60 + 30 + 5)
    house.sql("UPDATE broadcasts SET cancelled = TRUE WHERE id = ?", "fresh")
    assert await minutes(house) == (0, 30 + 5)


@pytest.mark.parametrize("state", ["ended", "missed", "cancelled", "rejected", "stopping"])
async def test_what_is_over_or_cannot_run_is_planned_no_more(house: House, state: str) -> None:
    await house.taken_up("a", starts_at=written(NOON - HOUR), ends_at=written(NOON + HOUR))
    assert await minutes(house) == (0, 60)
    house.sql("UPDATE runs SET state = ? WHERE id = ?", state, "a")
    assert await minutes(house) == (0, 0)


async def test_a_window_that_nobody_can_read_is_not_counted(house: House) -> None:
    house.insert("bad", starts_at="soon", ends_at="late")
    wanted(house, "good", NOON + HOUR, NOON + 2 * HOUR)
    assert await minutes(house) == (0, 60)
