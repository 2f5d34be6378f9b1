"""What a schedule has beyond what there are rows for: its occurrences that start later than the horizon."""

from collections.abc import Collection, Iterable
from datetime import datetime

from jobs.model import Window
from jobs.month import begun_minutes
from jobs.schedule.entry import Entry
from jobs.schedule.recurrence import occurrences


def minutes_later(
    entries: Iterable[Entry], since: datetime, until: datetime, known: Collection[str] = ()
) -> int:
    """Return the begun minutes of all that starts from `since` on, before `until`. `known`: ids left out."""
    found = (each.broadcast for entry in entries for each in occurrences(entry, since, until))
    windows = (each.window for each in found if each.window.starts_at >= since and each.id not in known)
    return minutes_between(windows, since, until)


def minutes_between(windows: Iterable[Window], since: datetime, until: datetime) -> int:
    """Return the begun minutes of windows, so far as they lie between two instants."""
    return sum(begun_minutes(max(each.starts_at, since), min(each.ends_at, until)) for each in windows)
