"""Tonight as a timeline: lanes beneath each other, and a line through them for now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from jobs.run.lifecycle import HOLDING, OVER, State
from worker.store.records import Overview
from worker.view.board import MARKS, Line, line, state_word

BEFORE = timedelta(hours=2)
AFTER = timedelta(hours=12)
"""The time that is shown, from now."""
MOST = 300
"""Broadcasts shown; of the others it is said how many there are."""
HOURS_APART = 2
MARGIN = 5
"""Part of the whole, in percent, at whose edges no hour is named: it would be cut off."""
LEAST_WIDTH = 0.4
"""Part of the whole, in percent, that the shortest broadcast takes."""


class Timed(Protocol):
    """A broadcast, as far as it matters which is the more urgent."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def state(self) -> State | None:
        """Its state; None: no worker has taken it up."""
        ...

    @property
    def starts_at(self) -> datetime | None:
        """Its start; None: it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the provider was last read to say of a broadcast's stream."""

    status: str
    read_at: datetime


Seen = Callable[[Overview], Evidence | None]
"""Returns what was last read of a broadcast; None: nothing, or another worker reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A broadcast in its lane."""

    line: Line
    mark: str
    word: str
    left: float
    width: float
    """Where it is drawn, in percent of the whole."""
    since: datetime | None
    """Since when it is in its state."""
    starts_at: datetime | None
    ends_at: datetime | None
    evidence: Evidence | None

    @property
    def css(self) -> str:
        """What its state is called in the style sheet."""
        return str(self.line.state or "new")


@dataclass(frozen=True, slots=True)
class Lane:
    """The broadcasts of an entry, or one by itself; those of an entry may share a room."""

    name: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """A mark on the axis."""

    left: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is on, what was, and what comes."""

    begins_at: datetime
    ends_at: datetime
    now: float
    """Where the line for now is drawn, in percent."""
    hours: tuple[Hour, ...]
    lanes: tuple[Lane, ...]
    left_out: int
    """Broadcasts of that time that are not shown."""

    @property
    def on_air(self) -> int:
        """How many are live."""
        return sum(slot.line.state is State.LIVE for lane in self.lanes for slot in lane.slots)


def most_urgent(found: Sequence[Timed], most: int = MOST) -> list[str]:
    """Return the ids of so many: what may be on the air first, then what comes, then what is over."""
    return [each.id for each in sorted(found, key=_urgency)[:most]]


def timeline(
    rows: Sequence[Overview], now: datetime, seen: Seen, zone: tzinfo | None = None, left_out: int = 0
) -> Timeline:
    """Return these broadcasts as a timeline, the most urgent first. `left_out`: how many others there are."""
    begins_at, ends_at = now - BEFORE, now + AFTER
    return Timeline(
        begins_at=begins_at,
        ends_at=ends_at,
        now=_place(now, begins_at, ends_at),
        hours=tuple(_hours(begins_at, ends_at, zone)),
        lanes=tuple(_lanes(sorted(rows, key=_urgency), now, seen, zone)),
        left_out=left_out,
    )


def _urgency(row: Timed) -> tuple[int, float, str]:
    """Put the next first of what comes, and the last of what is over."""
    starts = row.starts_at.timestamp() if row.starts_at else 0.0
    if row.state in HOLDING or row.state is State.STOPPING:
        return 0, starts, row.id
    if row.state in OVER:
        return 2, -starts, row.id
    return 1, starts, row.id


def _lanes(rows: Iterable[Overview], now: datetime, seen: Seen, zone: tzinfo | None) -> Iterator[Lane]:
    """Yield a lane for each entry, in the order of the most urgent of its broadcasts."""
    places: dict[str, list[Overview]] = {}
    for row in rows:
        places.setdefault(row.entry or row.id, []).append(row)
    for name, own in places.items():
        yield Lane(name, tuple(_slot(row, now, seen, zone) for row in own))


def _slot(row: Overview, now: datetime, seen: Seen, zone: tzinfo | None) -> Slot:
    begins_at, ends_at = now - BEFORE, now + AFTER
    left = _place(row.starts_at or now, begins_at, ends_at)
    right = _place(row.ends_at or now, begins_at, ends_at)
    return Slot(
        line=line(row, now, zone),
        mark=MARKS[row.state],
        word=state_word(row.state),
        left=left,
        width=max(LEAST_WIDTH, right - left),
        since=row.entered_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        evidence=None if row.state in OVER else seen(row),
    )


def _place(instant: datetime, begins_at: datetime, ends_at: datetime) -> float:
    part = (instant - begins_at) / (ends_at - begins_at)
    return round(100 * min(1.0, max(0.0, part)), 2)


def _hours(begins_at: datetime, ends_at: datetime, zone: tzinfo | None) -> Iterator[Hour]:
    """Yield each second full hour of the clock that is used."""
    every = timedelta(minutes=15)
    steps = int((ends_at - begins_at) / every) + 1
    first = begins_at.replace(minute=begins_at.minute // 15 * 15, second=0, microsecond=0) + every
    instants = (first + step * every for step in range(steps))
    for at in instants:
        shown, left = at.astimezone(zone), _place(at, begins_at, ends_at)
        if shown.minute == 0 and shown.hour % HOURS_APART == 0 and MARGIN < left < 100 - MARGIN:
            yield Hour(left, f"{shown:%H:%M}")
