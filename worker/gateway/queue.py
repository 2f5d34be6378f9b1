"""The queue in front of the provider's client, one for each quota group.

A call waits twice: for a permit, which the quota gives by urgency and then by age, and for a connection, of
which some are kept for stops. Whoever writes a call down before it is made asks for the permit first, so that
what the quota does not let out costs no row. Lease and version are checked in the instant a call leaves.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from jobs.quota.budget import STOPS, Budget
from jobs.quota.count import Due, Quota
from jobs.quota.demand import Demand
from jobs.run.decision import Urgency
from worker.gateway.line import Line
from worker.gateway.pause import Pause
from worker.gateway.permit import Admit, Permit, WithdrawnError, admit_always, no_turn
from worker.gateway.reservation import Earlier, Figures, Reserve
from worker.gateway.supply import Supply
from worker.kit.clock import Clock
from worker.provider.errors import NotSentError, RateLimitedError

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that a call waits for its turn; a first stop waits for as long as it takes. Whoever asked decides
anew then, and meanwhile can be told of what changed."""
STOP_WAITS = 2.0
"""Seconds that a first stop may wait before it is told (law 6)."""


class CallQueue:
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
        self.budget = budget
        self._quota = Quota(budget)
        self._followers: list[Callable[[Urgency], None]] = []
        self._for_permits = Line()
        self._supply = Supply(
            clock=clock,
            budget=budget,
            reserve=reserve,
            figures=self.figures,
            waiting=lambda: len(self._for_permits),
            let_go=self.let_go,
        )
        self._for_connections = Line()
        self._somebody_waits = asyncio.Event()
        self._under_way = 0
        self._pause = Pause(clock)
        self._short_at: float | None = None
        self._closed = False
        self._epoch = clock.now().timestamp() - clock.monotonic()

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._for_permits) + len(self._for_connections)

    @property
    def under_way(self) -> int:
        """How many calls were sent and not answered yet."""
        return self._under_way

    @property
    def left(self) -> int:
        """How many calls may still leave within the window that ends now."""
        return self._quota.left(self._clock.monotonic())

    @property
    def used(self) -> int:
        """How many calls of the window that ends now are gone."""
        return self._quota.used(self._clock.monotonic())

    @property
    def spoken_for(self) -> int:
        """How many calls are known to fall due within the next window."""
        return self._quota.spoken_for(self._clock.monotonic())

    def figures(self) -> Figures:
        """Return how it stands with the quota."""
        return Figures(self.used, self.spoken_for, self.left)

    def in_line(self) -> Mapping[Urgency, int]:
        """Return how many calls wait until the quota lets them out, the most urgent first."""
        return self._for_permits.counts()

    def follow(self, short: Callable[[Urgency], None]) -> None:
        """Have this told from now on how urgent it was, when the quota made a call wait for too long."""
        self._followers.append(short)

    def short(self, urgency: Urgency) -> None:
        """Tell that the quota made a call of this urgency wait for too long."""
        for follower in self._followers:
            follower(urgency)

    def short_since(self) -> float | None:
        """Return for how many seconds no call was sent away for want of a turn; None: none ever was."""
        return None if self._short_at is None else self._clock.monotonic() - self._short_at

    def close(self) -> None:
        """Let nothing leave any more but what is already under way (law 11)."""
        self._closed = True
        for line in (self._for_permits, self._for_connections):
            line.close(lambda: WithdrawnError("the worker is stopping"))

    def expect(self, owner: str, demands: Iterable[Demand]) -> None:
        """Keep room for what this owner is known to need; it replaces what was known of it."""
        dues = (Due(each.at.timestamp() - self._epoch, each.urgency, each.calls) for each in demands)
        self._quota.expect(owner, tuple(dues))

    def told(self, left: int, seconds: float) -> None:
        """Learn what the provider says is left of the quota, and for how long."""
        now = self._clock.monotonic()
        self._quota.told(left, now + seconds, now)

    def room(self, urgency: Urgency) -> int:
        """Return how many calls of this urgency may leave now without taking what others need."""
        return self._quota.room(urgency, self._clock.monotonic())

    def permit_now(self, urgency: Urgency) -> Permit | None:
        """Return the right to make a call if there is room for it and nobody waits who is more urgent."""
        now = self._clock.monotonic()
        first = self._for_permits.first()
        is_first = first is None or urgency < first
        if self._closed or not is_first or not self._may_have_permit(urgency, now):
            return None
        self._let_out(urgency)
        return Permit(urgency)

    async def permit(self, urgency: Urgency, patience: float = PATIENCE) -> Permit:
        """Wait for the right to make a call. `patience`: seconds.

        Raises:
            NoTurnError: the quota left no room for it in time.
            WithdrawnError: the worker is stopping.
        """
        permit = Permit(urgency)
        await self._turn(self._for_permits, urgency, patience, lambda: self.give_back(permit))
        return permit

    def give_back(self, permit: Permit) -> None:
        """Count a call no more that was never made."""
        self._quota.give_back(permit.urgency)
        self.let_go()

    async def call(
        self,
        urgency: Urgency,
        send: Callable[[], Awaitable[T]],
        admit: Admit = admit_always,
        *,
        permit: Permit | None = None,
        patience: float = PATIENCE,
    ) -> T:
        """Send when it is this call's turn and return its answer. `patience`: seconds that it may wait.

        Raises:
            WithdrawnError: it was not sent, because `admit` gave a reason or the worker is stopping.
            NoTurnError: it was not sent, for its turn did not come in time.
            ProviderError: what the client made of the answer.
        """
        permit = permit or await self.permit(urgency, patience)
        try:
            await self._turn(self._for_connections, urgency, patience, self._hang_up)
        except BaseException:
            self.give_back(permit)
            raise
        try:
            return await self._sent(permit, send, admit)
        finally:
            self._hang_up()

    async def recount(self) -> None:
        """Begin anew with what is written down as sent, whoever sent it."""
        if self._earlier is not None:
            ages = await self._earlier()
            self._quota.clear()
            self._supply.clear()
            self.begin_with(ages)

    def begin_with(self, ages: Iterable[float]) -> None:
        """Count what was sent before, by whoever was here: each call left so many seconds ago."""
        now = self._clock.monotonic()
        self._quota.begin_with(now - age for age in ages)

    def align(self) -> None:
        """Learn anew what the wall clock says: it was set, or the host slept."""
        self._epoch = self._clock.now().timestamp() - self._clock.monotonic()

    async def run(self) -> None:
        """Look at the queue again and again, for what only had to wait for time to pass."""
        while True:
            await self._somebody_waits.wait()
            await self._clock.sleep(0.1)
            self.let_go()
            if not self.waiting:
                self._somebody_waits.clear()

    def let_go(self) -> None:
        """Let everything leave whose turn it is."""
        now = self._clock.monotonic()
        self._send_away(now)
        self._for_permits.let_go(lambda urgency: self._may_have_permit(urgency, now), self._let_out)
        self._for_connections.let_go(self._may_leave, self._dial)

    def _send_away(self, now: float) -> None:
        """Let nothing but a first stop wait for longer than its patience."""
        tired = self._for_permits.send_away(now, no_turn)
        unconnected = self._for_connections.send_away(now, no_turn)
        if tired or unconnected:
            self._short_at = now
        since = self._for_permits.first_since(Urgency.STOP)
        if since is not None and now - since >= STOP_WAITS:
            tired.append(Urgency.STOP)
        if tired:
            self.short(min(tired))

    async def _turn(self, line: Line, urgency: Urgency, patience: float, undo: Callable[[], None]) -> None:
        """Wait in this line. `undo` is done if nobody waits any more when the turn has come."""
        if self._closed:
            raise WithdrawnError("the worker is stopping")
        now = self._clock.monotonic()
        until = float("inf") if urgency is Urgency.STOP else now + patience
        turn = line.join(urgency, now, until)
        self.let_go()
        if not turn.done():
            self._somebody_waits.set()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                undo()
            raise

    def _dial(self, _urgency: Urgency) -> None:
        self._under_way += 1

    def _hang_up(self) -> None:
        self._under_way -= 1
        self.let_go()

    async def _sent(self, permit: Permit, send: Callable[[], Awaitable[T]], admit: Admit) -> T:
        left = False
        try:
            if reason := "the worker is stopping" if self._closed else admit():
                raise WithdrawnError(reason)
            left = True
            return await self._observed(send)
        except NotSentError:
            left = False
            raise
        finally:
            if left:
                self._quota.answered(permit.urgency, self._clock.monotonic())
            else:
                self._quota.give_back(permit.urgency)

    async def _observed(self, send: Callable[[], Awaitable[T]]) -> T:
        was_on = self._pause.is_on
        try:
            return await send()
        except RateLimitedError as error:
            self._pause.begin(error.retry_after, was_on=was_on)
            raise

    def _may_have_permit(self, urgency: Urgency, now: float) -> bool:
        if self._is_paused(urgency) or self._quota.room(urgency, now) <= 0:
            return False
        return urgency is Urgency.STOP or self._supply.has_any()

    def _may_leave(self, urgency: Urgency) -> bool:
        return not self._is_paused(urgency) and self._under_way < self.budget.connections(urgency)

    def _is_paused(self, urgency: Urgency) -> bool:
        return urgency not in STOPS and self._pause.is_on

    def _let_out(self, urgency: Urgency) -> None:
        self._quota.let_out(urgency)
        self._supply.take()
