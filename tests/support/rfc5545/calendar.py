"""The days of the years 1990 to 2070, and sets of them by what they are.

A day is its position in the calendar, and a set of days an int whose bit n is the day at position n. So a
rule is an AND of sets, and no day is ever reached from another.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

Days = int

FIRST, LAST = date(1990, 1, 1), date(2070, 12, 31)
EPOCH = date(1970, 1, 1)
CALENDAR: Sequence[date] = tuple(FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
ALL: Days = (1 << len(CALENDAR)) - 1

_YEAR_LENGTHS = {
    year: (date(year + 1, 1, 1) - date(year, 1, 1)).days for year in range(FIRST.year, LAST.year + 1)
}
_YEARDAYS = tuple((day - date(day.year, 1, 1)).days + 1 for day in CALENDAR)

Fact = TypeVar("Fact", bound=Hashable)


def days_at(positions: Iterable[int]) -> Days:
    """Return the set of these days."""
    digits = bytearray(b"0" * len(CALENDAR))
    for position in positions:
        digits[-1 - position] = ord("1")
    return int(digits, 2)


def positions(days: Days, since: int, to: int) -> Iterator[int]:
    """Yield the days of a set in order, from the one to before the other."""
    digits = f"{(days >> since) & ((1 << (to - since)) - 1):b}"[::-1]
    found = digits.find("1")
    while found >= 0:
        yield since + found
        found = digits.find("1", found + 1)


def _by(facts: Callable[[int], Iterable[Fact]]) -> Mapping[Fact, Days]:
    """Return the days of each fact."""
    found: defaultdict[Fact, list[int]] = defaultdict(list)
    for position in range(len(CALENDAR)):
        for fact in facts(position):
            found[fact].append(position)
    return {fact: days_at(where) for fact, where in found.items()}


@cache
def months() -> Mapping[int, Days]:
    return _by(lambda n: [CALENDAR[n].month])


@cache
def monthdays() -> Mapping[int, Days]:
    """Return the days by their number in the month, and by that counted backwards: the last is -1."""
    return _by(lambda n: _both_ways(CALENDAR[n].day, _month_length(CALENDAR[n])))


@cache
def yeardays() -> Mapping[int, Days]:
    return _by(lambda n: _both_ways(_YEARDAYS[n], _YEAR_LENGTHS[CALENDAR[n].year]))


@cache
def weekdays() -> Mapping[int, Days]:
    return _by(lambda n: [_weekday(n)])


@cache
def numbered_in_month() -> Mapping[tuple[int, int], Days]:
    """Return the days that are the nth of their weekday in their month, by n and weekday."""
    return _by(
        lambda n: [(which, _weekday(n)) for which in _nth(CALENDAR[n].day, _month_length(CALENDAR[n]))]
    )


@cache
def numbered_in_year() -> Mapping[tuple[int, int], Days]:
    return _by(lambda n: [(which, _weekday(n)) for which in _nth_in_year(n)])


@cache
def week_numbers(week_start: int) -> Mapping[int, Days]:
    return _by(lambda n: _nth_in_year(_middle(n, week_start)))


@cache
def periods(freq: str, week_start: int, *, by_weeks: bool) -> Sequence[int]:
    """Return for each day the number of its year, month, week or day: neighbours differ by one."""
    number: Mapping[str, Callable[[int], int]] = {
        "YEARLY": lambda n: CALENDAR[_middle(n, week_start) if by_weeks else n].year,
        "MONTHLY": lambda n: CALENDAR[n].year * 12 + CALENDAR[n].month,
        "WEEKLY": lambda n: (n + FIRST.weekday() - week_start) // 7,
    }
    return tuple(map(number.get(freq, int), range(len(CALENDAR))))


@cache
def one_in(freq: str, week_start: int, interval: int, remainder: int, *, by_weeks: bool) -> Days:
    """Return the days whose period leaves this remainder when divided by the interval."""
    numbers = periods(freq, week_start, by_weeks=by_weeks)
    return days_at(n for n, number in enumerate(numbers) if number % interval == remainder)


def _weekday(position: int) -> int:
    return (position + FIRST.weekday()) % 7


def _middle(position: int, week_start: int) -> int:
    """Return the fourth day of its week: whichever year has four of its days has this one."""
    middle = position + 3 - (_weekday(position) - week_start) % 7
    return min(max(middle, 0), len(CALENDAR) - 1)


def _month_length(day: date) -> int:
    if day.month == 2:
        return _YEAR_LENGTHS[day.year] - 337
    return 30 if day.month in (4, 6, 9, 11) else 31


def _both_ways(number: int, last: int) -> tuple[int, int]:
    return number, number - last - 1


def _nth(number: int, last: int) -> tuple[int, int]:
    """Return which of its weekday a day is, from the front and from the back."""
    return (number - 1) // 7 + 1, -((last - number) // 7 + 1)


def _nth_in_year(position: int) -> tuple[int, int]:
    return _nth(_YEARDAYS[position], _YEAR_LENGTHS[CALENDAR[position].year])
