"""The provider's lists, read once for all runs of an account (law 6).

A list costs the same for one run and for a hundred. Whoever wants one that is fresh enough shares the last
one, or what became of the attempt to read it; and the fewer calls the quota has left for it, the further
apart it is read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from jobs.quota.budget import spacing
from jobs.run.decision import Urgency
from jobs.run.observations import Meeting, Session, Stream, StreamStatus
from worker.gateway.permit import NoTurnError, WithdrawnError
from worker.gateway.queue import CallQueue
from worker.kit.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError
from worker.provider.listing import Ask

P = TypeVar("P")
T = TypeVar("T")

CREATED_WITHIN = timedelta(days=2)
"""Meetings are listed that were created so lately: those that wait for their start, and twins."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """What a list said, by meeting."""

    began_at: datetime
    by_meeting: Mapping[str, T]
    whole: bool
    """Whether a meeting that is not on it proves anything."""


Read = Callable[[Ask], Awaitable[tuple[Mapping[str, T], bool]]]


class SharedList(Generic[T]):
    """One list of an account."""

    def __init__(self, read: Read[T], queue: CallQueue, clock: Clock) -> None:
        self._read = read
        self._queue = queue
        self._clock = clock
        self._last: Listed[T] | None = None
        self._trouble: ProviderError | WithdrawnError | None = None
        self._under_way: tuple[Urgency, asyncio.Task[None]] | None = None
        self._read_at = float("-inf")
        """When the last reading was over, whatever came of it; monotonic."""
        self._cost = 1
        self._forgotten = 0

    @property
    def last(self) -> Listed[T] | None:
        """What was read last, however long ago."""
        return self._last

    async def fresh(self, rank: Urgency, every: timedelta, patience: float) -> Listed[T]:
        """Return the list, read no longer ago than half of `every`, or than the quota lets it be read again.

        An `every` of nothing has it read now, whatever else. Whoever comes while it is being read shares what
        comes of it, unless they are more urgent.

        Raises:
            ProviderError: a page was not answered, to this run or to the one that asked just before.
            WithdrawnError: its turn did not come within `patience` seconds.
        """
        reading = self._shared(rank) or (self._begun(rank) if self._is_stale(rank, every) else None)
        if reading is not None:
            answered, _ = await asyncio.wait({reading}, timeout=patience)
            if not answered:
                raise NoTurnError("the list could not be read in time")
        if self._trouble is not None:
            raise self._trouble
        if self._last is None:
            raise WithdrawnError("the list changed while it was read")
        return self._last

    def _shared(self, rank: Urgency) -> asyncio.Task[None] | None:
        """Return the reading that is under way, if it is as urgent as this."""
        if self._under_way is None or self._under_way[1].done() or rank < self._under_way[0]:
            return None
        return self._under_way[1]

    def _begun(self, rank: Urgency) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(self._reread(rank), name="read a list")
        self._under_way = rank, task
        return task

    def forget(self) -> None:
        """Drop what was read, or is being read: its instant is not to be trusted any more."""
        self._last, self._trouble, self._read_at = None, None, float("-inf")
        self._forgotten += 1

    def _is_stale(self, rank: Urgency, every: timedelta) -> bool:
        if not every:
            return True
        apart = spacing(self._cost, self._queue.room(rank), self._queue.budget)
        return self._clock.monotonic() - self._read_at >= max(apart, every.total_seconds() / 2)

    async def _reread(self, rank: Urgency) -> None:
        reading, forgotten, found = _Reading(self._clock.now()), self._forgotten, self._last
        trouble: ProviderError | WithdrawnError | None = None
        try:
            by_meeting, whole = await self._read(self._asking(reading, rank))
            found = Listed(reading.began_at, by_meeting, whole)
        except (ProviderError, WithdrawnError) as error:
            trouble = error
        if forgotten == self._forgotten:
            self._last, self._trouble = found, trouble
            self._read_at, self._cost = self._clock.monotonic(), max(1, reading.calls)

    def _asking(self, reading: "_Reading", rank: Urgency) -> Ask:
        """Return how each page is asked for: through the queue, and counted."""

        async def ask(send: Callable[[], Awaitable[P]]) -> P:
            async def counted() -> P:
                reading.count(self._clock.now())
                return await send()

            return await self._queue.call(rank, counted)

        return ask


@dataclass(slots=True)
class _Reading:
    """One reading of a list: when its first page left, and how many calls it took."""

    began_at: datetime
    calls: int = 0

    def count(self, now: datetime) -> None:
        if not self.calls:
            self.began_at = now
        self.calls += 1


class Lists:
    """The lists of one account: its streams that are on, its sessions, its meetings of ours."""

    def __init__(self, client: ProviderClient, queue: CallQueue, clock: Clock, installation: str) -> None:
        self._client = client
        self._clock = clock
        self._installation = installation
        self.streams = SharedList(self._read_streams, queue, clock)
        self.sessions = SharedList(self._read_sessions, queue, clock)
        self.meetings = SharedList(self._read_meetings, queue, clock)

    def forget(self) -> None:
        """Drop everything that was read."""
        for each in (self.streams, self.sessions, self.meetings):
            each.forget()

    async def _read_streams(self, ask: Ask) -> tuple[Mapping[str, Stream], bool]:
        """INVOKED first: what goes LIVE meanwhile is on the second list."""
        invoked = await self._client.streams(StreamStatus.INVOKED, ask)
        live = await self._client.streams(StreamStatus.LIVE, ask)
        return _by_meeting((*invoked, *live)), invoked.whole and live.whole

    async def _read_sessions(self, ask: Ask) -> tuple[Mapping[str, Session], bool]:
        sessions = await self._client.live_sessions(ask)
        return _by_meeting(sessions), sessions.whole

    async def _read_meetings(self, ask: Ask) -> tuple[Mapping[str, Meeting], bool]:
        since = self._clock.now() - CREATED_WITHIN
        found = await self._client.search_meetings(f"[{self._installation}-", since, ask)
        return {each.id: each for each in found}, found.whole


S = TypeVar("S", Stream, Session)


def _by_meeting(found: Iterable[S]) -> dict[str, S]:
    return {each.meeting_id: each for each in found if each.meeting_id}
