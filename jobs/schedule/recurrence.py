"""Entries of a schedule -> broadcasts: rules, exceptions, extra and changed occurrences."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise

from jobs.model import Broadcast, Window
from jobs.schedule import local_time
from jobs.schedule.entry import Change, Entry
from jobs.schedule.instants import lost_to
from jobs.schedule.local_time import zone_of
from jobs.schedule.slots import Slot, slot, slots
from jobs.schedule.windows import window

_UNCHANGED = Change()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One broadcast of an entry, and what an operator should know of how it came about."""

    broadcast: Broadcast
    remarks: tuple[str, ...] = ()
    """On the clocks: times that are missing, or come twice."""
    note: str = ""
    """What the schedule says of it: that it is extra, moved or changed, and why."""


class Cause(Enum):
    """Why something is left out."""

    EXCEPTED = auto()
    SKIPPED = auto()
    TAKEN = auto()
    """Another occurrence begins at its instant."""
    MISSING = auto()
    """So does another here, because the clocks skip the time at which this one would begin."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What would be a broadcast of an entry, and why it is none."""

    broadcast: Broadcast
    cause: Cause
    why: str
    """Its exception, the note that it is skipped with, or whose instant it would have."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What an operator should know of it."""
        return (f"is left out: {self.why}",)


def occurrences(entry: Entry, after: datetime, until: datetime) -> list[Occurrence]:
    """Return those whose window ends later than `after` and starts before `until`, by start and id.

    No two begin at one instant, but for those of a calendar, where each is an event of its own.

    Raises:
        ValueError: a window ends before it starts (full `end` only).
    """
    return [each for each in considered(entry, after, until) if isinstance(each, Occurrence)]


def considered(entry: Entry, after: datetime, until: datetime) -> list[Occurrence | LeftOut]:
    """Return those, and what is left out: excepted, skipped, or at the instant of another.

    Raises:
        ValueError: a window ends before it starts (full `end` only).
    """
    found = (_considered(entry, each) for each in slots(entry, after, until))
    return sorted(
        (each for each in found if _overlaps(each.broadcast.window, after, until)),
        key=lambda each: (each.broadcast.window.starts_at, each.broadcast.id),
    )


def find(entry: Entry, id: str) -> Occurrence | None:  # noqa: A002 - the word for it everywhere else
    """Return the one of this id wherever it lies in time; None if there is none, or it is left out."""
    found = _found(entry, id)
    return found if isinstance(found, Occurrence) else None


def left_out(entry: Entry, id: str) -> LeftOut | None:  # noqa: A002
    """Return what would have this id, if it is left out."""
    found = _found(entry, id)
    return found if isinstance(found, LeftOut) else None


def has(entry: Entry, suffix: str) -> bool:
    """Whether the entry has such an occurrence, be it skipped or not."""
    found = slot(entry, suffix)
    return found is not None and found.exception is None


def collision(entry: Entry, after: datetime, until: datetime) -> tuple[Broadcast, Broadcast] | None:
    """Return the first two occurrences whose windows overlap: they cannot share a room."""
    for one, next_one in pairwise(each.broadcast for each in occurrences(entry, after, until)):
        if next_one.window.starts_at < one.window.ends_at:
            return one, next_one
    return None


def id_of(entry: Entry, suffix: str) -> str:
    """Return the id of the occurrence of this suffix; '' for what happens once."""
    return f"{entry.key}@{suffix}" if suffix else entry.key


def _found(entry: Entry, id: str) -> Occurrence | LeftOut | None:  # noqa: A002
    key, _, suffix = id.partition("@")
    found = slot(entry, suffix) if key == entry.key else None
    return _considered(entry, found) if found else None


def _considered(entry: Entry, original: Slot) -> Occurrence | LeftOut:
    written = (entry.instances if entry.calendar else entry.changes).get(original.suffix, _UNCHANGED)
    change = _UNCHANGED if written.skip or original.exception else written
    on_air, remarks = window(entry, original, change)
    fields = {"title": entry.title, **entry.options, **change.options}
    broadcast = Broadcast(id=id_of(entry, original.suffix), window=on_air, entry=entry.key, **fields)
    if original.exception:
        return LeftOut(broadcast, Cause.EXCEPTED, original.exception)
    if written.skip:
        return LeftOut(broadcast, Cause.SKIPPED, written.note or "the schedule skips it")
    taken = lost_to(entry, original, on_air.starts_at)
    if taken is not None:
        return _beside(entry, broadcast, change.start or original.start, taken)
    return Occurrence(broadcast, remarks, _note(entry, original, change))


def _beside(entry: Entry, broadcast: Broadcast, start: datetime, taken: str) -> LeftOut:
    """Say of what falls on another occurrence which one that is."""
    zone, other = zone_of(entry.zone), id_of(entry, taken)
    if not local_time.is_missing(start, zone):
        return LeftOut(broadcast, Cause.TAKEN, f"{other} begins at the same time")
    used = local_time.wall(broadcast.window.starts_at, zone)
    why = f"{start:%Y-%m-%d %H:%M} does not exist in {zone.key}, and {other} begins at {used:%H:%M}"
    return LeftOut(broadcast, Cause.MISSING, why)


def _note(entry: Entry, original: Slot, change: Change) -> str:
    why = change.note or entry.also_notes.get(original.start, "") if original.added else change.note
    if not why:
        return ""
    what = "moved" if change.start else "extra" if original.added and not change.note else "changed"
    return f"is {what}: {why}"


def _overlaps(window: Window, after: datetime, until: datetime) -> bool:
    return window.ends_at > after and window.starts_at < until
