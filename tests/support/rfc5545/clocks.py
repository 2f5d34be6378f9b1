"""Local times and the instants they mean (RFC 5545, section 3.3.5), from a zone's offsets at instants alone.

A zone is a table of its changes. At the instant of one the local clock goes from one time to another. Up to
the later of both the offset from before counts: a missing time lies between them and takes "the UTC offset
before the gap", a repeated one is "the first occurrence of the referenced time".
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.support.rfc5545.calendar import FIRST, LAST
from tests.support.rfc5545.membership import DAY, Wall

Instant = int
"""Seconds since 1970-01-01 00:00 UTC."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The local clocks of a zone, 1990 to 2070."""

    changes: tuple[Wall, ...]
    """The local times from which on the next offset counts."""
    offsets: tuple[int, ...]
    """In seconds: one before the first change, and one from each on."""

    def instant(self, wall: Wall) -> Instant:
        return wall - self.offsets[bisect_right(self.changes, wall)]


@cache
def clocks_of(zone: str) -> Clocks:
    info = ZoneInfo(zone)
    changes: list[Wall] = []
    offsets = [_offset(info, _midnight(0))]
    for at in _changes(info):
        before, after = _offset(info, at - 1), _offset(info, at)
        changes.append(at + max(before, after))
        offsets.append(after)
    return Clocks(tuple(changes), tuple(offsets))


def _changes(zone: ZoneInfo) -> Iterator[Instant]:
    """Yield the instants from which on the offset is another: never two within days."""
    looks = range(_midnight(0), _midnight((LAST - FIRST).days), 5 * DAY)
    for since, to in pairwise(looks):
        before = _offset(zone, since)
        if before != _offset(zone, to):
            yield bisect_left(range(to), 1, since, key=lambda at: int(_offset(zone, at) != before))


def _midnight(day: int) -> Instant:
    return int(datetime(FIRST.year, 1, 1, tzinfo=UTC).timestamp()) + day * DAY


def _offset(zone: ZoneInfo, at: Instant) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset() or timedelta(0)
    return int(offset.total_seconds())
