"""Which rules are refused, which are remarked on, and how often a rule may fire."""

from datetime import timedelta

import pytest

from jobs.schedule import rule
from tests.unit.jobs.schedule.recurring import DAY, local

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "NAME=VALUE"),
        ("WEEKLY", "NAME=VALUE"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=FORTNIGHTLY", "write one of YEARLY"),
        ("FREQ=SECONDLY", "too frequent"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
        ("FREQ=DAILY;BYDAYS=MO", "BYDAYS is not a part of a rule"),
        ("FREQ=DAILY;BYSECOND=61", "a number from 0 to 60"),
        ("FREQ=DAILY;INTERVAL=0", "a number from 1 to 100000"),
        ("FREQ=DAILY;INTERVAL=x", "a number from 1 to 100000"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "a number from 1 to 100000"),
        ("FREQ=DAILY;COUNT=-1", "a number from 1"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "cannot be combined"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230"),
        ("FREQ=DAILY;UNTIL=20270101T240000", "a date 20270630"),
        ("FREQ=DAILY;UNTIL=tomorrow", "a date 20270630"),
        ("FREQ=WEEKLY;BYDAY=XX", "'XX' is not a weekday"),
        ("FREQ=YEARLY;BYDAY=54MO", "is not a weekday"),
        ("FREQ=YEARLY;BYMONTHDAY=0", "count from 1"),
        ("FREQ=YEARLY;BYMONTH=13", "a number from 1 to 12"),
        ("FREQ=HOURLY;BYMINUTE=0,15,30", "fires 72 times a day, 48 at most"),
        ("FREQ=MINUTELY", "fires 1440 times a day, 48 at most"),
        ("FREQ=MINUTELY;INTERVAL=15;COUNT=49", "fires 96 times a day, 48 at most"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,1,2,3,4,5,6;BYSECOND=0,1,2,3,4,5,6", "fires 49 times a day"),
        ("FREQ=DAILY\nDTSTART:20260101", "write one of"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_part_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=WEEKLY;BYDAY=1MO", "a number before a day of BYDAY needs FREQ=MONTHLY or YEARLY, not WEEKLY"),
        ("FREQ=DAILY;BYDAY=-1FR", "needs FREQ=MONTHLY or YEARLY, not DAILY: remove the number"),
        ("FREQ=HOURLY;BYDAY=MO,2TU", "needs FREQ=MONTHLY or YEARLY, not HOURLY"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "is not allowed with BYWEEKNO: remove one of the two"),
        ("FREQ=WEEKLY;BYMONTHDAY=13", "BYMONTHDAY is not allowed with FREQ=WEEKLY: use FREQ=MONTHLY"),
        ("FREQ=DAILY;BYYEARDAY=100", "BYYEARDAY is not allowed with FREQ=DAILY: use FREQ=YEARLY"),
        ("FREQ=WEEKLY;BYYEARDAY=100", "BYYEARDAY is not allowed with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYYEARDAY=-1", "BYYEARDAY is not allowed with FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYWEEKNO=20", "BYWEEKNO is not allowed with FREQ=MONTHLY: use FREQ=YEARLY"),
        ("FREQ=WEEKLY;BYWEEKNO=20", "BYWEEKNO is not allowed with FREQ=WEEKLY"),
        ("FREQ=DAILY;BYWEEKNO=20", "BYWEEKNO is not allowed with FREQ=DAILY"),
        ("FREQ=HOURLY;BYWEEKNO=20", "BYWEEKNO is not allowed with FREQ=HOURLY"),
        ("FREQ=MINUTELY;INTERVAL=60;BYWEEKNO=20", "BYWEEKNO is not allowed with FREQ=MINUTELY"),
        ("FREQ=MONTHLY;BYSETPOS=-1", "BYSETPOS picks from what other BY parts give, and there is none"),
        ("FREQ=WEEKLY;WKST=SU;BYSETPOS=1", "BYSETPOS picks .*: add one, or remove BYSETPOS"),
    ],
)
def test_what_the_rfc_forbids_is_refused_with_its_parts_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule.parse(text)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("FREQ=HOURLY;BYMINUTE=0,30", 48),
        ("FREQ=HOURLY;INTERVAL=6;BYMINUTE=0,15,30", 12),
        ("FREQ=HOURLY;INTERVAL=5", 5),
        ("FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55", 24),
        ("FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSETPOS=1,-1", 48),
        ("FREQ=HOURLY;INTERVAL=48;BYMINUTE=0,15,30,45", 4),
        ("FREQ=MINUTELY;INTERVAL=30", 48),
        ("FREQ=MINUTELY;BYHOUR=9;BYMINUTE=0,20,40", 3),
        ("FREQ=MINUTELY;INTERVAL=7;BYHOUR=9,15", 18),
        ("FREQ=DAILY;BYHOUR=9,21;BYMINUTE=0,30;BYSECOND=0,30", 8),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,1,2,3,4,5,6;BYSECOND=0,1,2,3,4,5,6;BYSETPOS=1,2", 2),
        ("FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0,1,2,3,4,5,6;BYSECOND=0,1,2,3,4,5,6;BYSETPOS=1,2,3", 3),
        ("FREQ=MINUTELY;INTERVAL=10080", 1),
    ],
)
def test_a_rule_that_fires_often_enough_to_be_asked_is_accepted_and_counted(text: str, most: int) -> None:
    found, start = rule.parse(text), local("2026-12-01T00:00")
    days = [
        sum(1 for _ in found.walls(start, start + n * DAY, start + (n + 1) * DAY - SECOND)) for n in range(40)
    ]
    assert found.pattern.most_a_day() == most
    assert max(days) == most


def test_a_rule_that_counts_few_may_fire_them_on_one_day() -> None:
    start = local("2026-12-01T18:00")
    found = rule.parse("FREQ=MINUTELY;COUNT=48")
    assert len(list(found.walls(start, start, start + DAY))) == 48


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("FREQ=YEARLY;BYMONTHDAY=13", "means every month: add BYMONTH, or use FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO without BYDAY means the weekday of the start: add BYDAY"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "BYWEEKNO takes weeks whole"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "BYWEEKNO takes weeks whole"),
        (
            "FREQ=YEARLY;BYYEARDAY=100;BYMONTH=4",
            "BYMONTH and BYYEARDAY are given: a day must meet each of them",
        ),
        ("FREQ=YEARLY;BYYEARDAY=100;BYMONTHDAY=10", "BYYEARDAY and BYMONTHDAY are given"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5;BYDAY=MO", "BYMONTH and BYWEEKNO are given"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYMONTH=1;BYDAY=MO", "BYMONTH and BYWEEKNO are given"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=2FR", "numbers in BYDAY count weekdays within the month"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=13;BYDAY=2FR", "count weekdays within the month"),
        ("FREQ=YEARLY;BYYEARDAY=100;BYDAY=15FR", "numbers in BYDAY count weekdays within the year"),
        ("FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,18;BYSETPOS=1", "BYSETPOS counts times, not days"),
    ],
)
def test_a_rule_that_other_programs_read_otherwise_is_remarked_on(text: str, remark: str) -> None:
    (found,) = rule.parse(text).remarks
    assert remark in found


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=13",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=HOURLY;BYYEARDAY=100;BYMONTH=4",
        "FREQ=DAILY;BYHOUR=9,18",
    ],
)
def test_a_rule_that_has_one_reading_is_not_remarked_on(text: str) -> None:
    assert rule.parse(text).remarks == ()


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("FREQ=DAILY", False),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYSECOND=0", False),
        ("FREQ=DAILY;BYHOUR=9,18", True),
        ("FREQ=DAILY;BYHOUR=9,18;BYSETPOS=1", True),
        ("FREQ=WEEKLY;BYMINUTE=0,30", True),
        ("FREQ=WEEKLY;BYSECOND=0,30", True),
        ("FREQ=HOURLY;INTERVAL=24", True),
        ("FREQ=MINUTELY;INTERVAL=1440", True),
    ],
)
def test_the_form_of_a_rule_alone_tells_whether_ids_carry_the_time(text: str, several: bool) -> None:  # noqa: FBT001 - drawn
    assert rule.parse(text).several_a_day is several
