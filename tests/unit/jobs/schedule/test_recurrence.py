from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import assume, given
from hypothesis import strategies as st

from jobs.model import Broadcast
from jobs.schedule import local_time, rule
from jobs.schedule.recurrence import (
    Change,
    Entry,
    changing_clocks,
    collision,
    find,
    has,
    occurrences,
    zone_of,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"
ZONES = [
    "UTC",
    BERLIN,
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Cairo",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entry(**fields: Any) -> Entry:
    usual: Mapping[str, Any] = {
        "key": "webinar",
        "title": "Webinar",
        "start": local("2026-12-01T18:00"),
        "end": HOUR,
        "zone": BERLIN,
    }
    text = fields.pop("repeat", None)
    return Entry(**{**usual, "repeat": rule.parse(text) if text else None, **fields})


def made(item: Entry, after: str = "2026-01-01", until: str = "2028-01-01") -> list[Broadcast]:
    return [each.broadcast for each in occurrences(item, at(after), at(until))]


def ids(item: Entry, after: str = "2026-01-01", until: str = "2028-01-01") -> list[str]:
    return [each.id for each in made(item, after, until)]


def test_what_happens_once_is_known_by_its_key_alone() -> None:
    (only,) = made(entry())
    assert (only.id, only.entry) == ("webinar", "webinar")
    assert (only.window.starts_at, only.window.ends_at) == (at("2026-12-01T17:00"), at("2026-12-01T18:00"))


def test_a_rule_gives_ids_by_the_original_local_date() -> None:
    item = entry(repeat="FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3")
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-03", "webinar@2026-12-08"]


def test_the_date_in_an_id_is_local_and_not_that_of_utc() -> None:
    item = entry(start=local("2026-12-01T00:30"), repeat="FREQ=DAILY;COUNT=1")
    assert ids(item) == ["webinar@2026-12-01"]
    assert made(item)[0].window.starts_at == at("2026-11-30T23:30")


def test_moving_the_hour_keeps_the_id() -> None:
    before, after = (
        entry(repeat="FREQ=DAILY;COUNT=2"),
        entry(repeat="FREQ=DAILY;COUNT=2", start=local("2026-12-01T09:00")),
    )
    assert ids(before) == ids(after)


def test_extra_occurrences_are_known_by_date_and_time() -> None:
    item = entry(repeat="FREQ=YEARLY", also=(local("2026-12-28T18:00"), at("2026-12-29T11:30")))
    assert ids(item, until="2027-01-01") == [
        "webinar@2026-12-01",
        "webinar@2026-12-28T1800",
        "webinar@2026-12-29T1230",
    ]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("FREQ=DAILY;BYHOUR=9,15", "2026-12-01T1500"),
        ("FREQ=DAILY;BYMINUTE=0,30", "2026-12-01T1800"),
        ("FREQ=HOURLY;INTERVAL=24", "2026-12-01T1800"),
        ("FREQ=DAILY;BYHOUR=9", "2026-12-02"),
        ("FREQ=MONTHLY;BYDAY=1WE", "2026-12-02"),
    ],
)
def test_the_form_of_a_rule_decides_on_the_form_of_its_ids(text: str, suffix: str) -> None:
    item = entry(
        start=local("2026-12-01T12:00") if "BYHOUR" in text else local("2026-12-01T18:00"), repeat=text
    )
    assert has(item, suffix)
    assert ids(item, until="2026-12-31")[0] in {f"webinar@{suffix}", "webinar@2026-12-01T1500"}


def test_an_exception_takes_a_day_or_a_single_time() -> None:
    item = entry(
        start=local("2026-12-01T09:00"),
        repeat="FREQ=DAILY;BYHOUR=9,15;UNTIL=20261203",
        exceptions=(date(2026, 12, 2), local("2026-12-03T15:00")),
    )
    assert ids(item) == ["webinar@2026-12-01T0900", "webinar@2026-12-01T1500", "webinar@2026-12-03T0900"]


def test_a_change_moves_one_occurrence_and_keeps_its_id() -> None:
    change = Change(
        start=local("2026-12-05T10:00"), end=2 * HOUR, options={"title": "Moved", "account": "events"}
    )
    item = entry(repeat="FREQ=DAILY;COUNT=2", changes={"2026-12-02": change})
    moved = made(item)[1]
    assert (moved.id, moved.title, moved.account) == ("webinar@2026-12-02", "Moved", "events")
    assert (moved.window.starts_at, moved.window.length) == (at("2026-12-05T09:00"), 2 * HOUR)


def test_a_change_is_found_where_it_moved_to_and_not_where_it_was() -> None:
    item = entry(repeat="FREQ=DAILY", changes={"2026-12-02": Change(start=local("2027-11-11T11:00"))})
    assert "webinar@2026-12-02" not in ids(item, after="2026-12-01", until="2026-12-04")
    assert ids(item, after="2027-11-11T09:30", until="2027-11-11T10:30") == ["webinar@2026-12-02"]


