"""What truly happened, whatever reads have shown: the ground on which tests judge."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Of a change in the world."""

    MEETING_CREATED = "meeting.created"
    MEETING_STATUS = "meeting.status"
    MEETING_FLAG = "meeting.live_stream_on_start"
    MEETING_EDITED = "meeting.edited"
    PARTICIPANT_ADDED = "participant.added"
    PARTICIPANT_DELETED = "participant.deleted"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    PERSON_JOINED = "person.joined"
    PERSON_REFUSED = "person.refused"
    PERSON_LEFT = "person.left"
    STREAM_STARTED = "stream.started"
    STREAM_LIVE = "stream.live"
    STREAM_STOPPING = "stream.stopping"
    STREAM_STOP_IGNORED = "stream.stop_ignored"
    STREAM_ERRORED = "stream.errored"
    STREAM_OFF = "stream.off"
    RECORDING_STARTED = "recording.started"
    RECORDING_ENDED = "recording.ended"


@dataclass(frozen=True, slots=True)
class Change:
    """One true change: `subject` is the id of what changed, `value` what it became, `reason` why."""

    at: datetime
    kind: Kind
    tenant: str
    meeting_id: str
    title: str | None
    subject: str
    value: str
    reason: str


class History:
    """All changes since the beginning, oldest first; each is told to the listeners as it happens."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Tell this listener of every change to come."""
        self._listeners.append(listener)

    def record(self, change: Change) -> None:
        """Write a change down and tell of it."""
        self.changes.append(change)
        for listener in self._listeners:
            listener(change)
