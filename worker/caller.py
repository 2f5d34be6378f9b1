"""The queue in front of the provider's client, one for each quota group.

A call waits here until it is its turn: by urgency, then by age; within the sliding count; with connections
kept for stops. Lease and version are checked in the instant a call leaves.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from jobs.budget import Budget, spent, wait_for
from jobs.decision import Urgency
from worker.clock import Clock
from worker.provider.errors import RateLimitedError
from worker.reservation import USED_WITHIN, Earlier, Reserve
from worker.supervisor import Nursery

T = TypeVar("T")

Admit = Callable[[], str]
"""Asked when a call leaves the queue: why it must not; empty if it may."""

PAUSE_IF_UNSAID = 30.0
"""Seconds to pause after a 429 that does not say how long."""


PATIENCE = 10.0
"""Seconds that a call waits for its turn; a stop waits for as long as it takes. Whoever asked decides anew
then, and meanwhile can be told of what changed."""


def admit_always() -> str:
    """Let the call leave, whatever changed meanwhile."""
    return ""


class WithdrawnError(Exception):
    """The call was not sent: something changed while it waited."""


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    number: int
    turn: asyncio.Future[None] = field(compare=False)
    since: float = field(compare=False)


class Caller:
    """Lets calls to one quota group leave in order and within its budget."""

    def __init__(
        self,
        clock: Clock,
        budget: Budget,
        reserve: Reserve | None = None,
        earlier: Earlier | None = None,
    ) -> None:
        self._clock = clock
        self._earlier = earlier
        """Tells what was sent before, by whoever held the group; None: nobody knows."""
        self._budget = budget
        self._reserve = reserve
        """Writes down a block of calls before they are used; None: nothing is to be written down."""
        self._allowance = 0
        self._allowed_until = 0.0
        self._reserving = False
        self._work = Nursery()
        self._sent: deque[float] = deque()
        self._waiting: list[_Waiting] = []
        self._somebody_waits = asyncio.Event()
        self._number = 0
        self._under_way = 0
        self._paused_until = 0.0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        """How many calls were sent and not answered yet."""
        return self._under_way

    @property
    def left(self) -> int:
        """How many calls may still leave within the window that ends now."""
        return max(0, self._budget.calls - spent(self._sent, self._clock.monotonic(), self._budget))

    def close(self) -> None:
        """Let nothing leave any more but what is already under way (law 11)."""
        self._closed = True
        for each in self._waiting:
            if not each.turn.done():
                each.turn.set_exception(WithdrawnError("the worker is stopping"))
        self._waiting.clear()

    async def call(
        self,
        urgency: Urgency,
        send: Callable[[], Awaitable[T]],
        admit: Admit = admit_always,
    ) -> T:
        """Send when it is this call's turn and return its answer.

        Raises:
            WithdrawnError: it was not sent, because `admit` gave a reason or the worker is stopping.
            ProviderError: what the client made of the answer.
        """
        await self._turn(urgency)
        try:
            if reason := "the worker is stopping" if self._closed else admit():
                raise WithdrawnError(reason)
            return await self._observed(send)
        finally:
            self._under_way -= 1
            self.let_go()

    async def recount(self) -> None:
        """Begin anew with what is written down as sent, whoever sent it."""
        if self._earlier is not None:
            ages = await self._earlier()
            self._sent.clear()
            self._allowance = 0
            self.begin_with(ages)

    def begin_with(self, ages: Iterable[float]) -> None:
        """Count what was sent before, by whoever was here: each call left so many seconds ago."""
        now = self._clock.monotonic()
        self._sent = deque(sorted([*(now - age for age in ages), *self._sent]))

    def count(self) -> None:
        """Count a call that left beside the queue: a further page of a list."""
        self._sent.append(self._clock.monotonic())

    async def run(self) -> None:
        """Look at the queue again and again, for what only had to wait for time to pass."""
        while True:
            await self._somebody_waits.wait()
            await self._clock.sleep(0.1)
            self.let_go()
            if not self._waiting:
                self._somebody_waits.clear()

    def let_go(self) -> None:
        """Let everything leave whose turn it is."""
        now = self._clock.monotonic()
        self._forget(now)
        self._send_away(now)
        while self._waiting and self._may_leave(self._waiting[0].urgency, now):
            first = heapq.heappop(self._waiting)
            if not first.turn.done():
                self._under_way += 1
                self._allowance -= 1
                self._sent.append(now)
                first.turn.set_result(None)

    def _send_away(self, now: float) -> None:
        """Let nothing but a stop wait for longer than its patience."""
        for each in self._waiting:
            if each.urgency is not Urgency.STOP and now - each.since >= PATIENCE and not each.turn.done():
                each.turn.set_exception(WithdrawnError(f"no turn within {PATIENCE:g} s"))
        if any(each.turn.done() for each in self._waiting):
            self._waiting = [each for each in self._waiting if not each.turn.done()]
            heapq.heapify(self._waiting)

    async def _turn(self, urgency: Urgency) -> None:
        if self._closed:
            raise WithdrawnError("the worker is stopping")
        turn = asyncio.get_running_loop().create_future()
        self._number += 1
        heapq.heappush(self._waiting, _Waiting(urgency, self._number, turn, self._clock.monotonic()))
        self.let_go()
        if not turn.done():
            self._somebody_waits.set()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._under_way -= 1
            raise

    async def _observed(self, send: Callable[[], Awaitable[T]]) -> T:
        paused = self._clock.monotonic() < self._paused_until
        try:
            return await send()
        except RateLimitedError as error:
            self._pause(error.retry_after, paused=paused)
            raise

    def _pause(self, seconds: float | None, *, paused: bool) -> None:
        """Let nothing but stops leave for so long.

        A stop refused in a pause, with nothing said, says nothing new: else the stops, which are tried all
        the same, would keep everything else waiting for ever.
        """
        if seconds is None and not paused:
            seconds = PAUSE_IF_UNSAID
        self._paused_until = max(self._paused_until, self._clock.monotonic() + (seconds or 0.0))

    def _may_leave(self, urgency: Urgency, now: float) -> bool:
        if self._under_way >= self._budget.connections(urgency):
            return False
        if now < self._paused_until and urgency is not Urgency.STOP:
            return False
        if wait_for(self._sent, urgency, now, self._budget) > 0:
            return False
        return urgency is Urgency.STOP or self._is_reserved(now)

    def _is_reserved(self, now: float) -> bool:
        """Whether a call is spoken for; if not, a block is reserved meanwhile."""
        if self._reserve is None or (self._allowance > 0 and now < self._allowed_until):
            return True
        if not self._reserving:
            self._reserving = True
            self._work.start(self._take_block(self._reserve), "reserve quota")
        return False

    async def _take_block(self, reserve: Reserve) -> None:
        now = self._clock.monotonic()
        try:
            self._allowance = await reserve()
            self._allowed_until = now + USED_WITHIN
        finally:
            self._reserving = False
        self.let_go()

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - self._budget.window_seconds:
            self._sent.popleft()
