"""The coming fortnight, day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from worker.store.records import Upcoming
from worker.view.board import MARKS, state_word

DAYS = 14
MOST = 40
"""Broadcasts shown of a day; of the others it is said how many there are."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A broadcast on its day."""

    id: str
    title: str
    clock: str
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Day:
    """What starts on a day."""

    day: date
    is_today: bool
    items: tuple[Planned, ...]
    left_out: int


def until(now: datetime) -> datetime:
    """Return the end of the fortnight that begins with this day."""
    return now + timedelta(days=DAYS)


def fortnight(rows: Iterable[Upcoming], now: datetime, zone: tzinfo | None = None) -> tuple[Day, ...]:
    """Return each day of the fortnight, with what starts on it by the clock that is used."""
    today = now.astimezone(zone).date()
    by_day: dict[date, list[Upcoming]] = {today + timedelta(days=each): [] for each in range(DAYS)}
    for row in rows:
        if row.starts_at and (day := row.starts_at.astimezone(zone).date()) in by_day:
            by_day[day].append(row)
    return tuple(_days(by_day, today, zone))


def _days(by_day: dict[date, list[Upcoming]], today: date, zone: tzinfo | None) -> Iterator[Day]:
    for day, own in by_day.items():
        shown = tuple(_planned(row, zone) for row in own[:MOST])
        yield Day(day, day == today, shown, len(own) - len(shown))


def _planned(row: Upcoming, zone: tzinfo | None) -> Planned:
    begins, ends = (each.astimezone(zone) if each else None for each in (row.starts_at, row.ends_at))
    clock = f"{begins:%H:%M}-{ends:%H:%M}" if begins and ends else ""
    return Planned(row.id, row.title, clock, MARKS[row.state], state_word(row.state))
