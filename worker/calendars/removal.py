"""What a calendar says now beside what it said: whether so much is gone that nobody meant it (law 13)."""

from datetime import datetime

from jobs.schedule.entry import Change, Entry
from jobs.schedule.plan import too_much


def removals(before: Entry, after: Entry, now: datetime, until: datetime) -> tuple[int, int]:
    """Return how many of the coming instances are gone, and how many were coming.

    One that is known by another id, at the same instant, is not gone.
    """
    coming = _coming(before, now, until)
    starts = {each.start for each in after.instances.values()}
    gone = [id_ for id_, each in coming.items() if id_ not in after.instances and each.start not in starts]
    return len(gone), len(coming)


def is_suspect(removed: int, coming: int, *, is_empty: bool) -> bool:
    """Whether it is not followed unasked: too much is gone, or all of it, from a calendar now empty."""
    return too_much(removed, coming) or (is_empty and removed > 0)


def _coming(entry: Entry, now: datetime, until: datetime) -> dict[str, Change]:
    return {
        id_: each
        for id_, each in entry.instances.items()
        if isinstance(each.end, datetime) and each.end > now and each.start and each.start < until
    }
