"""One broadcast an instant: of two occurrences of an entry that begin together, one is no broadcast.

Two times by the clock are one instant where the clocks skip an hour: 02:30, which is missing, and 03:30.
"""

from collections.abc import Iterator
from datetime import datetime

from jobs.schedule import local_time
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.slots import Slot, regular, slot

_UNCHANGED = Change()
_Claim = tuple[bool, bool, bool, str]
"""Of two at one instant the lesser has it: its time is not missing, it was not moved, it is no extra one."""


def lost_to(entry: Entry, one: Slot, at: datetime) -> str | None:
    """Return the suffix of another occurrence that has the instant at which this one would begin.

    Neither is asked for that is excepted or skipped.
    """
    own = _claim(entry, one)
    if not any(own[:3]):
        return None
    better = min(_claims(entry, at), default=own)
    return better[-1] if better < own else None


def _claims(entry: Entry, at: datetime) -> Iterator[_Claim]:
    """Yield the claims of all that begin at this instant."""
    for wall in local_time.readings(at, zone_of(entry.zone)):
        found = regular(entry, wall)
        if found and _begins_there(entry, found):
            yield _claim(entry, found)
    for suffix in entry.begun_as_written.get(at, ()):
        found = slot(entry, suffix)
        if found and not found.exception:
            yield _claim(entry, found)


def _begins_there(entry: Entry, one: Slot) -> bool:
    """Whether what the rule has is neither left out, moved, nor known as an extra one."""
    change = entry.changes.get(one.suffix, _UNCHANGED)
    return not (one.exception or change.skip or change.start or one.suffix in entry.added)


def _claim(entry: Entry, one: Slot) -> _Claim:
    moved = entry.changes.get(one.suffix, _UNCHANGED).start
    is_missing = local_time.is_missing(moved or one.start, zone_of(entry.zone))
    return is_missing, moved is not None, one.added, one.suffix
