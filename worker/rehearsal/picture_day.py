"""The days of a picture, and where on each an instant stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from worker.rehearsal.report import Line, Report

LEFT, RIGHT = 250.0, 1180.0
"""Where a day begins and ends on the paper."""
TICKS = range(0, 24, 3)
"""The hours that are marked."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day by the zone's clock, and the broadcasts of each room that has any on it."""

    day: date
    begins_at: datetime
    ends_at: datetime
    """The next midnight: 23, 24 or 25 hours later."""
    lanes: tuple[tuple[Line, ...], ...]

    def x(self, at: datetime) -> float:
        """Return where an instant stands; what lies outside the day stands at its edge."""
        part = (at - self.begins_at) / (self.ends_at - self.begins_at)
        return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, part))

    def has(self, at: datetime) -> bool:
        """Whether an instant lies in the day."""
        return self.begins_at <= at < self.ends_at


def days(report: Report) -> Iterator[Day]:
    """Yield every day on which something is wanted or on air."""
    day = min(begins(each) for each in report.lines).astimezone(report.zone).date()
    while day <= max(ends(each) for each in report.lines).astimezone(report.zone).date():
        begin, end = (at_hour(day + timedelta(days=later), 0, report) for later in (0, 1))
        if shown := [each for each in report.lines if begins(each) < end and ends(each) > begin]:
            yield Day(day, begin, end, _lanes(shown))
        day += timedelta(days=1)


def at_hour(day: date, hour: int, report: Report) -> datetime:
    """Return the instant of an hour by the zone's clock, in UTC: wall times hide that a clock is changed."""
    return datetime.combine(day, time(hour), report.zone).astimezone(UTC)


def begins(line: Line) -> datetime:
    """Return when a broadcast is wanted from."""
    return line.known.broadcast.window.starts_at


def ends(line: Line) -> datetime:
    """Return when a broadcast was over: at its end, or later if it was on air still."""
    return max(line.known.broadcast.window.ends_at, line.known.off_at or begins(line))


def _lanes(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Put together what is of one entry, else of one room."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        broadcast = line.known.broadcast
        found.setdefault(broadcast.entry or broadcast.room_key, []).append(line)
    return tuple(map(tuple, found.values()))
