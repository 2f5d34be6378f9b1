"""One item of a schedule, as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from jobs.schedule import local_time
from jobs.schedule.days_off import DaysOff
from jobs.schedule.rule import Rule

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different about one occurrence. What is None, or not among the options, stays the entry's."""

    skip: bool = False
    note: str = ""
    start: datetime | None = None
    end: timedelta | time | datetime | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name, `title` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSource:
    """The calendar that has an entry's occurrences. Its address is secret: often it is the key to it."""

    address: str = field(default="", repr=False)
    """A URL, or the name of a file beside the schedule's."""
    secret: str | None = None
    """The name of the secret that is the address instead."""
    every: timedelta = timedelta(minutes=15)
    """Between two looks."""
    only: tuple[str, ...] = ()
    """Events alone in whose titles one of these occurs; empty: all."""
    is_titled: bool = False
    """Whether the entry's title stands in place of the events'."""


_UNCHANGED = Change()
Claim = tuple[bool, bool, bool, str]
"""Of two at one instant the lesser has it: its time is not missing, it was not moved, it is no extra one."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One item of a schedule. Times without an offset are local by the zone."""

    key: str
    title: str
    start: datetime
    end: timedelta | time | datetime
    """A duration, which is elapsed time; a time by the local clock (past midnight: next day); or in full."""
    zone: str = "UTC"
    was: str | None = None
    """An earlier key, whose meetings and links are carried over."""
    repeat: Rule | None = None
    exceptions: tuple[date | datetime | DaysOff, ...] = ()
    """Days, single times by the local clock, and holidays on which the rule does not count."""
    exception_notes: Mapping[date | datetime | DaysOff, str] = field(default_factory=lambda: _NOTHING)
    """Why, of those exceptions that say why."""
    also: tuple[datetime, ...] = ()
    also_notes: Mapping[datetime, str] = field(default_factory=lambda: _NOTHING)
    """Why, of those extra occurrences that say why."""
    changes: Mapping[str, Change] = field(default_factory=lambda: _NOTHING)
    """By suffix: `2026-12-01`, or `2026-12-28T1800`."""
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name."""
    calendar: CalendarSource | None = None
    """Where its occurrences are, if it has neither a start nor a rule of its own."""
    instances: Mapping[str, Change] = field(default_factory=lambda: _NOTHING)
    """What was read of its calendar, by suffix: each with its start, its end and perhaps a title."""

    @property
    def first_wall(self) -> datetime:
        """The start by the local clock; the rule may not have it."""
        return local_time.wall(self.start, local_time.zone_of(self.zone))

    @cached_property
    def own_wall(self) -> datetime:
        """The start by the local clock of the occurrence that `end` is written for: the first."""
        found = self.repeat.first(self.first_wall) if self.repeat else None
        return found or self.first_wall

    @cached_property
    def length(self) -> timedelta:
        """How long its occurrences last: by the local clock if `end` is a time of day, else elapsed time."""
        if isinstance(self.end, timedelta):
            return self.end
        if isinstance(self.end, time):
            return local_time.until(self.own_wall, self.end)
        zone = local_time.zone_of(self.zone)
        return local_time.instant(self.end, zone) - local_time.instant(self.start, zone)

    @cached_property
    def added(self) -> Mapping[str, datetime]:
        """The starts of the extra occurrences by suffix; of two alike the first counts."""
        zone = local_time.zone_of(self.zone)
        return {suffix_of(local_time.wall(each, zone)): each for each in reversed(self.also)}

    def claim(self, suffix: str, start: datetime) -> Claim:
        """Return the claim of an occurrence that starts then unless it is moved to its instant."""
        moved = self.changes.get(suffix, _UNCHANGED).start
        is_missing = local_time.is_missing(moved or start, local_time.zone_of(self.zone))
        return is_missing, moved is not None, suffix in self.added, suffix

    @cached_property
    def claims_as_written(self) -> Mapping[datetime, Claim]:
        """The least claims of extra and of moved occurrences to the instants at which they begin."""
        moved = {suffix: each.start for suffix, each in self.changes.items() if each.start}
        zone, found = local_time.zone_of(self.zone), dict[datetime, Claim]()
        for suffix, start in {**self.added, **moved}.items():
            if not self.changes.get(suffix, _UNCHANGED).skip:
                at, claim = local_time.instant(start, zone), self.claim(suffix, start)
                found[at] = min(claim, found.get(at, claim))
        return found

    def excepts(self, wall: datetime) -> bool:
        """Whether the rule does not count then, by the local clock."""
        return self.exception(wall) is not None

    def exception(self, wall: datetime) -> str | None:
        """Return why the rule does not count then, by the local clock; None if it does."""
        for moment in (wall, wall.date()):
            if moment in self._excepted:
                return self.exception_notes.get(moment) or "its date is excepted"
        names = ((each, each.name_of(wall.date())) for each in self._days_off)
        return next((self._holiday(each, name) for each, name in names if name), None)

    def _holiday(self, days_off: DaysOff, name: str) -> str:
        note = self.exception_notes.get(days_off)
        return f"{name} ({days_off.code})" + (f", {note}" if note else "")

    @cached_property
    def _excepted(self) -> frozenset[date | datetime | DaysOff]:
        return frozenset(self.exceptions)

    @cached_property
    def _days_off(self) -> tuple[DaysOff, ...]:
        return tuple(each for each in self.exceptions if not isinstance(each, date))


def suffix_of(wall: datetime) -> str:
    """Return the suffix of an extra occurrence, or of one among several a day."""
    return f"{wall:%Y-%m-%dT%H%M%S}" if wall.second else f"{wall:%Y-%m-%dT%H%M}"
