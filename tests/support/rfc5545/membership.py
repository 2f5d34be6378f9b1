"""Which local times belong to a rule: in step with its start, and passed by every part (RFC 5545, 3.3.10)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import and_, or_
from typing import TypeVar

from tests.support.rfc5545 import calendar
from tests.support.rfc5545.calendar import Days
from tests.support.rfc5545.text import Rule

DAY = 86400
UNITS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
OFFSET = (calendar.FIRST - calendar.EPOCH).days

Wall = int
"""A local time, in seconds of the local clock since 1970-01-01 00:00 there."""
Key = TypeVar("Key")

_DAYS_BY: Mapping[str, Callable[[int], Mapping[int, Days]]] = {
    "BYMONTH": lambda _: calendar.months(),
    "BYWEEKNO": calendar.week_numbers,
    "BYYEARDAY": lambda _: calendar.yeardays(),
    "BYMONTHDAY": lambda _: calendar.monthdays(),
}
"""The days of each number, by part; from the weekday on which weeks start."""


def local_times(rule: Rule, start: Wall, since: Wall, to: Wall) -> Iterator[Wall]:
    """Yield those from `since` to before `to` in order, the start's own not excepted."""
    found = _all(rule, start, since, to) if "BYSETPOS" not in rule.by else _placed(rule, start, since, to)
    return (wall for wall in found if since <= wall < to)


def members(rule: Rule, start: Wall) -> Days:
    """Return the days that belong; of a rule by hours those on which an hour may."""
    return reduce(and_, (_in_step(rule, start), *_chosen(rule), _supplied(rule, start)))


def _in_step(rule: Rule, start: Wall) -> Days:
    if rule.freq in UNITS or rule.interval == 1:
        return calendar.ALL
    by_weeks = "BYWEEKNO" in rule.by
    origin = calendar.periods(rule.freq, rule.week_start, by_weeks=by_weeks)[_position(start)]
    return calendar.one_in(
        rule.freq, rule.week_start, rule.interval, origin % rule.interval, by_weeks=by_weeks
    )


def _chosen(rule: Rule) -> Iterator[Days]:
    """Yield for each part about days those that one of its values means."""
    for part, days in _DAYS_BY.items():
        if part in rule.by:
            yield _any_of(days(rule.week_start), rule.by[part])
    if rule.by_day:
        in_month = rule.freq == "MONTHLY" or "BYMONTH" in rule.by
        numbered = calendar.numbered_in_month() if in_month else calendar.numbered_in_year()
        plain = [weekday for number, weekday in rule.by_day if not number]
        yield _any_of(calendar.weekdays(), plain) | _any_of(numbered, rule.by_day)


def _any_of(days: Mapping[Key, Days], values: Iterable[Key]) -> Days:
    return reduce(or_, (days[value] for value in values if value in days), 0)


def _supplied(rule: Rule, start: Wall) -> Days:
    """Return the days that agree with the start in what the rule does not say of them."""
    day = calendar.CALENDAR[_position(start)]
    if rule.parts & {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} or rule.freq in (*UNITS, "DAILY"):
        return calendar.ALL
    if rule.freq == "WEEKLY" or "BYWEEKNO" in rule.by:
        return calendar.weekdays()[day.weekday()]
    same_monthday = calendar.monthdays()[day.day]
    if rule.freq == "MONTHLY" or "BYMONTH" in rule.by:
        return same_monthday
    return same_monthday & calendar.months()[day.month]


def _all(rule: Rule, start: Wall, since: Wall, to: Wall) -> Iterator[Wall]:
    """Yield those of whole days, whatever BYSETPOS says."""
    times = times_of_day(rule, start)
    unit, step = UNITS.get(rule.freq, 1), rule.interval if rule.freq in UNITS else 1
    for position in calendar.positions(members(rule, start), _position(since), _position(to) + 1):
        midnight = (position + OFFSET) * DAY
        for time in times:
            if step == 1 or ((midnight + time) // unit - start // unit) % step == 0:
                yield midnight + time


def times_of_day(rule: Rule, start: Wall) -> Sequence[int]:
    """Return the seconds of a day that BYHOUR, BYMINUTE and BYSECOND mean; the start supplies the others."""
    hour, minute, second = start % DAY // 3600, start % 3600 // 60, start % 60
    free = {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}.get(rule.freq, 0)
    hours = rule.by.get("BYHOUR", range(24) if free >= 1 else (hour,))
    minutes = rule.by.get("BYMINUTE", range(60) if free >= 2 else (minute,))
    seconds = rule.by.get("BYSECOND", range(60) if free >= 3 else (second,))
    return sorted({h * 3600 + m * 60 + min(s, 59) for h in hours for m in minutes for s in seconds})


def _placed(rule: Rule, start: Wall, since: Wall, to: Wall) -> Iterator[Wall]:
    """Yield those that BYSETPOS takes of each whole period, of which the edges are looked at beyond."""
    margin = DAY * {"YEARLY": 400, "MONTHLY": 32, "WEEKLY": 8}.get(rule.freq, 1)
    unit = UNITS.get(rule.freq)
    numbers = calendar.periods(rule.freq, rule.week_start, by_weeks="BYWEEKNO" in rule.by)

    def period(wall: Wall) -> int:
        return wall // unit if unit else numbers[_position(wall)]

    for _, together in groupby(_all(rule, start, since - margin, to + margin), period):
        of_period = list(together)
        taken = {n - 1 if n > 0 else len(of_period) + n for n in rule.by["BYSETPOS"]}
        yield from (of_period[n] for n in sorted(taken) if 0 <= n < len(of_period))


def _position(wall: Wall) -> int:
    """Return where in the calendar the day of a local time is, its ends for what lies beyond."""
    return min(max(wall // DAY - OFFSET, 0), len(calendar.CALENDAR) - 1)
