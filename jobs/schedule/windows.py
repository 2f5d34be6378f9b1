"""From when to when an occurrence is on air, and what the clocks do meanwhile.

An entry has one length. What its rule makes keeps it by the local clock if its end is a time of day: 18:00 to
19:00 on the day of a clock change, too. What is moved or added keeps it as elapsed time.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.model import Window
from jobs.schedule import local_time
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.slots import Slot

Timed = tuple[Window, tuple[str, ...]]
"""A window, and a remark on each of its times that the clocks skip or show twice."""


def window(entry: Entry, original: Slot, change: Change) -> Timed:
    """Return when an occurrence is on air that is changed so.

    Raises:
        ValueError: it ends before it starts (full `end` only).
    """
    start, zone = change.start or original.start, zone_of(entry.zone)
    if change.end is not None:
        return _as_written(start, change.end, zone)
    if original.added or change.start:
        return _as_written(start, entry.length, zone)
    if isinstance(entry.end, time):
        return _by_the_clock(start, entry.length, zone)
    return _as_written(start, entry.end, zone)


def _as_written(start: datetime, end: timedelta | time | datetime, zone: ZoneInfo) -> Timed:
    starts_at = local_time.instant(start, zone)
    if isinstance(end, timedelta):
        return Window(starts_at, starts_at + end), _remarks(zone, start)
    if isinstance(end, datetime):
        return Window(starts_at, local_time.instant(end, zone)), _remarks(zone, start, end)
    return _by_the_clock(start, local_time.until(local_time.wall(start, zone), end), zone)


def _by_the_clock(start: datetime, length: timedelta, zone: ZoneInfo) -> Timed:
    """End at a wall time; where a clock change puts that before the start, after the length."""
    starts_at, ended = local_time.instant(start, zone), local_time.wall(start, zone) + length
    ends_at = local_time.instant(ended, zone)
    on_air = Window(starts_at, ends_at if ends_at > starts_at else starts_at + length)
    return on_air, _remarks(zone, start, ended)


def _remarks(zone: ZoneInfo, *moments: datetime) -> tuple[str, ...]:
    return tuple(text for text in (local_time.remark(moment, zone) for moment in moments) if text)
