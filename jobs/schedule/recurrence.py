"""Entries of a schedule -> broadcasts: rules, exceptions, extra and changed occurrences."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from jobs.model import Broadcast, Window
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.slots import Slot, slot, slots
from jobs.schedule.windows import window


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One broadcast of an entry, and what an operator should know of how it came about."""

    broadcast: Broadcast
    remarks: tuple[str, ...] = ()


def occurrences(entry: Entry, after: datetime, until: datetime) -> list[Occurrence]:
    """Return those whose window ends later than `after` and starts before `until`, by start and id.

    Raises:
        ValueError: a window ends before it starts (full `end` only).
    """
    found = (_occurrence(entry, each) for each in slots(entry, after, until))
    return sorted(
        (each for each in found if each and _overlaps(each.broadcast.window, after, until)),
        key=lambda each: (each.broadcast.window.starts_at, each.broadcast.id),
    )


def find(entry: Entry, id: str) -> Occurrence | None:  # noqa: A002 - the word for it everywhere else
    """Return the one of this id wherever it lies in time; None if there is none, or it is skipped."""
    key, _, suffix = id.partition("@")
    found = slot(entry, suffix) if key == entry.key else None
    return _occurrence(entry, found) if found else None


def has(entry: Entry, suffix: str) -> bool:
    """Whether the entry has such an occurrence, be it skipped or not."""
    return slot(entry, suffix) is not None


def collision(entry: Entry, after: datetime, until: datetime) -> tuple[Broadcast, Broadcast] | None:
    """Return the first two occurrences whose windows overlap: they cannot share a room."""
    for one, next_one in pairwise(each.broadcast for each in occurrences(entry, after, until)):
        if next_one.window.starts_at < one.window.ends_at:
            return one, next_one
    return None


def _occurrence(entry: Entry, original: Slot) -> Occurrence | None:
    change = entry.changes.get(original.suffix, Change())
    if change.skip:
        return None
    on_air, remarks = window(change.start or original.start, change.end or entry.end, zone_of(entry.zone))
    fields = {"title": entry.title, **entry.options, **change.options}
    known_as = f"{entry.key}@{original.suffix}" if original.suffix else entry.key
    return Occurrence(Broadcast(id=known_as, window=on_air, entry=entry.key, **fields), remarks)


def _overlaps(window: Window, after: datetime, until: datetime) -> bool:
    return window.ends_at > after and window.starts_at < until
