"""Which window of a broadcast is in force: as its row says, as it was accepted, or as a rule moved it."""

from datetime import datetime

from jobs.model import Broadcast, Unreadable
from worker.store.engine.reading import Row, sound
from worker.store.records import Overview


def times(wanted: Broadcast | Unreadable, run: Row) -> tuple[datetime | None, datetime | None]:
    """Return the window as accepted, else as wanted."""
    accepted = sound(run["starts_at"]), sound(run["ends_at"])
    if isinstance(wanted, Unreadable) or all(accepted):
        return accepted
    return wanted.window.starts_at, wanted.window.ends_at


def planned_end(run: Row, ends_at: datetime | None) -> datetime | None:
    """Return what the end in force was counted from; the version before leaves what is not."""
    planned = sound(run["planned_end"])
    return planned if planned and ends_at and planned < ends_at else None


def end_in_force(wanted: datetime | None, before: Overview) -> datetime | None:
    """Return the row's end; the one it has by rule, if that was counted from it."""
    return before.ends_at if wanted in (None, before.planned_end) else wanted
