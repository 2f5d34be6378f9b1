"""A provider's client without a provider: the same methods, answers laid out by hand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from jobs.run.observations import (
    NO_RECORDING,
    NO_SESSION,
    NO_STREAM,
    Airing,
    Meeting,
    Participant,
    Recording,
    Session,
    Stream,
    StreamStatus,
)
from worker.provider.attendance import Attendance
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError, UnansweredError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.listing import Ask, Listing, at_once

T = TypeVar("T")


class LaidOutClient(ProviderClient):
    """Answers what it was told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self._account = Account(name="default", flavour=FLAVOURS["realtimekit"], secret="no secret at all")  # noqa: S106  Opens nothing.
        self.asked: list[str] = []
        self.streams_of: dict[str, Stream] = {}
        self.sessions_of: dict[str, Session] = {}
        self.airings_of: dict[str, tuple[Airing, ...]] = {}
        self.recordings_of: dict[str, Recording] = {}
        self.attended: tuple[Attendance, ...] = ()
        self.found: tuple[Meeting, ...] = ()
        self.trouble: ProviderError | None = None
        self.broken: Exception | None = None
        """A fault of our own in reading a stream."""
        self.whole = True
        """Whether no page moves while a list is read."""
        self.on_ask: Callable[[], None] = lambda: None
        """What happens while a question is on its way."""

    def _ask(self, question: str) -> None:
        self.asked.append(question)
        self.on_ask()
        if self.trouble:
            raise self.trouble

    def answer_no_stop(self) -> None:
        """Let a question that is a stop go unanswered, and no other: for `on_ask`."""
        is_stop = self.asked[-1].startswith("stop")
        self.trouble = UnansweredError("no whole answer within 8 s") if is_stop else None

    async def create_meeting(
        self, title: str, options: Mapping[str, Any], *, live_stream_on_start: bool
    ) -> Meeting:
        self._ask(f"create {title} {dict(options)}")
        return Meeting("new", title, active=True, live_stream_on_start=live_stream_on_start)

    async def search_meetings(
        self,
        text: str,
        since: datetime | None = None,  # noqa: ARG002  The port's own signature.
        ask: Ask = at_once,
    ) -> Listing[Meeting]:
        return await self._list(ask, f"search {text}", self.found)

    async def meeting(self, meeting_id: str) -> Meeting | None:
        self._ask(f"meeting {meeting_id}")
        return next((each for each in self.found if each.id == meeting_id), None)

    async def patch_meeting(self, meeting_id: str, fields: Mapping[str, Any]) -> Meeting:
        self._ask(f"patch {meeting_id} {dict(fields)}")
        return Meeting(meeting_id, "", active=True, live_stream_on_start=False)

    async def participants(self, meeting_id: str, ask: Ask = at_once) -> tuple[Participant, ...]:
        here = (Participant("p1", "studio-1"), Participant("p2", "studio-2"))
        return await self._list(ask, f"participants {meeting_id}", here)

    async def add_participant(self, meeting_id: str, name: str, preset: str, custom_id: str) -> Participant:
        self._ask(f"add {meeting_id} {name} {preset} {custom_id}")
        return Participant("p3", custom_id)

    async def remove_participant(self, meeting_id: str, participant_id: str) -> None:
        self._ask(f"remove {meeting_id} {participant_id}")

    async def participant_token(self, meeting_id: str, participant_id: str) -> str:
        self._ask(f"token {meeting_id} {participant_id}")
        return f"t-{participant_id}"

    async def active_session(self, meeting_id: str) -> Session:
        self._ask(f"session {meeting_id}")
        return self.sessions_of.get(meeting_id, NO_SESSION)

    async def start_stream(self, meeting_id: str) -> None:
        self._ask(f"start {meeting_id}")

    async def stop_stream(self, meeting_id: str) -> None:
        self._ask(f"stop {meeting_id}")

    async def kick_all(self, meeting_id: str) -> None:
        self._ask(f"kick {meeting_id}")

    async def active_stream(self, meeting_id: str) -> Stream:
        self._ask(f"stream {meeting_id}")
        if self.broken:
            raise self.broken
        return self.streams_of.get(meeting_id, NO_STREAM)

    async def active_recording(self, meeting_id: str) -> Recording:
        self._ask(f"recording {meeting_id}")
        return self.recordings_of.get(meeting_id, NO_RECORDING)

    async def stop_recording(self, recording_id: str) -> None:
        self._ask(f"stop recording {recording_id}")

    async def airings(self, meeting_id: str) -> tuple[Airing, ...]:
        self._ask(f"airings {meeting_id}")
        return self.airings_of.get(meeting_id, ())

    async def streams(self, status: StreamStatus, ask: Ask = at_once) -> Listing[Stream]:
        found = (each for each in self.streams_of.values() if each.status is status)
        return await self._list(ask, f"list {status}", found)

    async def live_sessions(self, ask: Ask = at_once) -> Listing[Session]:
        return await self._list(ask, "list sessions", self.sessions_of.values())

    async def attendances(self, title: str, since: datetime, ask: Ask = at_once) -> Listing[Attendance]:
        return await self._list(ask, f"attendances {title} {since}", self.attended)

    async def _list(self, ask: Ask, question: str, found: Iterable[T]) -> Listing[T]:
        async def send() -> Listing[T]:
            self._ask(question)
            return Listing.of(found, whole=self.whole)

        return await ask(send)
