"""The calls that are reserved and not used yet: the next block is reserved before the last one is used up."""

from collections import deque
from collections.abc import Callable

from jobs.quota.budget import Budget
from worker.gateway.reservation import USED_WITHIN, Reserve
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery

BLOCKS = 40
"""A budget is reserved in so many parts, or larger ones."""


class Allowance:
    """What is left of the blocks that were reserved, the oldest first; instants are monotonic seconds."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[float, int]] = deque()

    def add(self, count: int, until: float) -> None:
        """Have so many calls more, until then."""
        self._blocks.append((until, count))

    def left(self, now: float) -> int:
        """Return how many calls may be made of what is reserved."""
        while self._blocks and (self._blocks[0][0] <= now or self._blocks[0][1] <= 0):
            self._blocks.popleft()
        return sum(count for _, count in self._blocks)

    def take(self) -> None:
        """Use one, if there is any."""
        if self._blocks:
            until, count = self._blocks[0]
            self._blocks[0] = (until, count - 1)


class Supply:
    """What may be used of the quota of a group, a block at a time."""

    def __init__(
        self,
        clock: Clock,
        budget: Budget,
        reserve: Reserve | None,
        *,
        waiting: Callable[[], int],
        let_go: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._budget = budget
        self._reserve = reserve
        """Writes down a block of calls before they are used; None: nothing is to be written down."""
        self._waiting = waiting
        """Tells how many calls wait until there is some."""
        self._let_go = let_go
        """Done when there is more."""
        self._allowance = Allowance()
        self._reserving = False
        self._work = Nursery()

    def has_any(self) -> bool:
        """Whether a call is spoken for; the next block is reserved before this one is used up."""
        if self._reserve is None:
            return True
        left = self._allowance.left(self._clock.monotonic())
        if not self._reserving and left <= self._block() // 2:
            self._reserving = True
            self._work.start(self._take_block(self._reserve), "reserve quota")
        return left > 0

    def take(self) -> None:
        """Use one, if there is any."""
        self._allowance.take()

    def clear(self) -> None:
        """Use nothing any more of what is reserved."""
        self._allowance = Allowance()

    def _block(self) -> int:
        """Return how many calls to reserve at once: more when more of them wait."""
        return max(1, self._budget.calls // BLOCKS, min(self._waiting(), self._budget.calls // 4))

    async def _take_block(self, reserve: Reserve) -> None:
        now, count = self._clock.monotonic(), self._block()
        try:
            await reserve(count)
            self._allowance.add(count, now + USED_WITHIN)
        finally:
            self._reserving = False
        self._let_go()
