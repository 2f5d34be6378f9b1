"""One item of a schedule, as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from jobs.schedule import local_time
from jobs.schedule.rule import Rule

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different about one occurrence. What is None, or not among the options, stays the entry's."""

    skip: bool = False
    note: str = ""
    start: datetime | None = None
    end: timedelta | time | datetime | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name, `title` among them."""


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
    exceptions: tuple[date | datetime, ...] = ()
    """Days, or single times, on which the rule does not count."""
    also: tuple[datetime, ...] = ()
    changes: Mapping[str, Change] = field(default_factory=lambda: MappingProxyType({}))
    """By suffix: `2026-12-01`, or `2026-12-28T1800`."""
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name."""

    @property
    def first_wall(self) -> datetime:
        """The start by the local clock."""
        return local_time.wall(self.start, local_time.zone_of(self.zone))

    @cached_property
    def added(self) -> Mapping[str, datetime]:
        """The starts of the extra occurrences by suffix; of two alike the first counts."""
        zone = local_time.zone_of(self.zone)
        return {suffix_of(local_time.wall(each, zone)): each for each in reversed(self.also)}

    def excepts(self, wall: datetime) -> bool:
        """Whether the rule does not count then, by the local clock."""
        return wall in self._excepted or wall.date() in self._excepted

    @cached_property
    def _excepted(self) -> frozenset[date | datetime]:
        return frozenset(self.exceptions)


def suffix_of(wall: datetime) -> str:
    """Return the suffix of an extra occurrence, or of one among several a day."""
    return f"{wall:%Y-%m-%dT%H%M%S}" if wall.second else f"{wall:%Y-%m-%dT%H%M}"
