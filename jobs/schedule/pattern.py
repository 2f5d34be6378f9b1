"""The parts of a recurrence rule (RFC 5545, section 3.3.10), each as what its values mean."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple


class Frequency(StrEnum):
    """How long one interval is; SECONDLY is more than a broadcast can follow."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"
    MINUTELY = "MINUTELY"


class Weekday(NamedTuple):
    """A value of BYDAY."""

    number: int
    """The how many-th of its kind in the month or year, from the end when negative; 0: every one."""
    day: int
    """From Monday, which is 0."""


SLOTS_A_DAY = {Frequency.DAILY: 1, Frequency.HOURLY: 24, Frequency.MINUTELY: 1440}
"""Intervals that lie within one day, and how many of them a day has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Where a rule's occurrences lie, but for its end. Fields are the RFC's parts; empty: not given."""

    freq: Frequency
    interval: int = 1
    wkst: int = 0
    bymonth: frozenset[int] = frozenset()
    byweekno: frozenset[int] = frozenset()
    byyearday: frozenset[int] = frozenset()
    bymonthday: frozenset[int] = frozenset()
    byday: frozenset[Weekday] = frozenset()
    byhour: frozenset[int] = frozenset()
    byminute: frozenset[int] = frozenset()
    bysecond: frozenset[int] = frozenset()
    bysetpos: frozenset[int] = frozenset()

    @property
    def numbers_days(self) -> bool:
        """Whether BYDAY counts weekdays."""
        return any(each.number for each in self.byday)

    def completed(self, start: datetime) -> "Pattern":
        """Return it with what it leaves open taken from the start.

        Thereafter every part of a date is a limit, and a date that satisfies all of them is expanded to
        all of the times: the RFC's table of expanding and limiting says the same part by part.
        """
        return replace(self, **self._date(start), **self._time(start))

    def slots(self) -> range | tuple[int, ...]:
        """Return the intervals of a day that BYHOUR and BYMINUTE allow, by number."""
        if self.freq is Frequency.HOURLY and self.byhour:
            return tuple(sorted(self.byhour))
        if self.freq is Frequency.MINUTELY and (self.byhour or self.byminute):
            minutes = sorted(self.byminute) or range(60)
            return tuple(
                60 * hour + minute for hour in sorted(self.byhour) or range(24) for minute in minutes
            )
        return range(SLOTS_A_DAY[self.freq])

    def times(self) -> tuple[timedelta, ...]:
        """Return the times of day, from midnight, or from the beginning of an hour or minute."""
        hours = {0} if self.freq in {Frequency.HOURLY, Frequency.MINUTELY} else self.byhour
        minutes = {0} if self.freq is Frequency.MINUTELY else self.byminute
        times = product(sorted(hours or {0}), sorted(minutes or {0}), sorted(self.bysecond or {0}))
        found = [timedelta(hours=hour, minutes=minute, seconds=second) for hour, minute, second in times]
        within = self.freq in SLOTS_A_DAY and self.bysetpos
        return tuple(found[place] for place in self.places(len(found))) if within else tuple(found)

    def places(self, many: int) -> list[int]:
        """Return which of so many occurrences in one interval BYSETPOS picks, counted from 0."""
        places = (number - 1 if number > 0 else many + number for number in self.bysetpos)
        return sorted({place for place in places if 0 <= place < many})

    def most_a_day(self) -> int:
        """Return how often it can fire on one day, whatever its start."""
        times = len(self.times())
        if self.freq in SLOTS_A_DAY:
            return times * max(Counter(slot % self.interval for slot in self.slots()).values())
        return min(times, len(self.bysetpos) or times)

    def _date(self, start: datetime) -> dict[str, Any]:
        dates = self.byweekno or self.byyearday or self.bymonthday or self.byday
        match self.freq:
            case Frequency.YEARLY if self.byweekno and not (self.byyearday or self.bymonthday or self.byday):
                return {"byday": frozenset({Weekday(0, start.weekday())})}
            case Frequency.YEARLY if not dates:
                return {"bymonth": self.bymonth or {start.month}, "bymonthday": frozenset({start.day})}
            case Frequency.MONTHLY if not dates:
                return {"bymonthday": frozenset({start.day})}
            case Frequency.WEEKLY if not dates:
                return {"byday": frozenset({Weekday(0, start.weekday())})}
        return {}

    def _time(self, start: datetime) -> dict[str, Any]:
        return {name: frozenset({value}) for name, value in self._missing(start) if not getattr(self, name)}

    def _missing(self, start: datetime) -> Iterator[tuple[str, int]]:
        yield "bysecond", start.second
        if self.freq is not Frequency.MINUTELY:
            yield "byminute", start.minute
            if self.freq is not Frequency.HOURLY:
                yield "byhour", start.hour
