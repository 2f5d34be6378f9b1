"""A meeting and what belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.simulator.recording import Recording
from worker.simulator.session import Session
from worker.simulator.stream import Livestream
from worker.simulator.webhook import Webhook

MEETING_DEFAULTS: dict[str, Any] = {
    "title": None,
    "live_stream_on_start": False,
    "record_on_start": False,
    "persist_chat": False,
    "summarize_on_end": False,
}


@dataclass(slots=True)
class Participant:
    """Somebody who may join, which says nothing of their being there."""

    id: str
    custom_id: str
    preset: str
    name: str | None
    picture: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Meeting:
    """The provider's room."""

    id: str
    tenant: str
    created_at: datetime
    updated_at: datetime
    options: dict[str, Any]
    status: str = "ACTIVE"
    participants: dict[str, Participant] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    livestreams: list[Livestream] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)

    @property
    def title(self) -> str | None:
        """Its title, if it has one."""
        title: str | None = self.options["title"]
        return title

    @property
    def is_open(self) -> bool:
        """Whether people may join."""
        return self.status == "ACTIVE"

    @property
    def session(self) -> Session | None:
        """The session that is going on."""
        last = self.sessions[-1] if self.sessions else None
        return last if last and last.ended_at is None else None

    @property
    def recording(self) -> Recording | None:
        """The recording, or push by RTMP, that goes on; the first of several."""
        return next((each for each in self.recordings if each.ended_at is None), None)

    @property
    def livestream(self) -> Livestream | None:
        """The livestream that was started last, whatever became of it."""
        return self.livestreams[-1] if self.livestreams else None


@dataclass(slots=True)
class Tenant:
    """An app or organization: what one set of credentials sees. Everything in the order of its making."""

    name: str
    meetings: dict[str, Meeting] = field(default_factory=dict)
    livestreams: dict[str, Livestream] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)

    def matching(self, part: str) -> Iterable[Meeting]:
        """Find the meetings with this id, or with this part of a title."""
        return [
            meeting
            for meeting in self.meetings.values()
            if meeting.id == part or (part and part in (meeting.title or ""))
        ]
