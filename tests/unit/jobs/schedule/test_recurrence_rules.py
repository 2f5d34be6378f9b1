"""Rules: what they find, where they end, and which are refused."""

from datetime import UTC, datetime
from itertools import takewhile

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule import rule
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
        "FREQ=DAILY;BYSETPOS=5",
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


def test_nothing_is_looked_for_beyond_four_hundred_years() -> None:
    start, end = local("2026-12-01T18:00"), local("9999-12-31T00:00")
    assert list(rule.parse("FREQ=YEARLY;INTERVAL=390").walls(start, start, end)) == [start]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "NAME=VALUE"),
        ("WEEKLY", "NAME=VALUE"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=FORTNIGHTLY", "write one of YEARLY"),
        ("FREQ=SECONDLY", "too frequent"),
        ("FREQ=MINUTELY", "too frequent"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
        ("FREQ=DAILY;BYDAYS=MO", "BYDAYS is not a part of a rule"),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND is not a part of a rule"),
        ("FREQ=DAILY;INTERVAL=0", "a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=x", "a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "a number from 1 to 1000"),
        ("FREQ=DAILY;COUNT=-1", "a number from 1"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "cannot be combined"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230"),
        ("FREQ=DAILY;UNTIL=20270101T240000", "a date 20270630"),
        ("FREQ=DAILY;UNTIL=tomorrow", "a date 20270630"),
        ("FREQ=WEEKLY;BYDAY=1MO", "needs FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "'XX' is not a weekday"),
        ("FREQ=YEARLY;BYDAY=54MO", "is not a weekday"),
        ("FREQ=YEARLY;BYMONTHDAY=0", "count from 1"),
        ("FREQ=YEARLY;BYMONTH=13", "a number from 1 to 12"),
        ("FREQ=HOURLY;BYMINUTE=0,15,30", "fires 72 times a day, 48 at most"),
        ("FREQ=DAILY\nDTSTART:20260101", "write one of"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_part_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule.parse(text)


@given(RULES, WALLS, st.integers(0, 900), st.integers(0, 60))
def test_skipping_ahead_finds_what_dateutil_finds_from_the_start(
    text: str, start: datetime, skip: int, span: int
) -> None:
    since, to = start + skip * DAY, start + (skip + span) * DAY
    everything = rrule.rrulestr(text, dtstart=start)
    expected = [each for each in takewhile(lambda wall: wall <= to, everything) if each >= since]
    assert list(rule.parse(text).walls(start, since, to)) == expected


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
