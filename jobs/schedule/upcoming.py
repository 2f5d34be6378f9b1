"""The next broadcast of an entry, however far ahead it lies."""

from datetime import MAXYEAR, UTC, datetime, timedelta

from jobs.model import Broadcast
from jobs.schedule.entry import Entry
from jobs.schedule.recurrence import occurrences

_SPANS = tuple(timedelta(days=days) for days in (15, 366, 9 * 366, 400 * 366))
"""How far ahead to look, one after the other: most have one soon; dates repeat after 400 years."""
_END = datetime(MAXYEAR - 1, 1, 1, tzinfo=UTC)


def next_broadcast(entry: Entry, now: datetime) -> Broadcast | None:
    """Return the first that ends later than now; None: it has none any more."""
    for span in _SPANS:
        found = occurrences(entry, now, min(now + span, _END))
        if found:
            return found[0].broadcast
    return None