def test_a_skipped_occurrence_is_none_but_is_known() -> None:
    item = entry(repeat="FREQ=DAILY;COUNT=2", changes={"2026-12-01": Change(skip=True)})
    assert ids(item) == ["webinar@2026-12-02"]
    assert find(item, "webinar@2026-12-01") is None
    assert has(item, "2026-12-01")


def test_a_change_of_nothing_makes_nothing() -> None:
    item = entry(
        repeat="FREQ=WEEKLY;COUNT=1", changes={"2026-12-02": Change(start=local("2026-12-09T10:00"))}
    )
    assert ids(item) == ["webinar@2026-12-01"]


def test_options_of_a_change_win_over_those_of_the_entry() -> None:
    change = Change(options={"prepare": HOUR})
    item = entry(
        repeat="FREQ=DAILY;COUNT=2",
        options={"prepare": DAY, "end_session": True},
        changes={"2026-12-02": change},
    )
    assert [each.prepare for each in made(item)] == [DAY, HOUR]
    assert all(each.end_session for each in made(item))


def test_until_is_an_instant_even_when_the_local_clock_reads_later() -> None:
    reached = entry(repeat="FREQ=DAILY;UNTIL=20261202T170000Z")
    missed = entry(repeat="FREQ=DAILY;UNTIL=20261202T165959Z")
    assert (len(ids(reached)), len(ids(missed))) == (2, 1)


def test_until_may_be_a_local_time_or_a_whole_local_day() -> None:
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=20261202T180000"))) == 2
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=20261202T175900"))) == 1
    assert len(ids(entry(repeat="FREQ=DAILY;UNTIL=2026-12-02"))) == 2


def test_a_rule_keeps_the_local_hour_across_clock_changes() -> None:
    item = entry(start=local("2027-03-27T18:00"), repeat="FREQ=DAILY;COUNT=2")
    assert [each.window.starts_at for each in made(item)] == [at("2027-03-27T17:00"), at("2027-03-28T16:00")]


def test_in_the_missing_hour_the_offset_before_the_change_counts() -> None:
    (only,) = occurrences(entry(start=local("2027-03-28T02:30")), at("2027-01-01"), at("2028-01-01"))
    assert only.broadcast.window.starts_at == at("2027-03-28T01:30")
    assert only.remarks == ("2027-03-28 02:30 is missing in Europe/Berlin: 03:30 is meant",)


def test_of_the_repeated_hour_the_first_counts() -> None:
    (only,) = occurrences(entry(start=local("2027-10-31T02:30")), at("2027-01-01"), at("2028-01-01"))
    assert only.broadcast.window.starts_at == at("2027-10-31T00:30")
    assert only.remarks == ("2027-10-31 02:30 comes twice in Europe/Berlin: the first is meant",)


def test_an_offset_names_the_second_of_the_repeated_hour() -> None:
    start = datetime(2027, 10, 31, 2, 30, tzinfo=timezone(HOUR))
    (only,) = occurrences(entry(start=start), at("2027-01-01"), at("2028-01-01"))
    assert (only.broadcast.window.starts_at, only.remarks) == (at("2027-10-31T01:30"), ())


def test_a_duration_is_elapsed_time_and_an_end_is_by_the_clock() -> None:
    night = local("2027-03-27T22:00")
    assert made(entry(start=night, end=8 * HOUR))[0].window.ends_at == at("2027-03-28T05:00")
    assert made(entry(start=night, end=time(6)))[0].window.ends_at == at("2027-03-28T04:00")


def test_an_end_past_midnight_is_the_next_day() -> None:
    assert made(entry(start=local("2026-12-31T22:00"), end=time(6, 30)))[0].window.ends_at == at(
        "2027-01-01T05:30"
    )


def test_an_end_that_a_clock_change_puts_before_the_start_keeps_the_length_by_the_clock() -> None:
    window = made(entry(start=local("2027-03-28T02:30"), end=time(3, 15)))[0].window
    assert window.length == timedelta(minutes=45)


