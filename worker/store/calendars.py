"""Calendars, in and out: what was read of those that entries follow, and what others are told. All frozen."""

from dataclasses import dataclass, field
from datetime import datetime

from jobs.run.lifecycle import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCopy:
    """What was read last of the calendar that an entry follows."""

    entry: str
    """Its key."""
    source: str
    """Tells whether it was read from the same address, and in the same way; the address is not told by it."""
    content: str
    """Tells whether the calendar is what it was."""
    feed: str = field(repr=False)
    """JSON: the instances, and the events that are not taken."""
    fetched_at: datetime
    """When it was read."""
    checked_at: datetime
    """When it was last known to be so."""
    reaches: datetime
    """So far ahead it was read."""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A broadcast as calendars have it."""

    id: str
    title: str
    starts_at: datetime
    """As accepted, else as wanted."""
    ends_at: datetime
    cancelled: bool
    state: State | None
    """None: no worker has taken it up."""
    revision: int
    """Grows with every change of the row, and once more when a worker has looked at it: only then is a new
    window in force."""
    changed_at: datetime
    """When its row or its state last changed."""
    playback_url: str | None
