"""Local time: hours that are missing or come twice, ends by the clock, and changes of the clock."""

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jobs.schedule import local_time
from jobs.schedule.clock_changes import changing_clocks
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import occurrences
from tests.unit.jobs.schedule.recurring import HOUR, WALLS, ZONES, at, entry, local, made


def test_a_rule_keeps_the_local_hour_across_clock_changes() -> None:
    item = entry(start=local("2027-03-27T18:00"), repeat="FREQ=DAILY;COUNT=2")
    assert [each.window.starts_at for each in made(item)] == [at("2027-03-27T17:00"), at("2027-03-28T16:00")]


def test_in_the_missing_hour_the_offset_before_the_change_counts() -> None:
    (only,) = occurrences(entry(start=local("2027-03-28T02:30")), at("2027-01-01"), at("2028-01-01"))
    assert only.broadcast.window.starts_at == at("2027-03-28T01:30")
    assert only.remarks == ("2027-03-28 02:30 does not exist in Europe/Berlin: 03:30 is used",)


def test_of_the_repeated_hour_the_first_counts() -> None:
    (only,) = occurrences(entry(start=local("2027-10-31T02:30")), at("2027-01-01"), at("2028-01-01"))
    assert only.broadcast.window.starts_at == at("2027-10-31T00:30")
    assert only.remarks == ("2027-10-31 02:30 occurs twice in Europe/Berlin: the first is used",)


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


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe", "a\0b", "ü" * 300]
)
def test_an_unknown_zone_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone_of(name)