def test_a_full_end_is_taken_as_it_is() -> None:
    assert made(entry(end=local("2026-12-03T07:00")))[0].window.ends_at == at("2026-12-03T06:00")
    with pytest.raises(ValueError, match="not after its start"):
        made(entry(end=local("2026-12-01T17:00")))


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
        ("INTERVAL=2", "no FREQ"),
        ("FREQ=FORTNIGHTLY", "write one of YEARLY"),
        ("FREQ=SECONDLY", "no broadcast begins so often"),
        ("FREQ=MINUTELY", "no broadcast begins so often"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
        ("FREQ=DAILY;BYDAYS=MO", "BYDAYS is no part of a rule"),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND is no part of a rule"),
        ("FREQ=DAILY;INTERVAL=0", "a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=x", "a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "a number from 1 to 1000"),
        ("FREQ=DAILY;COUNT=-1", "a number from 1"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "exclude each other"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230"),
        ("FREQ=DAILY;UNTIL=20270101T240000", "a day 20270630"),
        ("FREQ=DAILY;UNTIL=tomorrow", "a day 20270630"),
        ("FREQ=WEEKLY;BYDAY=1MO", "needs FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "'XX' is no day"),
        ("FREQ=YEARLY;BYDAY=54MO", "is no day"),
        ("FREQ=YEARLY;BYMONTHDAY=0", "counted from 1"),
        ("FREQ=YEARLY;BYMONTH=13", "a number from 1 to 12"),
        ("FREQ=HOURLY;BYMINUTE=0,15,30", "fires 72 times a day, 48 at most"),
        ("FREQ=DAILY\nDTSTART:20260101", "write one of"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_part_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule.parse(text)


RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=3;WKST=WE;BYDAY=MO,SU",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=HOURLY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=2,14",
        "FREQ=DAILY;COUNT=200",
        "FREQ=WEEKLY;COUNT=30;INTERVAL=2",
    ]
)
WALLS = st.datetimes(local("2020-01-01"), local("2035-01-01")).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(RULES, WALLS, st.integers(0, 900), st.integers(0, 60))
def test_skipping_ahead_finds_what_dateutil_finds_from_the_start(
    text: str, start: datetime, skip: int, span: int
) -> None:
    since, to = start + skip * DAY, start + (skip + span) * DAY
    everything = rrule.rrulestr(text, dtstart=start)
    expected = [each for each in takewhile(lambda wall: wall <= to, everything) if each >= since]
    assert list(rule.parse(text).walls(start, since, to)) == expected


@given(RULES, WALLS, st.sampled_from(ZONES), st.integers(1, 40))
def test_every_occurrence_is_found_again_by_its_id_and_no_two_share_one(
    text: str, start: datetime, zone: str, days: int
) -> None:
    item = entry(start=start, repeat=text, zone=zone)
    after = start.replace(tzinfo=UTC)
    found = occurrences(item, after, after + days * DAY)
    assert len({each.broadcast.id for each in found}) == len(found)
    assert all(find(item, each.broadcast.id) == each for each in found)
    assert all(each.broadcast.window.length == HOUR for each in found)


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


@given(WALLS, st.sampled_from(ZONES), st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_window_always_ends_after_it_starts_and_within_a_day_or_so(
    start: datetime, zone: str, end: time
) -> None:
    assume(end != start.time())
    (only,) = occurrences(entry(start=start, end=end, zone=zone), at("2019-01-01"), at("2036-01-01"))
    assert timedelta(0) < only.broadcast.window.length <= timedelta(hours=26)


@given(WALLS, st.sampled_from(ZONES))
def test_a_local_time_without_a_remark_reads_the_same_on_the_local_clock(wall: datetime, zone: str) -> None:
    there = zone_of(zone)
    instant = local_time.instant(wall, there)
    if local_time.remark(wall, there) is None:
        assert local_time.wall(instant, there) == wall
    assert abs(instant - wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)) == timedelta(0)


@pytest.mark.parametrize("zone", ZONES)
def test_days_of_clock_changes_miss_none(zone: str) -> None:
    quarters = (local("2026-01-01T00:00") + n * timedelta(minutes=15) for n in range(96 * 365))
    odd = {each.date() for each in quarters if local_time.remark(each, zone_of(zone))}
    assert odd == set(local_time.odd_times(zone_of(zone), 2026))


def test_clock_changes_are_found_ahead_of_time() -> None:
    item = entry(start=local("2026-12-01T02:30"), repeat="FREQ=DAILY")
    found = changing_clocks(item, at("2026-12-01"), at("2027-12-01"))
    assert [each.broadcast.id for each in found] == ["webinar@2027-03-28", "webinar@2027-10-31"]
    assert changing_clocks(entry(repeat="FREQ=DAILY"), at("2026-12-01"), at("2027-12-01")) == []
    nightly = entry(start=local("2026-12-01T22:00"), end=time(2, 45), repeat="FREQ=DAILY")
    assert [each.broadcast.id for each in changing_clocks(nightly, at("2026-12-01"), at("2027-05-01"))] == [
        "webinar@2027-03-27"
    ]


def test_occurrences_that_overlap_collide() -> None:
    assert collision(entry(repeat="FREQ=DAILY", end=25 * HOUR), at("2026-12-01"), at("2027-01-01"))
    assert collision(entry(repeat="FREQ=DAILY", end=24 * HOUR), at("2026-12-01"), at("2027-01-01")) is None


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe", "a\0b", "ü" * 300]
)
def test_an_unknown_zone_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)
