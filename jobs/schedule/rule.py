"""Recurrence rules (RFC 5545, section 3.3.10), on the local wall clock. Every question ends quickly."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from jobs.schedule.expansion import expansion
from jobs.schedule.pattern import Frequency, Pattern, Weekday
from jobs.schedule.rule_combinations import objection, readings

MOST_A_DAY = 48
"""A rule may fire so often on one day."""

_YEAR = timedelta(days=366)
_END = datetime(MAXYEAR, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a wall time

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]([01]\d|2[0-3]):?(\d\d)(?::?(\d\d))?(Z?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something happens again. Equal texts make equal rules."""

    text: str
    parts: Mapping[str, Any] = field(compare=False)
    """What is written: values by the part's name in small letters, `until` and `count` not among them."""
    pattern: Pattern = field(compare=False)
    count: int | None = field(compare=False)
    until: date | datetime | None = field(compare=False)
    """The last local day, local time or instant; the calendar does not know it, `reaches` does."""

    @property
    def several_a_day(self) -> bool:
        """Whether its form allows two on one day; nothing is counted, so an id never changes its shape."""
        several = (len(self.parts.get(name, ())) > 1 for name in ("byhour", "byminute", "bysecond"))
        return self.pattern.freq in {Frequency.HOURLY, Frequency.MINUTELY} or any(several)

    @property
    def remarks(self) -> tuple[str, ...]:
        """How it is read where the RFC allows another reading, each with what would leave no doubt."""
        return readings(self.pattern)

    def reaches(self, wall: datetime, instant: datetime) -> bool:
        """Whether UNTIL allows this occurrence."""
        if self.until is None:
            return True
        if not isinstance(self.until, datetime):
            return wall.date() <= self.until
        return (instant if self.until.tzinfo else wall) <= self.until

    def walls(self, start: datetime, since: datetime, to: datetime) -> Iterator[datetime]:
        """Yield the wall times (naive) from `since` to `to`, both included, of the rule begun at `start`.

        No more than 400 years are looked at: from `since` on, or from the start where COUNT counts.
        """
        if self.count is None:
            yield from expansion(self.pattern, start).walls(since, to)
            return
        known = _counted(self, start, _reach(start, to))
        for place in range(bisect_left(known, since), len(known)):
            if known[place] > to:
                return
            yield known[place]

    def first(self, start: datetime) -> datetime | None:
        """Return the first wall time, None if it never fires. UNTIL is not looked at."""
        return next(expansion(self.pattern, start).walls(start, _END), None)


@lru_cache(maxsize=16)
def _counted(rule: Rule, start: datetime, to: datetime) -> tuple[datetime, ...]:
    """Return a COUNT rule's wall times, which can only be counted from the start: once for many questions."""
    return tuple(islice(expansion(rule.pattern, start).walls(start, to), rule.count))


def _reach(start: datetime, to: datetime) -> datetime:
    """Return an end at or after `to`, of which there are few: a power of two of years after the start."""
    years = 1 << (max(0, (to - start) // _YEAR)).bit_length()
    return start + min(years * _YEAR, _END - start)


def parse(text: str) -> Rule:
    """Read the text of a rule, with or without `RRULE:` before it.

    Raises:
        ValueError: it is none, or the RFC forbids it; the message names the part and the cure.
    """
    parts = {name.lower(): _part(name, value) for name, value in _named(text).items()}
    if "freq" not in parts:
        raise ValueError(f"FREQ is missing; write one of {_FREQUENCIES}")
    if "until" in parts and "count" in parts:
        raise ValueError("UNTIL and COUNT cannot be combined")
    until, count = parts.pop("until", None), parts.pop("count", None)
    pattern = Pattern(**parts)
    if reason := objection(pattern) or _too_often(pattern, count):
        raise ValueError(reason)
    return Rule(text, parts, pattern, count, until)


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


def _part(name: str, value: str) -> Any:
    if name not in PARTS:
        raise ValueError(f"{name} is not a part of a rule; known: {', '.join(PARTS)}")
    try:
        return PARTS[name](value)
    except ValueError as problem:
        raise ValueError(f"{name}={value}: {problem}") from None


def _too_often(pattern: Pattern, count: int | None) -> str | None:
    times = pattern.most_a_day()
    if min(times, count or times) <= MOST_A_DAY:
        return None
    return f"fires {times} times a day, {MOST_A_DAY} at most"


def _frequency(value: str) -> Frequency:
    if value == "SECONDLY":
        raise ValueError("too frequent; use HOURLY, or DAILY with BYHOUR and BYMINUTE")
    if value not in Frequency.__members__:
        raise ValueError(f"write one of {_FREQUENCIES}")
    return Frequency(value)


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,6}", value) or not least <= int(value) <= most:
            raise ValueError(f"write a number from {least} to {most}")
        return int(value)

    return read


def _numbers(least: int, most: int) -> Callable[[str], frozenset[int]]:
    number = _number(least, most)

    def read(value: str) -> frozenset[int]:
        return frozenset(_nonzero(number(each), least) for each in value.split(","))

    return read


def _seconds(value: str) -> frozenset[int]:
    """Without leap seconds the second 60 is the second 59 (3.3.10)."""
    return frozenset(min(each, 59) for each in _numbers(0, 60)(value))


def _nonzero(value: int, least: int) -> int:
    if value == 0 and least < 0:
        raise ValueError("0 is not allowed: count from 1, or from -1 backwards")
    return value


def _weekday(value: str) -> int:
    if value not in _WEEKDAYS:
        raise ValueError(f"write one of {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS.index(value)


def _weekdays(value: str) -> frozenset[Weekday]:
    return frozenset(_nth_weekday(each) for each in value.split(","))


def _nth_weekday(value: str) -> Weekday:
    found = _BYDAY.fullmatch(value)
    if not found or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise ValueError(
            f"{value!r} is not a weekday: write {', '.join(_WEEKDAYS)}, or 1MO, -1FR for the first, the last"
        )
    return Weekday(int(found[1] or 0), _WEEKDAYS.index(found[2]))


def _until(value: str) -> date | datetime:
    found = _UNTIL.fullmatch(value)
    if not found:
        raise ValueError("write a date 20270630, a local time 20270630T235900 or a UTC time 20270630T220000Z")
    year, month, day, hour, minute, second, zulu = found.groups(default="00")
    if found[4] is None:
        return date.fromisoformat(f"{year}-{month}-{day}")
    moment = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}")
    return moment.replace(tzinfo=UTC) if zulu == "Z" else moment


_FREQUENCIES = ", ".join(Frequency)

PARTS: Mapping[str, Callable[[str], Any]] = {
    "FREQ": _frequency,
    "INTERVAL": _number(1, 100_000),
    "COUNT": _number(1, 10_000),
    "UNTIL": _until,
    "BYDAY": _weekdays,
    "BYMONTH": _numbers(1, 12),
    "BYMONTHDAY": _numbers(-31, 31),
    "BYYEARDAY": _numbers(-366, 366),
    "BYWEEKNO": _numbers(-53, 53),
    "BYHOUR": _numbers(0, 23),
    "BYMINUTE": _numbers(0, 59),
    "BYSECOND": _seconds,
    "BYSETPOS": _numbers(-366, 366),
    "WKST": _weekday,
}
"""Every part that a rule may have, and how its value is read."""
