"""Recurrence rules (RFC 5545, section 3.3.10), on the local wall clock. Every question ends quickly."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateutil import rrule

MOST_A_DAY = 48
"""A rule may fire so often on one day."""

_FREQUENCIES = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
}
_STEPS = {
    rrule.WEEKLY: timedelta(weeks=1),
    rrule.DAILY: timedelta(days=1),
    rrule.HOURLY: timedelta(hours=1),
}
_WEEKDAYS = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}
_CYCLE = timedelta(days=146_097)
"""400 years, after which dates, leap years and weekdays repeat."""

_YEAR = timedelta(days=366)
_END = datetime(MAXYEAR, 12, 31)  # noqa: DTZ001 - a wall time

_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]([01]\d|2[0-3]):?(\d\d)(?::?(\d\d))?(Z?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something happens again. Equal texts make equal rules."""

    text: str
    parts: Mapping[str, Any] = field(compare=False)
    """Arguments of dateutil's rrule."""
    until: date | datetime | None = field(compare=False)
    """The last local day, local time or instant; the calendar does not know it, `reaches` does."""

    @property
    def several_a_day(self) -> bool:
        """Whether its form allows two on one day; nothing is counted, so an id never changes its shape."""
        return _times_a_day(self.parts) > 1 or self.parts["freq"] == rrule.HOURLY

    def reaches(self, wall: datetime, instant: datetime) -> bool:
        """Whether UNTIL allows this occurrence."""
        if self.until is None:
            return True
        if not isinstance(self.until, datetime):
            return wall.date() <= self.until
        return (instant if self.until.tzinfo else wall) <= self.until

    def walls(self, start: datetime, since: datetime, to: datetime) -> Iterator[datetime]:
        """Yield the wall times (naive) from `since` to `to`, both included, of the rule begun at `start`.

        Works in the last 400 years that datetimes know: a rule that never fires is searched for a few
        hundred years there and not for eight thousand.
        """
        if "count" not in self.parts:
            yield from _walls(self.parts, self._skip(start, since), since, to)
            return
        known = _counted(self, start, _reach(start, to))
        for place in range(bisect_left(known, since), len(known)):
            if known[place] > to:
                return
            yield known[place]

    def first(self, start: datetime) -> datetime | None:
        """Return the first wall time, None if it never fires. UNTIL is not looked at."""
        return next(_walls(self.parts, start, start, _END), None)

    def _skip(self, start: datetime, since: datetime) -> datetime:
        """Return a start nearer to `since` that is in step with the given one."""
        step = _STEPS.get(self.parts["freq"])
        if step is None:
            return start
        period: timedelta = step * self.parts.get("interval", 1)
        return start + max(0, (since - start) // period - 1) * period


@lru_cache(maxsize=16)
def _counted(rule: Rule, start: datetime, to: datetime) -> tuple[datetime, ...]:
    """Return a COUNT rule's wall times, which can only be counted from the start: once for many questions."""
    return tuple(_walls(rule.parts, start, start, to))


def _reach(start: datetime, to: datetime) -> datetime:
    """Return an end at or after `to`, of which there are few: a power of two of years after the start."""
    years = 1 << (max(0, (to - start) // _YEAR)).bit_length()
    return start + min(years * _YEAR, _END - start)


def parse(text: str) -> Rule:
    """Read the text of a rule, with or without `RRULE:` before it.

    Raises:
        ValueError: it is none; the message names the part and the cure.
    """
    named = _named(text)
    parts = dict(_part(name, value) for name, value in named.items())
    until = parts.pop("until", None)
    _check(named, parts)
    return Rule(text, parts, until)


def _named(text: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(f"{part!r} is not NAME=VALUE, as in FREQ=WEEKLY;BYDAY=TU,TH")
        if name in named:
            raise ValueError(f"{name} is given twice")
        named[name] = value
    return named


def _part(name: str, value: str) -> tuple[str, Any]:
    if name not in PARTS:
        raise ValueError(f"{name} is not a part of a rule; known: {', '.join(PARTS)}")
    argument, read = PARTS[name]
    try:
        return argument, read(value)
    except ValueError as problem:
        raise ValueError(f"{name}={value}: {problem}") from None


def _check(named: Mapping[str, str], parts: Mapping[str, Any]) -> None:
    if "FREQ" not in named:
        raise ValueError(f"FREQ is missing; write one of {', '.join(_FREQUENCIES)}")
    if "UNTIL" in named and "COUNT" in named:
        raise ValueError("UNTIL and COUNT cannot be combined")
    if named["FREQ"] not in {"MONTHLY", "YEARLY"} and any(day.n for day in parts.get("byweekday", ())):
        raise ValueError(f"BYDAY={named['BYDAY']}: a number before a day needs FREQ=MONTHLY or YEARLY")
    if _times_a_day(parts) > MOST_A_DAY:
        raise ValueError(f"fires {_times_a_day(parts)} times a day, {MOST_A_DAY} at most")


def _times_a_day(parts: Mapping[str, Any]) -> int:
    hours = len(parts.get("byhour", ())) or (24 if parts["freq"] == rrule.HOURLY else 1)
    return hours * (len(parts.get("byminute", ())) or 1)


def _walls(parts: Mapping[str, Any], begun: datetime, since: datetime, to: datetime) -> Iterator[datetime]:
    """Yield wall times one after the other, which takes as long as there are from `begun` on."""
    shift = _CYCLE * ((MAXYEAR - begun.year) // 400)
    for shifted in _dates(begun + shift, parts):
        wall = shifted - shift
        if wall > to:
            return
        if wall >= since:
            yield wall


def _dates(start: datetime, parts: Mapping[str, Any]) -> Iterator[datetime]:
    """Yield what dateutil says; an interval that never meets its hours, and the end of time, end it."""
    try:
        yield from rrule.rrule(dtstart=start, **parts)
    except (ValueError, OverflowError):
        return


def _frequency(value: str) -> int:
    if value in {"MINUTELY", "SECONDLY"}:
        raise ValueError("too frequent; use HOURLY, or DAILY with BYHOUR and BYMINUTE")
    if value not in _FREQUENCIES:
        raise ValueError(f"write one of {', '.join(_FREQUENCIES)}")
    return _FREQUENCIES[value]


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,6}", value) or not least <= int(value) <= most:
            raise ValueError(f"write a number from {least} to {most}")
        return int(value)

    return read


def _numbers(least: int, most: int) -> Callable[[str], tuple[int, ...]]:
    number = _number(least, most)

    def read(value: str) -> tuple[int, ...]:
        return tuple(sorted({_nonzero(number(each), least) for each in value.split(",")}))

    return read


def _nonzero(value: int, least: int) -> int:
    if value == 0 and least < 0:
        raise ValueError("0 is not allowed: count from 1, or from -1 backwards")
    return value


def _weekday(value: str) -> rrule.weekday:
    if value not in _WEEKDAYS:
        raise ValueError(f"write one of {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS[value]


def _weekdays(value: str) -> tuple[rrule.weekday, ...]:
    return tuple(_nth_weekday(each) for each in value.split(","))


def _nth_weekday(value: str) -> rrule.weekday:
    found = _BYDAY.fullmatch(value)
    if not found or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise ValueError(
            f"{value!r} is not a weekday: write {', '.join(_WEEKDAYS)}, or 1MO, -1FR for the first, the last"
        )
    return _WEEKDAYS[found[2]](int(found[1])) if found[1] else _WEEKDAYS[found[2]]


def _until(value: str) -> date | datetime:
    found = _UNTIL.fullmatch(value)
    if not found:
        raise ValueError("write a date 20270630, a local time 20270630T235900 or a UTC time 20270630T220000Z")
    year, month, day, hour, minute, second, zulu = found.groups(default="00")
    if found[4] is None:
        return date.fromisoformat(f"{year}-{month}-{day}")
    moment = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}")
    return moment.replace(tzinfo=UTC) if zulu == "Z" else moment


PARTS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("freq", _frequency),
    "INTERVAL": ("interval", _number(1, 1000)),
    "COUNT": ("count", _number(1, 10_000)),
    "UNTIL": ("until", _until),
    "BYDAY": ("byweekday", _weekdays),
    "BYMONTH": ("bymonth", _numbers(1, 12)),
    "BYMONTHDAY": ("bymonthday", _numbers(-31, 31)),
    "BYYEARDAY": ("byyearday", _numbers(-366, 366)),
    "BYWEEKNO": ("byweekno", _numbers(-53, 53)),
    "BYHOUR": ("byhour", _numbers(0, 23)),
    "BYMINUTE": ("byminute", _numbers(0, 59)),
    "BYSETPOS": ("bysetpos", _numbers(-366, 366)),
    "WKST": ("wkst", _weekday),
}
"""Every part that a rule may have: the argument of dateutil's rrule, and how its value is read."""
