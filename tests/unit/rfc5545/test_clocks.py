"""Local times as instants, by the words of RFC 5545, section 3.3.5, and beside the standard library."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.recurrence.drawn import ZONES
from tests.support.rfc5545.clocks import clocks_of
from tests.support.rfc5545.recurrence_set import wall_of


def instant(zone: str, local: str) -> str:
    at = clocks_of(zone).instant(wall_of(datetime.fromisoformat(local)))
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}"


def test_a_missing_time_takes_the_offset_before_the_gap() -> None:
    assert instant("America/New_York", "2007-03-11T02:30") == "2007-03-11T07:30"


def test_of_a_repeated_time_the_first_counts() -> None:
    assert instant("America/New_York", "2007-11-04T01:30") == "2007-11-04T05:30"


def test_the_day_that_samoa_left_out_is_the_next_one() -> None:
    assert instant("Pacific/Apia", "2011-12-30T18:00") == instant("Pacific/Apia", "2011-12-31T18:00")


def test_half_an_hour_is_missing_and_repeated_on_lord_howe() -> None:
    assert instant("Australia/Lord_Howe", "2026-10-04T02:15") == "2026-10-03T15:45"
    assert instant("Australia/Lord_Howe", "2026-10-04T02:30") == "2026-10-03T15:30"
    assert instant("Australia/Lord_Howe", "2026-04-05T01:45") == "2026-04-04T14:45"


@pytest.mark.parametrize("zone", ZONES)
def test_the_standard_library_means_the_same_instants(zone: str) -> None:
    clocks, info = clocks_of(zone), ZoneInfo(zone)
    begun = datetime(1995, 1, 1)  # noqa: DTZ001 - a local time
    near = [
        datetime.fromtimestamp(change + minutes * 60, UTC).replace(tzinfo=None)
        for change in clocks.changes
        for minutes in (-1441, -91, -61, -60, -31, -30, -1, 0, 1, 59, 60)
    ]
    for local in [*near, *(begun + n * timedelta(days=9, hours=5) for n in range(2400))]:
        expected = local.replace(tzinfo=info, fold=0).timestamp()
        assert clocks.instant(wall_of(local)) == expected, local
