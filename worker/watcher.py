"""The reads: singly for a few runs, and from the provider's lists for many (law 6).

A list can say that nothing changed. Every new verdict, LIVE or off, is read from the meeting's own
`active-livestream`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from jobs.decision import Urgency
from jobs.lifecycle import HOLDING
from jobs.look import Read, urgency
from jobs.marker import bears
from jobs.model import Room, Run
from jobs.seen import (
    NO_SESSION,
    NO_STREAM,
    NOTHING_SEEN,
    Asked,
    Meeting,
    Seen,
    Session,
    Stream,
    StreamStatus,
    answered,
    unanswered,
)
from worker.caller import Caller, WithdrawnError
from worker.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError

T = TypeVar("T")

LISTS_FROM = 8
"""Watched runs on one account from which its lists are read instead of each meeting."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the provider's lists said, by meeting."""

    began_at: datetime
    streams: dict[str, Stream]
    sessions: dict[str, Session]


@dataclass(slots=True)
class _Book:
    """What was read. A read writes into the book that was open when it began, whoever looks there then."""

    runs: dict[str, Seen] = field(default_factory=dict)
    lists: Lists | None = None

    def seen(self, run_id: str) -> Seen:
        return self.runs.get(run_id, NOTHING_SEEN)

    def put(self, run_id: str, **asked: Asked[Any]) -> None:
        self.runs[run_id] = replace(self.seen(run_id), **asked)


class Watcher:
    """Asks the provider of one account what is due, and keeps the answers by run."""

    def __init__(self, client: ProviderClient, caller: Caller, clock: Clock) -> None:
        self._client = client
        self._caller = caller
        self._clock = clock
        self._book = _Book()
        self._watched: set[str] = set()
        self._listing = asyncio.Lock()
        self._listed_at = 0.0
        """When the last reading of the lists was over, whatever came of it; monotonic."""

    def seen(self, run_id: str) -> Seen:
        """Return what was read of this run so far."""
        return self._book.seen(run_id)

    def forget(self, run_id: str) -> None:
        """Drop what was read: the run is over, or has begun anew."""
        self._book.runs.pop(run_id, None)
        self._watched.discard(run_id)

    def forget_all(self) -> None:
        """Drop everything that was read, or is being read: its instants are not to be trusted any more."""
        self._book = _Book()

    async def look(self, run: Run, reads: frozenset[Read], every: timedelta) -> Seen:
        """Ask these questions, side by side, and return everything seen of the run."""
        self._note_watched(run)
        book = self._book
        if reads and run.state in HOLDING and len(self._watched) >= LISTS_FROM:
            reads = reads - await self._look_at_lists(book, run, reads, every)
        await asyncio.gather(*(self._ask(book, run, read) for read in sorted(reads)))
        return self.seen(run.id)

    def _note_watched(self, run: Run) -> None:
        (self._watched.add if run.state in HOLDING else self._watched.discard)(run.id)

    async def _ask(self, book: _Book, run: Run, read: Read) -> None:
        rank, meeting_id, seen = urgency(run.state), run.room.meeting_id or "", book.seen(run.id)
        match read:
            case Read.STREAM:
                stream = await self._asked(
                    rank, seen.stream, partial(self._client.active_stream, meeting_id), same_stream
                )
                book.put(run.id, stream=stream)
            case Read.SESSION:
                session = await self._asked(
                    rank, seen.session, partial(self._client.active_session, meeting_id), same_session
                )
                book.put(run.id, session=session)
            case Read.MEETING:
                meeting = await self._asked(
                    rank, seen.meeting, partial(self._client.meeting, meeting_id), same_presence
                )
                book.put(run.id, meeting=meeting)
            case Read.SEARCH:
                search = await self._asked(rank, seen.search, partial(self._search, run.room), same_presence)
                book.put(run.id, search=search)

    async def _asked(
        self,
        rank: Urgency,
        before: Asked[T] | None,
        send: Callable[[], Awaitable[T]],
        same: Callable[[T, T], bool],
    ) -> Asked[T]:
        """Ask one question. Its time is when it left the queue, not when it was thought of."""
        queued_at = self._clock.now()

        async def timed() -> tuple[datetime, T]:
            return self._clock.now(), await send()

        try:
            began_at, value = await self._caller.call(rank, timed)
        except (ProviderError, WithdrawnError) as error:
            return unanswered(before, queued_at, str(error))
        fact = before.fact if before else None
        return answered(before, value, began_at, same=fact is not None and same(fact.value, value))

    async def _search(self, room: Room) -> tuple[Meeting, ...]:
        found = await self._client.search_meetings(room.marker.strip())
        return tuple(
            sorted((each for each in found if bears(each.title, room.marker)), key=lambda m: m.created_at)
        )

    async def _look_at_lists(
        self, book: _Book, run: Run, reads: frozenset[Read], every: timedelta
    ) -> frozenset[Read]:
        """Answer from the lists what they can answer, and return those questions."""
        try:
            lists = await self._fresh_lists(book, urgency(run.state), every)
        except (ProviderError, WithdrawnError):
            return frozenset()
        return frozenset(read for read in reads if _told_by(book, lists, run, read))

    async def _fresh_lists(self, book: _Book, rank: Urgency, every: timedelta) -> Lists:
        """Read the lists, or share what became of it if another run has just read them: it is tried once."""
        queued_at = self._clock.monotonic()
        async with self._listing:
            stale = book.lists is None or self._clock.now() - book.lists.began_at >= every / 2
            if stale and self._listed_at <= queued_at:
                await self._renew_lists(book, rank)
            if book.lists is None:
                raise WithdrawnError("another run has just asked for the lists in vain")
            return book.lists

    async def _renew_lists(self, book: _Book, rank: Urgency) -> None:
        book.lists = None
        try:
            book.lists = await self._read_lists(rank)
        finally:
            self._listed_at = self._clock.monotonic()

    async def _read_lists(self, rank: Urgency) -> Lists:
        began_at = self._clock.now()
        invoked = await self._caller.call(rank, partial(self._client.streams, StreamStatus.INVOKED))
        live = await self._caller.call(rank, partial(self._client.streams, StreamStatus.LIVE))
        sessions = await self._caller.call(rank, self._client.live_sessions)
        return Lists(
            began_at,
            {each.meeting_id: each for each in (*invoked, *live) if each.meeting_id},
            {each.meeting_id: each for each in sessions if each.meeting_id},
        )


