"""Days of the calendar by month, week and year.

A day is its ordinal, as `date` counts them; a weekday is counted from Monday, which is 0.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from jobs.schedule.pattern import Frequency, Pattern, Weekday

LAST_DAY = date.max.toordinal()

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Dates(NamedTuple):
    """The parts that tell days of a month apart."""

    byyearday: frozenset[int]
    bymonthday: frozenset[int]
    byday: frozenset[Weekday]
    numbered_in_year: bool


class Days:
    """The days that all parts of a pattern name, which leaves nothing open."""

    def __init__(self, pattern: Pattern) -> None:
        in_year = pattern.numbers_days and pattern.freq is Frequency.YEARLY and not pattern.bymonth
        self._dates = _Dates(pattern.byyearday, pattern.bymonthday, pattern.byday, in_year)
        self._pattern = pattern
        self._of_the_year = in_year or bool(pattern.byyearday)
        self._week = sorted({(each.day - pattern.wkst) % 7 for each in pattern.byday})

    def of_interval(self, number: int) -> list[int]:
        """Return those of one interval of the pattern, a week or longer, by what `interval_of` numbers it."""
        match self._pattern.freq:
            case Frequency.YEARLY if self._pattern.byweekno:
                return self._of_weeks(number)
            case Frequency.YEARLY:
                return [day for month in range(12) for day in self.of_month(12 * number + month)]
            case Frequency.MONTHLY:
                return self.of_month(number)
            case _:
                return self._of_week(7 * number + self._pattern.wkst + 1)

    def interval_of(self, day: int) -> int:
        """Return the number of the interval that a day lies in."""
        match self._pattern.freq:
            case Frequency.YEARLY if self._pattern.byweekno:
                return _year_of_week(day, self._pattern.wkst)
            case Frequency.YEARLY:
                return date.fromordinal(day).year
            case Frequency.MONTHLY:
                return month_of(day)
            case _:
                return (day - 1 - self._pattern.wkst) // 7

    def of_month(self, number: int) -> list[int]:
        """Return those of a month, which is numbered through from the year 0; BYWEEKNO is not looked at."""
        year, month = number // 12, number % 12 + 1
        if self._pattern.bymonth and month not in self._pattern.bymonth:
            return []
        first, length = date(year, month, 1).toordinal(), _month_length(year, month)
        new_year = (first - date(year, 1, 1).toordinal(), _year_length(year)) if self._of_the_year else (0, 0)
        return [first - 1 + each for each in _in_month(self._dates, weekday(first), length, *new_year)]

    def _of_week(self, begin: int) -> list[int]:
        days = [begin + number for number in self._week if 0 < begin + number <= LAST_DAY]
        months = self._pattern.bymonth
        return [day for day in days if date.fromordinal(day).month in months] if months else days

    def _of_weeks(self, year: int) -> list[int]:
        """Return those in the weeks of a year, of which some days may lie in another."""
        begin, end = _first_week(year, self._pattern.wkst), _first_week(year + 1, self._pattern.wkst)
        weeks = _from_front(self._pattern.byweekno, (end - begin) // 7)
        days = (begin + 7 * week - 7 + number for week in weeks for number in range(7))
        return [day for day in days if 0 < day <= LAST_DAY and day in self.of_month(month_of(day))]


def weekday(day: int) -> int:
    """Return the day of the week."""
    return (day - 1) % 7


def month_of(day: int) -> int:
    """Return the number of the month, counted through from the year 0."""
    found = date.fromordinal(day)
    return 12 * found.year + found.month - 1


def _year_of_week(day: int, wkst: int) -> int:
    """Return the year that the week of a day belongs to."""
    year = date.fromordinal(day).year
    if day < _first_week(year, wkst):
        return year - 1
    return year + 1 if day >= _first_week(year + 1, wkst) else year


@lru_cache(maxsize=1024)
def _first_week(year: int, wkst: int) -> int:
    """Return the day on which the first week with four days in that year begins: the week of January 4."""
    fourth = 365 * (year - 1) + (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400 + 4
    return fourth - (fourth - 1 - wkst) % 7


@lru_cache(maxsize=4096)
def _in_month(dates: _Dates, first: int, length: int, passed: int, year_length: int) -> tuple[int, ...]:
    """Return which days of a month are named: one that begins on that weekday, so many days into a year."""
    yeardays = _from_front(dates.byyearday, year_length)
    monthdays = _from_front(dates.bymonthday, length) if dates.bymonthday else range(1, length + 1)
    before, of = (passed, year_length) if dates.numbered_in_year else (0, length)
    return tuple(
        number
        for number in monthdays
        if (not dates.byyearday or passed + number in yeardays)
        and (not dates.byday or _is_named(dates.byday, (first + number - 1) % 7, before + number, of))
    )


def _is_named(byday: frozenset[Weekday], on: int, number: int, length: int) -> bool:
    """Whether BYDAY names a weekday, the `number`-th day of a month or year of that length."""
    from_front, from_end = (number - 1) // 7 + 1, -((length - number) // 7) - 1
    return any((each, on) in byday for each in (0, from_front, from_end))


def _from_front(numbers: frozenset[int], many: int) -> list[int]:
    """Return the numbers, of which negative ones count from the end; those out of range are ignored."""
    found = {number if number > 0 else many + 1 + number for number in numbers}
    return sorted(number for number in found if 1 <= number <= many)


def _month_length(year: int, month: int) -> int:
    return 29 if month == 2 and _year_length(year) == 366 else _LENGTHS[month - 1]


def _year_length(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
