"""The reads: singly for a few runs, and from the provider's lists for many (law 6).

A list can say that nothing changed, that something is on, and half of the proof that something is off. The
verdict LIVE, and the other half, are read from the meeting's own `active-livestream`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from jobs.marker import bears
from jobs.model import Room, Run
from jobs.run.backoff import fraction
from jobs.run.lifecycle import HOLDING, State
from jobs.run.observations import (
    NO_SESSION,
    NO_STREAM,
    Asked,
    Fact,
    Meeting,
    Seen,
    Stream,
    answered,
    put_off,
    unanswered,
)
from jobs.run.polling import Read
from worker.gateway.book import Book
from worker.gateway.list_answers import OF_ITS_MEETING, ListAnswers, answered_by_list
from worker.gateway.lists import Lists
from worker.gateway.look import Look
from worker.gateway.permit import NoTurnError, WithdrawnError
from worker.gateway.queue import PATIENCE, CallQueue
from worker.gateway.sameness import same_company, same_presence, same_recording, same_session, same_stream
from worker.kit.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError

T = TypeVar("T")

LISTS_FROM = 8
"""Runs on one account that ask the same from which its lists are read instead of each meeting."""
HINTS_APART = timedelta(seconds=2)
TOLD_FOR = 600.0
"""Seconds after a hint for which the provider counts as telling by itself what happens."""


class Reader:
    """Asks the provider of one account what is due, and keeps the answers by run."""

    def __init__(self, client: ProviderClient, queue: CallQueue, lists: Lists, clock: Clock) -> None:
        self._client = client
        self._queue = queue
        self._lists = lists
        self._answers = ListAnswers(lists, clock)
        self._clock = clock
        self._book = Book()
        self._told_at = float("-inf")
        """When something was hinted at last; monotonic."""
        self._asking: dict[Read, set[str]] = {read: set() for read in Read}
        """The runs that asked each question when they were last looked at."""

    def seen(self, run_id: str) -> Seen:
        """Return what was read of this run so far."""
        seen = self._book.seen(run_id)
        return replace(seen, is_told=True) if self._is_told() else seen

    def hint(self, run_id: str) -> datetime:
        """Learn that something happened to this run's meeting; return when it is to be looked at.

        That is at once, or a little later if it was hinted at just before: reads lag, and anybody who has
        once heard a hint could say it again.
        """
        self._told_at, now = self._clock.monotonic(), self._clock.now()
        last = self._book.seen(run_id).hinted_at
        at = max(now, last + HINTS_APART) if last and abs(now - last) <= HINTS_APART else now
        self._book.hint(run_id, at)
        return at

    def run_of_stream(self, stream_id: str) -> str | None:
        """Return the run whose livestream this is, as last read."""
        for run_id, seen in self._book.runs.items():
            if seen.stream and seen.stream.fact and seen.stream.fact.value.id == stream_id:
                return run_id
        return None

    def _is_told(self) -> bool:
        return self._clock.monotonic() - self._told_at <= TOLD_FOR

    def forget(self, run_id: str) -> None:
        """Drop what was read: the run is over, or has begun anew."""
        self._book.runs.pop(run_id, None)
        self._let_go(run_id)

    def forget_all(self) -> None:
        """Drop everything that was read, or is being read: its instants are not to be trusted any more."""
        self._book = Book()
        self._lists.forget()

    def heard_on(self, run_id: str, stream: Stream, began_at: datetime) -> None:
        """Learn from a list that somebody else read that this run's meeting is on the air."""
        asked = answered_by_list(self.seen(run_id).stream, stream, began_at, same_stream)
        self._book.put(run_id, stream=asked)

    def last_read(self, run: Run) -> Fact[Stream] | None:
        """Return what was read last of this run's livestream, by itself or in a list read for others."""
        meeting_id, listed = run.room.meeting_id or "", self._lists.streams.last
        if listed and (listed.whole or meeting_id in listed.by_meeting):
            stream = listed.by_meeting.get(meeting_id, NO_STREAM)
            asked = answered_by_list(self.seen(run.id).stream, stream, listed.began_at, same_stream)
            self._book.put(run.id, stream=asked)
        asked_last = self.seen(run.id).stream
        return asked_last.fact if asked_last else None

    async def look(
        self, run: Run, reads: frozenset[Read], every: timedelta, patience: float = PATIENCE
    ) -> Seen:
        """Ask these questions, side by side, and return everything seen of the run.

        `every`: how often it is asked. `patience`: seconds that a question may wait for its turn.
        """
        self._note(run, reads)
        self._overhear(run)
        look = Look(self._book, run, every, patience)
        if len(reads) == 1:
            await self._look(look, *reads)
        else:
            await asyncio.gather(*(self._look(look, read) for read in sorted(reads)))
        return self.seen(run.id)

    def _overhear(self, run: Run) -> None:
        """Learn who is in what is LIVE from a list that was read for others, or by the sweep."""
        listed, meeting_id = self._lists.sessions.last, run.room.meeting_id or ""
        if run.state is not State.LIVE or listed is None:
            return
        if not listed.whole and meeting_id not in listed.by_meeting:
            return
        session = listed.by_meeting.get(meeting_id, NO_SESSION)
        before = self.seen(run.id).present
        self._book.put(run.id, present=answered_by_list(before, session, listed.began_at, same_company))

    async def _look(self, look: Look, read: Read) -> None:
        """Answer a question from the lists if they can, and else from the meeting itself."""
        if not await self._look_at_list(look, read):
            await self._ask(look, read)

    def _note(self, run: Run, reads: frozenset[Read]) -> None:
        for read in reads:
            self._asking[read].add(run.id)
        self._asking[Read.MEETING if run.state in HOLDING else Read.SESSION].discard(run.id)

    def _let_go(self, run_id: str) -> None:
        for asking in self._asking.values():
            asking.discard(run_id)

    async def _look_at_list(self, look: Look, read: Read) -> bool:
        """Answer from a list if it can, and many ask; tell whether it did."""
        if (
            read in OF_ITS_MEETING
            or len(self._asking[read]) < LISTS_FROM
            or (read is Read.STREAM and look.is_hinted)
        ):
            return False
        try:
            return await self._answers.answer(look, read)
        except NoTurnError:
            look.put_off(read, self._clock.now())  # Its own read would have no turn either.
            return True
        except (ProviderError, WithdrawnError):
            return self._is_not_its_turn(look, read)

    def _is_not_its_turn(self, look: Look, read: Read) -> bool:
        """Without a list a few ask their meetings by themselves each time, others the next time.

        All of many would use the quota up within seconds.
        """
        now = self._clock.now()
        turn = int(now.timestamp() / max(1.0, look.every.total_seconds()))
        if fraction(f"{look.run.id} {turn}") < LISTS_FROM / len(self._asking[read]):
            return False
        look.put_off(read, now)
        return True

    async def _ask(self, look: Look, read: Read) -> None:
        client, put = self._client, look.put
        match read:
            case Read.STREAM:
                stream = partial(client.active_stream, look.meeting_id)
                put(stream=await self._asked(look, read, stream, same_stream))
            case Read.SESSION:
                session = partial(client.active_session, look.meeting_id)
                put(session=await self._asked(look, read, session, same_session))
            case Read.MEETING:
                meeting = partial(client.meeting, look.meeting_id)
                put(meeting=await self._asked(look, read, meeting, same_presence))
            case Read.SEARCH:
                search = partial(self._search, look.run.room)
                put(search=await self._asked(look, read, search, same_presence))
            case Read.RECORDING:
                recording = partial(client.active_recording, look.meeting_id)
                put(recording=await self._asked(look, read, recording, same_recording))
            case Read.AIRINGS:
                airings = partial(client.airings, look.meeting_id)
                put(airings=await self._asked(look, read, airings, same_presence))

    async def _asked(
        self,
        look: Look,
        read: Read,
        send: Callable[[], Awaitable[T]],
        same: Callable[[T, T], bool],
    ) -> Asked[T]:
        """Ask one question. Its time is when it left the queue, not when it was thought of."""
        queued_at, before = self._clock.now(), look.asked(read)

        async def timed() -> tuple[datetime, T]:
            return self._clock.now(), await send()

        try:
            began_at, value = await self._queue.call(look.rank(read), timed, patience=look.patience)
        except NoTurnError:
            return put_off(before, self._clock.now())
        except (ProviderError, WithdrawnError) as error:
            return unanswered(before, queued_at, str(error))
        fact = before.fact if before else None
        return answered(before, value, began_at, same=fact is not None and same(fact.value, value))

    async def _search(self, room: Room) -> tuple[Meeting, ...]:
        found = await self._client.search_meetings(room.marker.strip())
        return tuple(
            sorted((each for each in found if bears(each.title, room.marker)), key=lambda m: m.created_at)
        )
