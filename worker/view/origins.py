"""Where a broadcast comes from, in sentences: the schedule in force, its entry, which occurrence it is."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from jobs.schedule.entry import Entry
from jobs.schedule.explain import Absence
from jobs.schedule.origin import InForce, Origin, OtherFile
from worker.view.absences import put_in_force_by, why_absent
from worker.view.sentences import Sentence, clock

_OCCURRENCES = frozenset({Absence.SKIPPED, Absence.AHEAD, Absence.NOT_ADDED, Absence.WAS_OVER})
"""Why there is none of what the entry has."""


def of_schedule(origin: Origin, broadcast_id: str, zone: tzinfo | None) -> Iterator[Sentence]:
    """Yield what the schedule in force says of a broadcast, and why it has none of this id."""
    if origin.entry and origin.in_force and origin.dropped is None:
        yield Sentence(origin.in_force.at, "schedule", _entry(origin, origin.in_force, origin.entry, zone))
        wall = origin.wall if origin.reason is None or origin.reason.absence in _OCCURRENCES else None
        yield Sentence(None, "schedule", _occurrence(origin.entry, wall, broadcast_id))
    if origin.reason:
        yield Sentence(None, "absent", why_absent(origin, origin.reason, zone))


def of_file(file: OtherFile | None) -> Iterator[Sentence]:
    """Yield what is to be said of a file that is not what is in force."""
    if file is None:
        return
    if file.problems:
        text = f"{file.name} is not in force, and cannot be: {'; '.join(file.problems)}"
    else:
        has = "has this broadcast" if file.has_it else "does not have this broadcast"
        text = f"{file.name} is not what is in force, and {has}: see `cuelight plan {file.name}`"
    yield Sentence(None, "file", f"{text.rstrip('.')}.")


def _entry(origin: Origin, in_force: InForce, entry: Entry, zone: tzinfo | None) -> str:
    by, since = put_in_force_by(in_force.by), origin.since
    text = f"The schedule in force, revision {in_force.number} by {by}, has the entry {entry.key}"
    text += f" in line {origin.line}"
    if since and since.number < in_force.number:
        text += f"; it is there since revision {since.number} ({clock(since.at, zone)})"
    return f"{text}."


def _occurrence(entry: Entry, wall: datetime | None, broadcast_id: str) -> str:
    suffix = broadcast_id.partition("@")[2]
    if entry.calendar:
        return f"The entry follows a calendar{f'; this is its event of {_day(wall, entry)}' if wall else ''}."
    if wall and suffix in entry.added:
        note = entry.also_notes.get(entry.added[suffix])
        why = f": {note}" if note else ""
        return f"It is an extra occurrence (`also`) on {_day(wall, entry)}{_changed(entry, suffix)}{why}."
    if entry.repeat is None:
        return f"The entry happens once, on {_day(wall or entry.start, entry)}."
    rule = f"The entry recurs by {entry.repeat.text} from {entry.start:%Y-%m-%d %H:%M}"
    return (
        f"{rule}; this is its occurrence of {_day(wall, entry)}{_changed(entry, suffix)}."
        if wall
        else f"{rule}."
    )


def _changed(entry: Entry, suffix: str) -> str:
    change = entry.changes.get(suffix)
    if change is None or change.skip:
        return ""
    moved = f", moved to {change.start:%Y-%m-%d %H:%M}" if change.start else ", changed"
    return f"{moved} by a `change`" + (f" ({change.note})" if change.note else "")


def _day(wall: datetime, entry: Entry) -> str:
    return f"{wall:%a %d %b %Y %H:%M}, {entry.zone}"
