"""What will happen, in the order of time."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count


class Timeline:
    """Future events. Each happens at its own instant, however far the clock has jumped past it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Let an event happen so many seconds from now."""
        heapq.heappush(self._coming, (self.now + timedelta(seconds=seconds), next(self._order), event))

    def advance(self, now: datetime) -> None:
        """Let everything happen that is due by `now`. Time never goes back."""
        while self._coming and self._coming[0][0] <= now:
            at, _, event = heapq.heappop(self._coming)
            self.now = max(self.now, at)
            event()
        self.now = max(self.now, now)
