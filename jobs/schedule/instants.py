"""One broadcast an instant: of two occurrences of an entry that begin together, one is no broadcast.

Two times by the clock are one instant where the clocks skip an hour: 02:30, which is missing, and 03:30.
"""

from collections.abc import Iterator
from datetime import datetime

from jobs.schedule import local_time
from jobs.schedule.entry import Change, Claim, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.slots import Slot, regular

_UNCHANGED = Change()


def lost_to(entry: Entry, one: Slot, at: datetime) -> str | None:
    """Return the suffix of another occurrence that has the instant at which this one would begin.

    It is asked for what is neither excepted nor skipped, of entries whose changes are all of something.
    """
    own = entry.claim(one.suffix, one.start)
    if not any(own[:3]):
        return None
    better = min(_claims(entry, at), default=own)
    return better[-1] if better < own else None


def _claims(entry: Entry, at: datetime) -> Iterator[Claim]:
    """Yield the claims of those that begin at this instant; of the extra and the moved the least."""
    for wall in local_time.readings(at, zone_of(entry.zone)):
        found = regular(entry, wall)
        if found and _begins_there(entry, found):
            yield entry.claim(found.suffix, found.start)
    if at in entry.claims_as_written:
        yield entry.claims_as_written[at]


def _begins_there(entry: Entry, one: Slot) -> bool:
    """Whether what the rule has is neither left out nor moved."""
    change = entry.changes.get(one.suffix, _UNCHANGED)
    return not (one.exception or change.skip or change.start)
