"""Where the RFC leaves a choice: the reading that the docstring of tests.support.rfc5545 names."""

from datetime import UTC, datetime

import pytest

from tests.support.rfc5545 import calendar, text
from tests.support.rfc5545.recurrence_set import recurrence_set, wall_of

BERLIN = "Europe/Berlin"
YEAR = 31_557_600


def found(rule: str, start: str, years: float = 1, zone: str = "UTC") -> list[str]:
    begun = datetime.fromisoformat(start)
    first = wall_of(begun) - 86400
    instants = recurrence_set(text.read(rule), begun, zone, first, first + int(years * YEAR))
    return [f"{datetime.fromtimestamp(each, UTC):%Y-%m-%dT%H:%M}" for each in instants]


def days(rule: str, start: str, years: float = 1) -> list[str]:
    return [each[:10] for each in found(rule, start, years)]


def test_a_start_outside_its_rule_is_no_occurrence_and_not_counted() -> None:
    assert days("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-12-01T18:00") == ["2026-12-07", "2026-12-14"]


def test_plain_and_numbered_days_are_a_union() -> None:
    first = days("FREQ=MONTHLY;BYDAY=TH,-1FR", "2026-12-01T18:00", years=0.1)
    assert first == ["2026-12-03", "2026-12-10", "2026-12-17", "2026-12-24", "2026-12-25", "2026-12-31"]


def test_a_week_by_its_number_takes_its_weekday_from_the_start() -> None:
    assert days("FREQ=YEARLY;BYWEEKNO=20", "2026-05-13T18:00", years=2) == ["2026-05-13", "2027-05-19"]


def test_a_week_by_its_number_is_of_the_year_that_numbers_it() -> None:
    every_other = days("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO", "2024-12-30T18:00", years=5)
    assert every_other == ["2024-12-30", "2027-01-04", "2029-01-01"]
    last_day = days("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,SU;BYSETPOS=1", "2024-12-30T18:00", years=2)
    assert last_day == ["2024-12-30", "2025-12-29"]


def test_a_position_counts_the_whole_first_week() -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2"
    assert days(rule, "2026-12-02T18:00", years=0.02) == ["2026-12-02"]
    assert days(rule, "2026-12-03T18:00", years=0.02) == ["2026-12-09"]


def test_a_number_beside_a_day_of_the_month_counts_in_the_year_unless_months_are_given() -> None:
    assert days("FREQ=YEARLY;BYMONTHDAY=5;BYDAY=1MO", "2026-01-01T18:00", years=2) == ["2026-01-05"]
    assert days("FREQ=YEARLY;BYMONTH=1,10;BYDAY=1MO;BYMONTHDAY=5", "2026-01-01T18:00", years=1) == [
        "2026-01-05",
        "2026-10-05",
    ]


def test_two_local_times_of_one_instant_are_one_and_count_once() -> None:
    rule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30"
    missing = ["2026-03-28T01:30", "2026-03-28T02:30", "2026-03-29T01:30", "2026-03-30T00:30"]
    assert found(f"{rule};COUNT=4", "2026-03-28T02:30", zone=BERLIN) == missing


def test_an_until_is_a_whole_day_a_local_time_or_an_instant() -> None:
    start = "2026-12-01T18:00"
    ends = {"20261202": 2, "20261202T175900": 1, "20261202T180000": 2, "20261202T170000Z": 2}
    counts = {end: len(found(f"FREQ=DAILY;UNTIL={end}", start, zone=BERLIN)) for end in ends}
    assert counts == ends


def test_the_sixtieth_second_is_the_fifty_ninth() -> None:
    assert found("FREQ=DAILY;BYSECOND=59,60;COUNT=2", "2026-12-01T18:00") == [
        "2026-12-01T18:00",
        "2026-12-02T18:00",
    ]


def test_hours_are_of_the_local_clock() -> None:
    hours = found("FREQ=HOURLY;COUNT=4", "2026-10-25T01:00", zone=BERLIN)
    assert hours == ["2026-10-24T23:00", "2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T03:00"]


@pytest.mark.parametrize("week_start", range(7))
def test_every_week_has_seven_days_and_the_first_four_days_in_its_year(week_start: int) -> None:
    for number, weeks in calendar.week_numbers(week_start).items():
        of_number = [calendar.CALENDAR[n] for n in calendar.positions(weeks, 7, len(calendar.CALENDAR) - 7)]
        assert {day.weekday() for day in of_number} == set(range(7))
        if number == 1:
            years = {year: sum(day.year == year for day in of_number) for year in range(1992, 2070)}
            assert all(count >= 4 for count in years.values())


def test_weeks_from_monday_are_numbered_as_iso_8601_does() -> None:
    numbers = calendar.week_numbers(0)
    for position, day in enumerate(calendar.CALENDAR[7:-7], 7):
        assert numbers[day.isocalendar().week] >> position & 1
