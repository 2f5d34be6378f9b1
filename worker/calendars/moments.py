"""Dates and times as calendars write them -> instants. No zone is guessed, and none is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from icalendar.prop import vDuration

from worker.calendars.sections import Property
from worker.calendars.zones import Zones

_WRITTEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """By which zone a calendar's times are read."""

    zones: Zones
    floating: tzinfo
    """The zone of times that name none."""
    display: tzinfo | None = None
    """The zone that the calendar is shown in (X-WR-TIMEZONE): what repeats in UTC is meant by its clock."""

    def read(self, written: Property) -> date | datetime:
        """Return one date, or one instant in its zone.

        Raises:
            ValueError: it cannot be read, or names a zone that is not known.
        """
        return self._one(written, written.value)

    def read_each(self, written: Property) -> Iterator[tuple[date | datetime, timedelta | None]]:
        """Yield each of a list; of a period its length besides.

        Raises:
            ValueError: as above.
        """
        for value in written.value.split(","):
            start, slash, end = value.strip().partition("/")
            begun = self._one(written, start)
            yield begun, self._length(written, begun, end) if slash else None

    def _one(self, written: Property, value: str) -> date | datetime:
        found = parsed(written.name, value)
        if not isinstance(found, datetime) or found.tzinfo is not None:
            return found
        name = written.parameters.get("TZID")
        return found.replace(tzinfo=self.floating if name is None else self.zones.of(name))

    def _length(self, written: Property, begun: date | datetime, end: str) -> timedelta:
        if end[:1].upper() == "P":
            return duration(written.name, end)
        ended = self._one(written, end)
        if isinstance(begun, datetime) and isinstance(ended, datetime):
            return elapsed(begun, ended)
        raise ValueError(f"{written.name} has a period without a time")


def parsed(name: str, value: str) -> date | datetime:
    """Return what is written: a date, a local time, or an instant in UTC.

    Raises:
        ValueError: it is none of them.
    """
    found = _WRITTEN.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{name} cannot be read: {value[:30]!r}")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        on = date(int(year), int(month), int(day))
        if hour is None:
            return on
        at = time(int(hour), int(minute), min(int(second or 0), 59))
    except ValueError:
        raise ValueError(f"{name} is no date: {value[:30]!r}") from None
    return datetime.combine(on, at, UTC if utc else None)


def duration(name: str, value: str) -> timedelta:
    """Return a length.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        found: timedelta = vDuration.from_ical(value)  # type: ignore[no-untyped-call]  # The library's.
    except (ValueError, OverflowError):
        raise ValueError(f"{name} cannot be read: {value[:30]!r}") from None
    return found


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return what lies between two instants, whatever the clocks do meanwhile."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def later(start: datetime, by: timedelta) -> datetime:
    """Return the instant so much later, whatever the clocks do meanwhile."""
    return start.astimezone(UTC) + by


def is_utc(zone: tzinfo | None) -> bool:
    """Whether it is UTC itself, and no zone that has its offset at times."""
    return zone is UTC or getattr(zone, "key", None) == "UTC"
