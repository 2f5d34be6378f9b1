"""What a plan says of the schedule itself: what comes otherwise than usual, what is left out, and why."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from jobs.schedule.entry import Entry
from jobs.schedule.planned import Remark
from jobs.schedule.recurrence import LeftOut, Occurrence, find, id_of
from jobs.schedule.slots import first


def remarks(
    entries: Iterable[Entry], considered: Iterable[Occurrence | LeftOut], now: datetime
) -> Iterator[Remark]:
    """Yield what is to be known of these, and of the entries whose rule does not have their start."""
    for each in considered:
        note = each.note if isinstance(each, Occurrence) else ""
        yield from (Remark(each.broadcast.id, text) for text in (*each.remarks, note) if text)
    for entry in entries:
        yield from _beginning(entry, now)


def _beginning(entry: Entry, now: datetime) -> Iterator[Remark]:
    """Say what a rule begins with that does not have the start, until that is over."""
    begins = first(entry) if entry.own_wall != entry.first_wall else None
    found = find(entry, id_of(entry, begins.suffix)) if begins else None
    if found and found.broadcast.window.ends_at > now:
        text = f"is the first occurrence: the start {entry.first_wall:%Y-%m-%dT%H:%M} is not in the rule"
        yield Remark(found.broadcast.id, text)
