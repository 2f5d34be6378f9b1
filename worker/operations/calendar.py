"""Broadcasts as events of a calendar that others subscribe to. The command and the worker's page share it."""

import hashlib
import re
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from jobs import lines
from jobs.run.lifecycle import State
from worker.kit.text import visible
from worker.store.calendars import Appointment
from worker.store.readable import ReadableStore

MOST = 20_000
"""Events in a calendar; of more broadcasts, those that start first."""
KEPT = timedelta(days=30)
"""How long after its end a broadcast stays in a calendar, unless told otherwise."""

_AT_ONCE = 250
"""Broadcasts that are read in one go: 4 ms, in which the worker's loop does nothing else."""
_OURS = uuid.UUID("6f0d6d6b-8d1d-5c43-9a39-3f1b3c1f7a52")
"""The name space of our events (RFC 9562, 5.5): drawn once, and never changed."""
_LINK = re.compile(r"https?://[!-~]{1,2000}")


class Status(StrEnum):
    """Whether it takes place (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    """It cannot be run as its row is written."""
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A broadcast in a calendar."""

    uid: str
    """The same for as long as the installation has its tag and the broadcast its id."""
    sequence: int
    """Only grows, and does with every change of the window, the title or the status."""
    title: str
    starts_at: datetime
    ends_at: datetime
    status: Status
    changed_at: datetime
    playback_url: str | None
    """Where everybody may watch it; None: not known yet."""


@dataclass(slots=True, kw_only=True)
class Calendar:
    """The broadcasts that end after `since`: read anew each time, and never all held at once."""

    store: ReadableStore
    tag: str
    """The installation's."""
    since: datetime
    accounts: Collection[str] = ()
    """Of these alone; none: of all."""
    most: int = MOST
    is_cut: bool = field(default=False, init=False)
    """Whether there were more than it holds when it was last read."""

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        """Yield the events in parts, the earliest start first.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        self.is_cut, left = False, self.most
        found = self.store.calendar(self.since, self.accounts, most=self.most + 1, at_once=_AT_ONCE)
        async for part in found:
            yield [event(each, self.tag) for each in part[:left]]
            self.is_cut = len(part) > left
            left -= len(part)

    async def fingerprint(self) -> str:
        """Return what the content is recognised by: another if anything changed, and only then.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        content = hashlib.sha256()
        async for part in self.events():
            content.update("".join(map(repr, part)).encode())
        return content.hexdigest()[:32]


def event(appointment: Appointment, tag: str) -> Event:
    """Return a broadcast as calendars have it."""
    title, link = appointment.title, appointment.playback_url or ""
    return Event(
        uid=str(uuid.uuid5(_OURS, f"{tag}/{appointment.id}")),
        sequence=appointment.revision,
        title=visible(title) if lines.objection(title) else title,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        status=_status(appointment),
        changed_at=appointment.changed_at,
        playback_url=link if _LINK.fullmatch(link) else None,
    )


def _status(appointment: Appointment) -> Status:
    if appointment.cancelled or appointment.state is State.CANCELLED:
        return Status.CANCELLED
    return Status.TENTATIVE if appointment.state is State.REJECTED else Status.CONFIRMED
