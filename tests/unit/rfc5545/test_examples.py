"""Every example of RFC 5545, section 3.8.5.3, with the dates that are listed there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from tests.support.rfc5545 import text
from tests.support.rfc5545.recurrence_set import recurrence_set, wall_of
from tests.unit.rfc5545.examples import FINITE, GOES_ON

NEW_YORK = "America/New_York"
OFFSETS = {"EDT": timezone(timedelta(hours=-4)), "EST": timezone(timedelta(hours=-5))}
YEARS = 31_536_000


def found(rule: str, start: str, years: int = 30) -> list[datetime]:
    begun = datetime.fromisoformat(start)
    first = wall_of(begun)
    instants = recurrence_set(text.read(rule), begun, NEW_YORK, first, first + years * YEARS)
    return [datetime.fromtimestamp(each, UTC) for each in instants]


def listed(dates: str) -> Iterator[datetime]:
    """Read `1997 EDT Sep 2 4 30-31; Oct 2 | 1998 EST Jan 6`, at nine unless times follow an @."""
    for line in dates.split("|"):
        days, _, times = line.partition("@")
        year, offset, months = days.strip().split(" ", 2)
        for month in months.split(";"):
            name, *numbers = month.split()
            for day, time in product(_each(numbers), times.split() or ["09:00"]):
                moment = datetime.strptime(f"{year} {name} {day} {time}", "%Y %b %d %H:%M")  # noqa: DTZ007
                yield moment.replace(tzinfo=OFFSETS[offset]).astimezone(UTC)


def _each(numbers: list[str]) -> Iterator[int]:
    for number in numbers:
        first, last = re.fullmatch(r"(\d+)(?:-(\d+))?", number).groups()  # type: ignore[union-attr]
        yield from range(int(first), int(last or first) + 1)


@pytest.mark.parametrize(("start", "rule", "dates"), FINITE)
def test_a_rule_that_ends_has_the_dates_that_are_listed(start: str, rule: str, dates: str) -> None:
    assert found(rule, start) == list(listed(dates))


@pytest.mark.parametrize(("start", "rule", "dates"), GOES_ON)
def test_a_rule_that_goes_on_begins_with_the_dates_that_are_listed(start: str, rule: str, dates: str) -> None:
    first = list(listed(dates))
    every = found(rule, start, years=13)
    assert every[: len(first)] == first
    assert len(every) > len(first)


def test_the_day_of_three_hour_steps_ends_where_its_own_until_says() -> None:
    """The RFC lists 15:00, too, but writes an UNTIL of 13:00 local time: one of the two is a slip."""
    step = "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T"
    assert found(f"{step}170000Z", "1997-09-02T09:00") == list(listed("1997 EDT Sep 2 @ 09:00 12:00"))
    assert found(f"{step}210000Z", "1997-09-02T09:00") == list(listed("1997 EDT Sep 2 @ 09:00 12:00 15:00"))


def test_the_example_of_the_order_of_parts_finds_sundays_in_january_every_other_year() -> None:
    rule = "FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30"
    expected = "1997 EST Jan 5 12 19 26 @ 08:30 09:30 | 1999 EST Jan 3 10 17 24 31 @ 08:30 09:30"
    assert found(rule, "1997-01-05T08:30", years=3) == list(listed(expected))
