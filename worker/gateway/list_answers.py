"""Answers from the lists that all runs of an account share: whether a list says enough of one run (law 6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from jobs.run.lifecycle import OVER, State
from jobs.run.observations import (
    NO_SESSION,
    NO_STREAM,
    Asked,
    Meeting,
    Stream,
    StreamStatus,
    answered,
)
from jobs.run.polling import Read
from worker.gateway.lists import Listed, Lists
from worker.gateway.look import Look
from worker.gateway.sameness import same_presence, same_session, same_stream
from worker.kit.clock import Clock

T = TypeVar("T")

OF_ITS_MEETING = frozenset({Read.SEARCH, Read.AIRINGS, Read.RECORDING})
"""What no list of an account tells."""
MEETINGS_LISTED_EVERY = timedelta(seconds=20)
"""Its meetings are listed anew after half of this, or later when the quota is scarce."""
MEETINGS_TOLD_FOR = timedelta(seconds=45)
"""An older list says nothing of a meeting as it is now."""


class ListAnswers:
    """Answers from the lists of one account what they can answer."""

    def __init__(self, lists: Lists, clock: Clock) -> None:
        self._lists = lists
        self._clock = clock

    async def answer(self, look: Look, read: Read) -> bool:
        """Answer from a list if it says enough; tell whether it did.

        Raises:
            ProviderError: a page was not answered.
            WithdrawnError: its turn did not come in time.
        """
        match read:
            case Read.STREAM:
                return await self._stream(look)
            case Read.SESSION:
                return await self._session(look)
            case _:
                return await self._meeting(look)

    async def _stream(self, look: Look) -> bool:
        listed = await self._lists.streams.fresh(look.rank(Read.STREAM), look.every, look.patience)
        stream = listed.by_meeting.get(look.meeting_id)
        if not _suffices(look, listed, stream):
            return False
        now = self._clock.now()
        if stream is None and not listed.whole:
            look.put_off(Read.STREAM, now)
            return True
        asked = answered_by_list(look.seen.stream, stream or NO_STREAM, listed.began_at, same_stream)
        look.put(stream=replace(asked, tried_at=now))
        return True

    async def _session(self, look: Look) -> bool:
        listed = await self._lists.sessions.fresh(look.rank(Read.SESSION), look.every, look.patience)
        session = listed.by_meeting.get(look.meeting_id, NO_SESSION)
        asked = answered_by_list(look.seen.session, session, listed.began_at, same_session)
        look.put(session=replace(asked, tried_at=self._clock.now()))
        return True

    async def _meeting(self, look: Look) -> bool:
        """Only what is there is told: one that is gone, or made long ago, is asked for by itself."""
        rank = look.rank(Read.MEETING)
        listed = await self._lists.meetings.fresh(rank, MEETINGS_LISTED_EVERY, look.patience)
        meeting = listed.by_meeting.get(look.meeting_id)
        now = self._clock.now()
        if meeting is None or listed.began_at < now - MEETINGS_TOLD_FOR:
            return False
        before: Asked[Meeting | None] | None = look.seen.meeting
        asked = answered_by_list(before, meeting, listed.began_at, same_presence)
        look.put(meeting=replace(asked, tried_at=now))
        return True


def _suffices(look: Look, listed: Listed[Stream], stream: Stream | None) -> bool:
    """Whether the list says enough, so that the meeting itself need not be asked."""
    fact = look.seen.stream.fact if look.seen.stream else None
    if stream is None and not listed.whole and fact is None:
        return False
    if look.run.state is State.STOPPING:
        return stream is not None or not _proves_the_rest(look)
    if look.run.state in OVER:
        return stream is not None or listed.whole
    if stream is not None:
        return stream.status is StreamStatus.INVOKED or bool(fact and fact.value.is_live)
    return fact is None or fact.value.is_off


def _proves_the_rest(look: Look) -> bool:
    """Whether a list said off since the meeting was closed, so that its own read is what is missing."""
    closed_at, fact = look.run.closed_at, look.seen.stream.fact if look.seen.stream else None
    if closed_at is None or fact is None or not fact.value.is_off:
        return False
    return bool(fact.reads_since(closed_at))


def answered_by_list(
    before: Asked[T] | None, value: T, began_at: datetime, same: Callable[[T, T], bool]
) -> Asked[T]:
    """Return a question with what a list said, unless what is known is newer."""
    fact = before.fact if before else None
    if before and fact and fact.began_at >= began_at:
        return before
    return answered(before, value, began_at, same=fact is not None and same(fact.value, value), own=False)
