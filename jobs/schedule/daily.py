"""A time of day by the clocks of a zone, at which something is done once for each day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.schedule import local_time

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NEAR = (1, 0, -1, -2)
"""Days beside today's of which one fell due last: clocks that are set back pass midnight twice, and a zone
has skipped a day."""


@dataclass(frozen=True, slots=True)
class Daily:
    """07:00 in Berlin: in a missing hour it is due at the first instant after, in a repeated one once."""

    clock: time
    zone: ZoneInfo

    def last(self, now: datetime) -> datetime:
        """Return the instant at which it fell due last: now, or before."""
        today = now.astimezone(self.zone).date()
        found = (self._on(today + near * _DAY) for near in _NEAR)
        return max(each for each in found if each is not None and each <= now)

    def before(self, due: datetime) -> datetime:
        """Return the instant at which it fell due the day before."""
        return self.last(due - timedelta.resolution)

    def _on(self, day: date) -> datetime | None:
        """Return when it is due for a day; None: the clocks of the zone skip the day whole."""
        begin = _reached(datetime.combine(day, time(0)), self.zone)
        if begin.astimezone(self.zone).date() != day:
            return None
        return _reached(datetime.combine(day, self.clock), self.zone)


def _reached(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the clocks show this wall time, or a later one that they skip to."""
    late = local_time.instant(moment, zone)
    if not local_time.is_missing(moment, zone):
        return late
    early = moment.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > _SECOND:  # Clocks change on whole seconds.
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        is_after = local_time.wall(middle, zone) > moment
        early, late = (early, middle) if is_after else (middle, late)
    return late
