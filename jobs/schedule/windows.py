"""From when to when an occurrence is on air, and what the clocks do meanwhile."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.model import Window
from jobs.schedule import local_time

_DAY = timedelta(days=1)


def window(
    start: datetime, end: timedelta | time | datetime, zone: ZoneInfo
) -> tuple[Window, tuple[str, ...]]:
    """Return the window, and a remark on each of its times that the clocks skip or show twice."""
    starts_at = local_time.instant(start, zone)
    if isinstance(end, timedelta):
        return Window(starts_at, starts_at + end), _remarks(zone, start)
    if isinstance(end, datetime):
        return Window(starts_at, local_time.instant(end, zone)), _remarks(zone, start, end)
    begun = local_time.wall(start, zone)
    ended = datetime.combine(begun.date(), end)
    ended += _DAY if ended <= begun else timedelta(0)
    return _by_the_clock(starts_at, begun, ended, zone), _remarks(zone, start, ended)


def _by_the_clock(starts_at: datetime, begun: datetime, ended: datetime, zone: ZoneInfo) -> Window:
    """Return the window up to a wall time; where a clock change has it end first, its length by the clock."""
    ends_at = local_time.instant(ended, zone)
    return Window(starts_at, ends_at if ends_at > starts_at else starts_at + (ended - begun))


def _remarks(zone: ZoneInfo, *moments: datetime) -> tuple[str, ...]:
    return tuple(text for text in (local_time.remark(moment, zone) for moment in moments) if text)
