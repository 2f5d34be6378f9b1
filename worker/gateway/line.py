"""A line of calls that wait for the same thing: by urgency, then by age, and each for so long at most."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from jobs.run.decision import Urgency


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    number: int
    since: float = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)
    until: float = field(compare=False)


class Line:
    """Those who wait. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._number = 0
        self._next_until = float("inf")
        """Nobody gives up before then."""

    def __len__(self) -> int:
        return len(self._waiting)

    def first(self) -> Urgency | None:
        """Return how urgent whoever is first is; None if nobody waits."""
        while self._waiting and self._waiting[0].turn.done():
            heapq.heappop(self._waiting)
        return self._waiting[0].urgency if self._waiting else None

    def counts(self) -> Counter[Urgency]:
        """Return how many wait, the most urgent first."""
        return Counter(sorted(each.urgency for each in self._waiting if not each.turn.done()))

    def first_since(self, urgency: Urgency) -> float | None:
        """Return since when whoever is first waits; None if that is nobody, or of another urgency."""
        return self._waiting[0].since if self.first() is urgency else None

    def join(self, urgency: Urgency, since: float, until: float) -> asyncio.Future[None]:
        """Wait in this line from now, `since`, on; return what is done when the turn has come."""
        turn = asyncio.get_running_loop().create_future()
        self._number += 1
        self._next_until = min(self._next_until, until)
        heapq.heappush(self._waiting, _Waiting(urgency, self._number, since, turn, until))
        return turn

    def let_go(self, may_go: Callable[[Urgency], bool], goes: Callable[[Urgency], None]) -> None:
        """Let one after the other go for as long as the first of them may."""
        while (urgency := self.first()) is not None and may_go(urgency):
            heapq.heappop(self._waiting).turn.set_result(None)
            goes(urgency)

    def send_away(self, now: float, error: Callable[[], Exception]) -> list[Urgency]:
        """Send away who has waited for as long as they would; return how urgent each of them was."""
        if now < self._next_until:
            return []
        tired = [each for each in self._waiting if each.until <= now and not each.turn.done()]
        for each in tired:
            each.turn.set_exception(error())
        self._waiting = [each for each in self._waiting if not each.turn.done()]
        heapq.heapify(self._waiting)
        self._next_until = min((each.until for each in self._waiting), default=float("inf"))
        return [each.urgency for each in tired]

    def close(self, error: Callable[[], Exception]) -> None:
        """Send everybody away."""
        for each in self._waiting:
            if not each.turn.done():
                each.turn.set_exception(error())
        self._waiting.clear()
