"""How single rules of RFC 5545, section 3.3.10, are read, the disputed ones among them."""

from datetime import datetime
from itertools import islice

import pytest

from jobs.schedule import rule
from tests.unit.jobs.schedule.recurring import local

NEW_YEAR = "2026-01-01T18:00"  # a Thursday
TUESDAY, WEDNESDAY = "2026-12-01T18:00", "2026-12-02T18:00"


def fired(text: str, start: str, many: int) -> list[datetime]:
    begin = local(start)
    return list(islice(rule.parse(text).walls(begin, begin, local("2226-01-01T00:00")), many))


def assert_dates(text: str, start: str, expected: str) -> None:
    dates = expected.split()
    assert [f"{wall:%Y-%m-%d}" for wall in fired(text, start, len(dates))] == dates


def assert_times(text: str, start: str, expected: str) -> None:
    times = expected.split()
    assert [f"{wall:%dT%H:%M:%S}".removesuffix(":00") for wall in fired(text, start, len(times))] == times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "FREQ=MONTHLY;BYDAY=TH,FR,-1FR",
            "2026-01-01 2026-01-02 2026-01-08 2026-01-09 2026-01-15 2026-01-16 2026-01-22 2026-01-23",
        ),
        ("FREQ=MONTHLY;BYDAY=1MO,FR", "2026-01-02 2026-01-05 2026-01-09 2026-01-16"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=5FR,1MO,TH", "2026-01-01 2026-01-05 2026-01-08 2026-01-15 2026-01-22"),
        ("FREQ=YEARLY;BYDAY=-1MO,1MO", "2026-01-05 2026-12-28 2027-01-04 2027-12-27"),
    ],
)
def test_numbered_and_plain_weekdays_are_added_up(text: str, expected: str) -> None:
    assert_dates(text, NEW_YEAR, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=YEARLY;BYDAY=53TH", "2026-12-31 2032-12-30 2037-12-31"),
        ("FREQ=YEARLY;BYMONTH=1,2;BYDAY=1MO,-1MO", "2026-01-05 2026-01-26 2026-02-02 2026-02-23 2027-01-04"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYDAY=1TH", "2026-01-01 2032-01-01 2037-01-01"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=29,30;BYDAY=5TH", "2026-01-29 2031-01-30 2032-01-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=2MO,TU", "2026-01-12 2026-01-13 2026-02-09"),
    ],
)
def test_numbers_count_in_the_month_where_there_is_one_and_else_in_the_year(text: str, expected: str) -> None:
    assert_dates(text, NEW_YEAR, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=YEARLY;BYWEEKNO=20", NEW_YEAR, "2026-05-14 2027-05-20 2028-05-18"),
        ("FREQ=YEARLY;BYWEEKNO=20,-1", NEW_YEAR, "2026-05-14 2026-12-31 2027-05-20 2027-12-30"),
        ("FREQ=WEEKLY;INTERVAL=3", TUESDAY, "2026-12-01 2026-12-22 2027-01-12"),
        ("FREQ=YEARLY;BYMONTH=3,6", "2026-04-10T18:00", "2026-06-10 2027-03-10 2027-06-10"),
        ("FREQ=MONTHLY", "2026-01-31T18:00", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"),
        ("FREQ=YEARLY", "2024-02-29T18:00", "2024-02-29 2028-02-29 2032-02-29"),
        ("FREQ=YEARLY", "2096-02-29T18:00", "2096-02-29 2104-02-29"),
    ],
)
def test_what_a_rule_leaves_open_is_taken_from_the_start(text: str, start: str, expected: str) -> None:
    assert_dates(text, start, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", WEDNESDAY, "2026-12-07 2026-12-14"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2,-1", WEDNESDAY, "2026-12-02 2026-12-04 2026-12-09"),
        ("FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1;WKST=SU", WEDNESDAY, "2026-12-06 2026-12-13"),
        ("FREQ=WEEKLY;BYMONTH=12;BYDAY=MO,TU;BYSETPOS=1", "2026-11-28T18:00", "2026-12-01 2026-12-07"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=15", "2026-12-10T18:00", "2026-12-21 2027-01-21"),
        ("FREQ=YEARLY;BYMONTH=3,6,9;BYSETPOS=2", "2026-04-10T18:00", "2026-06-10 2027-06-10"),
        ("FREQ=YEARLY;BYMONTH=3,6,9;BYSETPOS=-1,3", "2026-04-10T18:00", "2026-09-10 2027-09-10"),
        ("FREQ=YEARLY;BYWEEKNO=1,2;BYDAY=MO,TU;BYSETPOS=-1", NEW_YEAR, "2026-01-06 2027-01-12"),
    ],
)
def test_positions_count_the_whole_first_interval(text: str, start: str, expected: str) -> None:
    assert_dates(text, start, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        (
            "FREQ=DAILY;BYHOUR=9,18;BYMINUTE=0,30;BYSETPOS=1,-1",
            "2026-12-01T10:00",
            "01T18:30 02T09:00 02T18:30",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=9,18;BYSETPOS=2,3", TUESDAY, "07T18:00 08T09:00 14T18:00"),
        ("FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=-1;INTERVAL=6", TUESDAY, "01T18:30 02T00:30 02T06:30"),
    ],
)
def test_positions_count_times_and_not_days(text: str, start: str, expected: str) -> None:
    assert_times(text, start, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TH", "2024-12-01T18:00", "2024-12-30 2025-01-02 2025-12-29"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", NEW_YEAR, "2027-01-03 2033-01-02 2038-01-03"),
        ("FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO", NEW_YEAR, "2031-12-29 2036-12-29"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU", "2026-01-05T18:00", "2027-01-10 2028-01-09 2029-01-07"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU", "2026-01-05T18:00", "2027-01-03 2028-01-02 2028-12-31"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYMONTH=12;BYDAY=MO", NEW_YEAR, "2029-12-31 2030-12-30 2031-12-29"),
        (
            "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=53,10;BYDAY=FR",
            "2027-01-01T18:00",
            "2027-01-01 2028-03-10 2030-03-08",
        ),
        (
            "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO",
            "2024-12-30T18:00",
            "2024-12-30 2027-01-04 2029-01-01",
        ),
    ],
)
def test_a_week_belongs_to_its_year_with_the_days_that_lie_in_another(
    text: str, start: str, expected: str
) -> None:
    assert_dates(text, start, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=YEARLY;BYMONTHDAY=13", NEW_YEAR, "2026-01-13 2026-02-13 2026-03-13"),
        (
            "FREQ=YEARLY;BYYEARDAY=-1,366,1",
            NEW_YEAR,
            "2026-01-01 2026-12-31 2027-01-01 2027-12-31 2028-01-01",
        ),
        ("FREQ=YEARLY;BYYEARDAY=-366", NEW_YEAR, "2028-01-01 2032-01-01"),
        ("FREQ=YEARLY;BYYEARDAY=1,100,200;BYDAY=FR", NEW_YEAR, "2026-04-10 2027-01-01 2030-07-19"),
        ("FREQ=YEARLY;BYYEARDAY=59,60,61;BYMONTH=3", NEW_YEAR, "2026-03-01 2026-03-02 2027-03-01"),
        ("FREQ=YEARLY;BYYEARDAY=60;BYMONTHDAY=29", NEW_YEAR, "2028-02-29 2032-02-29"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=15", NEW_YEAR, "2026-05-15 2028-05-15"),
        (
            "FREQ=MONTHLY;BYMONTH=2,3;BYMONTHDAY=-1,30",
            NEW_YEAR,
            "2026-02-28 2026-03-30 2026-03-31 2027-02-28",
        ),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", NEW_YEAR, "2032-02-29 2060-02-29"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU", TUESDAY, "2026-12-01 2026-12-07 2026-12-15 2026-12-21"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTH=12", "2026-11-28T18:00", "2026-12-01 2026-12-02"),
    ],
)
def test_a_date_meets_every_part_that_names_dates(text: str, start: str, expected: str) -> None:
    assert_dates(text, start, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "2026-12-06 2026-12-14 2026-12-20 2026-12-28"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO", "2026-12-13 2026-12-14 2026-12-27 2026-12-28"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=WE;BYDAY=MO,WE", "2026-12-09 2026-12-14 2026-12-23 2026-12-28"),
    ],
)
def test_every_other_week_begins_on_the_first_day_of_the_week(text: str, expected: str) -> None:
    assert_dates(text, TUESDAY, expected)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=HOURLY;BYHOUR=9,10;BYDAY=TU", "2026-12-01T09:30", "01T09:30 01T10:30 08T09:30"),
        ("FREQ=HOURLY;INTERVAL=7;BYHOUR=9,10,11", "2026-12-01T09:00", "01T09:00 03T10:00 05T11:00 08T09:00"),
        ("FREQ=HOURLY;INTERVAL=1000;BYHOUR=2", TUESDAY, "23T02:00"),  # 2,000 hours on
        ("FREQ=HOURLY;INTERVAL=12;BYYEARDAY=335", TUESDAY, "01T18:00 01T06:00"),  # the second a year on
        ("FREQ=HOURLY;INTERVAL=6;BYMONTHDAY=2,-1", TUESDAY, "02T00:00 02T06:00 02T12:00 02T18:00 31T00:00"),
        ("FREQ=MINUTELY;INTERVAL=1440", TUESDAY, "01T18:00 02T18:00 03T18:00"),
        ("FREQ=MINUTELY;INTERVAL=50;BYMINUTE=0,20", TUESDAY, "01T18:00 01T21:20 01T23:00"),
        ("FREQ=MINUTELY;INTERVAL=61;BYSECOND=0,30", TUESDAY, "01T18:00 01T18:00:30 01T19:01 01T19:01:30"),
        ("FREQ=DAILY;BYSECOND=0,30", "2026-12-01T18:00:15", "01T18:00:30 02T18:00 02T18:00:30"),
        ("FREQ=DAILY;BYSECOND=59,60", TUESDAY, "01T18:00:59 02T18:00:59"),  # no clock here has a leap second
        ("FREQ=MONTHLY;BYDAY=1TU;BYHOUR=9;BYMINUTE=15", TUESDAY, "05T09:15 02T09:15"),
    ],
)
def test_times_of_day_limit_what_is_shorter_and_expand_what_is_longer(
    text: str, start: str, expected: str
) -> None:
    assert_times(text, start, expected)


def test_a_count_counts_what_is_in_the_rule_and_not_a_start_that_is_not() -> None:
    assert [f"{wall:%d}" for wall in fired("FREQ=WEEKLY;BYDAY=MO;COUNT=2", TUESDAY, 9)] == ["07", "14"]


def test_the_end_of_all_dates_is_an_end() -> None:
    start, end = local("9999-12-01T18:00"), datetime.max  # noqa: DTZ901 - a wall time
    for freq in ("YEARLY;BYWEEKNO=1,-1,52", "MONTHLY", "WEEKLY;WKST=FR", "DAILY", "HOURLY;INTERVAL=5"):
        for more in ("", ";BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,-1"):
            found = list(rule.parse(f"FREQ={freq}{more}").walls(start, start, end))
            assert all(start <= wall <= end for wall in found)


@pytest.mark.parametrize("freq", ["YEARLY;BYWEEKNO=1,-1;BYDAY=MO,SU", "MONTHLY", "WEEKLY;WKST=SU", "DAILY"])
def test_the_first_of_all_dates_is_a_start(freq: str) -> None:
    start = datetime.min  # noqa: DTZ901 - a wall time
    assert rule.parse(f"FREQ={freq}").first(start) is not None