def _told_by(book: _Book, lists: Lists, run: Run, read: Read) -> bool:
    meeting_id, seen = run.room.meeting_id or "", book.seen(run.id)
    if read is Read.SESSION:
        session = lists.sessions.get(meeting_id, NO_SESSION)
        book.put(run.id, session=_from_list(seen.session, session, lists.began_at, same_session))
        return True
    if read is not Read.STREAM or not _changes_nothing(seen, lists, meeting_id):
        return False
    stream = lists.streams.get(meeting_id, NO_STREAM)
    book.put(run.id, stream=_from_list(seen.stream, stream, lists.began_at, same_stream))
    return True


def _changes_nothing(seen: Seen, lists: Lists, meeting_id: str) -> bool:
    """Whether the list agrees with what the meeting itself said last, or says only INVOKED."""
    listed = lists.streams.get(meeting_id)
    if listed and listed.status is StreamStatus.INVOKED:
        return True
    fact = seen.stream.fact if seen.stream else None
    if fact is None or fact.began_at > lists.began_at:
        return False
    if listed is None:
        return fact.value.is_off and meeting_id not in lists.sessions
    return fact.value.is_live and listed.is_live


def _from_list(
    before: Asked[T] | None, value: T, began_at: datetime, same: Callable[[T, T], bool]
) -> Asked[T]:
    fact = before.fact if before else None
    if before and fact and fact.began_at > began_at:
        return before
    return answered(before, value, began_at, same=fact is not None and same(fact.value, value))


def same_stream(before: Stream, after: Stream) -> bool:
    """Whether two reads mean the same: off is off, in whatever word."""
    return before.status is after.status or (before.is_off and after.is_off)


def same_session(before: Session, after: Session) -> bool:
    """Whether the same session runs, or none still."""
    return before.id == after.id


def same_presence(before: object, after: object) -> bool:
    """Whether something was there both times, or nothing."""
    return bool(before) == bool(after)
