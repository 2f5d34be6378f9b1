"""Something is due once for each local day, whatever the clocks of its zone do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.schedule import local_time
from jobs.schedule.daily import Daily

DAY = timedelta(days=1)


def daily(clock: str, zone: str) -> Daily:
    return Daily(time.fromisoformat(clock), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("clock", "zone", "now", "due"),
    [
        ("07:00", "Europe/Berlin", "2026-12-01T06:00:00Z", "2026-12-01T06:00:00Z"),
        ("07:00", "Europe/Berlin", "2026-12-01T05:59:59Z", "2026-11-30T06:00:00Z"),
        ("02:30", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),  # missing
        ("02:30", "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-28T01:30:00Z"),
        ("02:30", "Europe/Berlin", "2026-10-25T01:45:00Z", "2026-10-25T00:30:00Z"),  # repeated
        ("02:30", "Europe/Berlin", "2026-10-26T01:29:59Z", "2026-10-25T00:30:00Z"),
        ("23:30", "America/Scoresbysund", "2025-03-30T01:00:00Z", "2025-03-30T01:00:00Z"),
        ("00:00", "America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-07T02:30:00Z"),
        ("07:00", "Pacific/Apia", "2011-12-30T16:59:59Z", "2011-12-29T17:00:00Z"),  # the 30th was skipped
        ("07:00", "Pacific/Apia", "2011-12-30T17:00:00Z", "2011-12-30T17:00:00Z"),
    ],
)
def test_it_is_due_by_the_local_clock_and_what_the_clocks_skip_at_the_first_instant_after(
    clock: str, zone: str, now: str, due: str
) -> None:
    assert daily(clock, zone).last(datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("due", "hours"),
    [("2026-03-29T05:00:00Z", 23), ("2026-10-25T06:00:00Z", 25), ("2026-12-01T06:00:00Z", 24)],
)
def test_a_day_is_as_long_as_the_local_clock_has_it(due: str, hours: int) -> None:
    at = datetime.fromisoformat(due)
    assert at - daily("07:00", "Europe/Berlin").before(at) == timedelta(hours=hours)


CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "Africa/Cairo": ("2026-04-24", "2026-10-29"),  # skips the first hour of a day
    "America/Havana": ("2026-03-08", "2026-11-01"),  # has the first hour of a day twice
    "America/Scoresbysund": ("2025-03-29", "2025-10-25"),  # skips the last hour of a day
    "America/St_Johns": ("2010-03-14", "2010-11-07"),  # passed midnight twice
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # changes by half an hour
    "Pacific/Apia": ("2011-12-30", "2011-09-24"),  # skipped a day
}
changes = [(zone, datetime.fromisoformat(f"{day}T12:00Z")) for zone, both in CHANGES.items() for day in both]
anywhere = st.tuples(
    st.sampled_from(sorted(available_timezones())),
    st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


def by_the_minute(clock: time, zone: ZoneInfo, since: datetime) -> list[datetime]:
    """Return when each day of five has that time for the first time, or one after it, looking each minute."""
    minutes = (since + n * timedelta(minutes=1) for n in range(5 * 24 * 60))
    shown = [(each, local_time.wall(each, zone)) for each in minutes]
    dates = sorted({wall.date() for _, wall in shown})
    due = [next((at for at, wall in shown if wall >= datetime.combine(day, clock)), since) for day in dates]
    return [each for each in due if each > since]


@settings(max_examples=60)
@given(
    st.sampled_from(changes) | anywhere,
    st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60)),
)
def test_it_is_due_exactly_once_for_each_local_day(near: tuple[str, datetime], clock: time) -> None:
    zone = ZoneInfo(near[0])
    since = near[1].replace(second=0, microsecond=0) - 2 * DAY
    found = by_the_minute(clock, zone, since)
    told, due = [], Daily(clock, zone).last(since + 5 * DAY - timedelta(minutes=1))
    while due > since:
        told.append(due)
        due = Daily(clock, zone).before(due)
    assert told == found[::-1]
