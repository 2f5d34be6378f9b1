"""A calendar month in UTC, as providers bill, and the minutes that lie in it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_WRITTEN = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a year."""

    year: int
    number: int
    """1 to 12."""

    def __str__(self) -> str:
        """Return it as 2026-11."""
        return f"{self.year}-{self.number:02}"

    @property
    def begins_at(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant of the next."""
        return datetime(self.year + self.number // 12, self.number % 12 + 1, 1, tzinfo=UTC)

    def minutes(self, begin: datetime, end: datetime) -> int:
        """Return the begun minutes of what lasts from one instant to another, so far as it lies in here."""
        return begun_minutes(max(begin, self.begins_at), min(end, self.ends_at))


@dataclass(frozen=True, slots=True)
class Forecast:
    """The minutes of export that a month will have had."""

    month: Month
    aired: int
    """So far."""
    planned: int
    """From now to its end."""

    @property
    def minutes(self) -> int:
        """Both."""
        return self.aired + self.planned


def month_of(instant: datetime) -> Month:
    """Return the month of an instant."""
    at = instant.astimezone(UTC)
    return Month(at.year, at.month)


def month_named(text: str) -> Month:
    """Return the month that is written as 2026-11.

    Raises:
        ValueError: it is none, or its end is later than dates go.
    """
    found = _WRITTEN.fullmatch(text)
    if not found or text == "9999-12":
        raise ValueError("write a month as 2026-11")
    return Month(int(found[1]), int(found[2]))


def begun_minutes(begin: datetime, end: datetime) -> int:
    """Return how many minutes are begun between two instants, as they are charged; 0 if none are between."""
    return charged_minutes(end - begin)


def charged_minutes(time: timedelta) -> int:
    """Return so much time in minutes, each that is begun counted; 0 if there is none."""
    return max(0, -(-time // _MINUTE))
