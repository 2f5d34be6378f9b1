"""Rules: what they find, and where they end."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule import rule
from jobs.schedule.calendar_days import Days
from jobs.schedule.recurrence import collision, occurrences
from tests.unit.jobs.schedule.recurring import DAY, HOUR, RULES, WALLS, ZONES, at, entry, ids, local


def test_until_is_an_instant_even_when_the_local_clock_reads_later() -> None:
    reached = entry(repeat="FREQ=DAILY;UNTIL=20261202T170000Z")
    missed = entry(repeat="FREQ=DAILY;UNTIL=20261202T165959Z")
    assert (len(ids(reached)), len(ids(missed))) == (2, 1)


def test_until_may_be_a_local_time_or_a_whole_local_day() -> None:
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=20261202T180000"))) == 2
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=20261202T175900"))) == 1
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=2026-12-02"))) == 2


def test_only_what_overlaps_the_asked_time_is_returned() -> None:
    item = entry(repeat="FREQ=DAILY")
    assert ids(item, "2026-12-02T18:00", "2026-12-03T17:00") == []
    assert ids(item, "2026-12-02T17:59", "2026-12-03T17:01") == ["webinar@2026-12-02", "webinar@2026-12-03"]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYHOUR=9;BYSETPOS=5",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3",
        "FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=3",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=24",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=3",
        "FREQ=DAILY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=1;BYMONTH=7",
    ],
)
@pytest.mark.parametrize("year", [2000, 2026, 2199])
def test_a_rule_that_never_fires_is_found_out_in_a_bounded_calendar(text: str, year: int) -> None:
    found = rule.parse(text)
    assert found.first(datetime(year, 1, 1, 18)) is None  # noqa: DTZ001 - a wall time


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the months and longer intervals noted that are looked at."""
    numbers: list[int] = []
    for name in ("of_month", "of_interval"):
        real = getattr(Days, name)

        def noted(self: Days, number: int, real: Callable[[Days, int], list[int]] = real) -> list[int]:
            numbers.append(number)
            return real(self, number)

        monkeypatch.setattr(Days, name, noted)
    return numbers


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=3",
        "FREQ=HOURLY;INTERVAL=14;BYDAY=MO,WE,TH,FR,SU;BYHOUR=3",
        "FREQ=MINUTELY;INTERVAL=30;BYMINUTE=15",
        "FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=3",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=8",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=32",
    ],
)
def test_what_never_meets_is_known_without_looking(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = looked_at(monkeypatch)
    assert rule.parse(text).first(local("2026-12-01T18:00")) is None
    assert looked == []


@pytest.mark.parametrize(
    "text", ["FREQ=YEARLY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=DAILY", "FREQ=HOURLY;INTERVAL=7"]
)
def test_a_far_day_is_found_without_walking_there(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, since = looked_at(monkeypatch), local("2199-12-01T00:00")
    assert next(rule.parse(text).walls(local("2026-12-01T18:00"), since, since + 3 * 366 * DAY)) >= since
    assert len(looked) < 15


def test_a_year_is_looked_at_once_for_each_year_of_the_cycle(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = looked_at(monkeypatch)
    assert rule.parse("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30").first(local("2026-12-01T18:00")) is None
    assert len(looked) == 12 * 400 + 1


def test_nothing_is_looked_for_beyond_four_hundred_years() -> None:
    start, end = local("2026-12-01T18:00"), local("9999-12-31T00:00")
    assert list(rule.parse("FREQ=YEARLY;INTERVAL=401").walls(start, start, end)) == [start]


@given(RULES, WALLS, st.sampled_from(ZONES), st.integers(1, 500), st.integers(1, 500))
def test_looking_in_two_steps_finds_what_one_look_finds(
    text: str, start: datetime, zone: str, hours: int, more: int
) -> None:
    item = entry(start=start, repeat=text, zone=zone)
    begin = start.replace(tzinfo=UTC)
    middle = begin + hours * HOUR
    end = middle + more * HOUR
    whole = {each.broadcast.id for each in occurrences(item, begin, end)}
    parts = {each.broadcast.id for each in occurrences(item, begin, middle)}
    parts |= {each.broadcast.id for each in occurrences(item, middle, end)}
    assert whole == parts


def test_occurrences_that_overlap_collide() -> None:
    assert collision(entry(repeat="FREQ=DAILY", end=25 * HOUR), at("2026-12-01"), at("2027-01-01"))
    assert collision(entry(repeat="FREQ=DAILY", end=24 * HOUR), at("2026-12-01"), at("2027-01-01")) is None
