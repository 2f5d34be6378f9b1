"""The calls that are reserved and not used yet: the next block is reserved before the last one is used up."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from jobs.quota.budget import Budget
from worker.gateway.reservation import USED_WITHIN, Figures, Reserve
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


@dataclass(slots=True, kw_only=True)
class Supply:
    """What may be used of the quota of a group, a block at a time."""

    clock: Clock
    budget: Budget
    reserve: Reserve | None
    """Writes down a block of calls before they are used; None: nothing is to be written down."""
    figures: Callable[[], Figures]
    """Tells how it stands with the quota, which is written down beside a block."""
    waiting: Callable[[], int]
    """Tells how many calls wait until there is some."""
    let_go: Callable[[], None]
    """Done when there is more."""
    _allowance: Allowance = field(default_factory=Allowance)
    _reserving: bool = False
    _work: Nursery = field(default_factory=Nursery)

    def has_any(self) -> bool:
        """Whether a call is spoken for; the next block is reserved before this one is used up."""
        if self.reserve is None:
            return True
        left = self._allowance.left(self.clock.monotonic())
        if not self._reserving and left <= self._block() // 2:
            self._reserving = True
            self._work.start(self._take_block(self.reserve), "reserve quota")
        return left > 0

    def take(self) -> None:
        """Use one, if there is any."""
        self._allowance.take()

    def clear(self) -> None:
        """Use nothing any more of what is reserved."""
        self._allowance = Allowance()

    def _block(self) -> int:
        """Return how many calls to reserve at once: more when more of them wait."""
        return max(1, self.budget.calls // BLOCKS, min(self.waiting(), self.budget.calls // 4))

    async def _take_block(self, reserve: Reserve) -> None:
        now, count = self.clock.monotonic(), self._block()
        try:
            await reserve(count, self.figures())
            self._allowance.add(count, now + USED_WITHIN)
        finally:
            self._reserving = False
        self.let_go()
