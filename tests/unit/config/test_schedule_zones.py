"""Time zones: where one is needed, what others call them, and what their clocks will do."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from config import zone_hints
from config.schedule import Reading, parse
from tests.unit.config.written import ENTRY, TOP, said


@pytest.mark.parametrize("extra", ["", "    repeat: FREQ=DAILY\n", "    also: [2026-12-02T18:00]\n"])
def test_local_times_need_a_time_zone(extra: str) -> None:
    start = "T18:00+01:00" if extra else "T18:00"
    (problem,) = said("broadcasts:\n" + ENTRY.replace("T18:00", start) + extra)
    assert problem == "f:4:5: no time zone: write `timezone: Europe/Berlin` at the top"


def test_a_missing_time_zone_hides_nothing_else() -> None:
    told = said(
        "broadcasts:\n"
        + ENTRY
        + "    doors: 5m\n    except: [2026-12-01]\n"
        + ENTRY.replace("T18:00", "T18:00Z")
        + "    account: nobody\n",
        ["default"],
    )
    assert [each.split(": ")[0] for each in told] == ["f:4:5", "f:6:5", "f:7:5", "f:8:5", "f:12:5"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CEST", "did you mean Europe/Berlin?"),
        ("EDT", "did you mean America/New_York?"),
        ("PST", "did you mean America/Los_Angeles?"),
        ("W. Europe Standard Time", "did you mean Europe/Berlin?"),
        ("Pacific Standard Time", "did you mean America/Los_Angeles?"),
        ("eastern daylight time", "did you mean America/New_York?"),
        ("IST", "write a zone by its place, as Europe/Berlin"),
        ("UTC+1", "write a zone by its place, as Europe/Berlin"),
        ("Moon Standard Time", "write a zone by its place, as Europe/Berlin"),
        ("rome", "did you mean Europe/Rome?"),
    ],
)
def test_what_others_call_a_zone_has_the_right_place_named_or_none(written: str, meant: str) -> None:
    (problem,) = said(TOP.replace("Europe/Berlin", written) + ENTRY.replace("T18:00", "T18:00Z"))
    assert problem == f"f:1:11: unknown time zone '{written}'; {meant}"


def test_every_place_that_is_named_for_what_others_write_is_a_zone() -> None:
    assert {*zone_hints._CLOCKS, *zone_hints._WINDOWS} <= zoneinfo.available_timezones()
    assert not zone_hints._BY_CLOCK.keys() & zoneinfo.available_timezones()


def clock_changes(since: datetime | None) -> Reading:
    text = f"{TOP}{ENTRY.replace('T18:00', 'T02:30')}    repeat: FREQ=DAILY\n"
    return parse(text.encode(), "f", since=since)


def test_clock_changes_of_the_coming_year_are_remarked_on() -> None:
    first, second = (str(each) for each in clock_changes(None).problems)
    assert "webinar@2027-03-28: 2027-03-28 02:30 does not exist in Europe/Berlin: 03:30 is used" in first
    assert "webinar@2027-10-31: 2027-10-31 02:30 occurs twice" in second
    later = clock_changes(datetime(2030, 1, 1, tzinfo=UTC)).problems
    assert ["2030" in str(each) for each in later] == [True, True]


def test_time_zones_are_the_packages_and_not_the_systems() -> None:
    assert zoneinfo.TZPATH == ()
    assert "Europe/Berlin" in zoneinfo.available_timezones()
