"""How many calls came, of which kind, and how many at the most within the window of the quota."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

WINDOW = 300.0
"""Seconds over which the provider counts."""
BLOCKED = 300.0
"""Seconds for which one call too many has all of them refused."""


@dataclass(slots=True)
class Tally:
    """Every call, and those that were refused for the quota."""

    limit: int | None = None
    """Calls in any window; None: as many as anybody likes."""
    kinds: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    _arrivals: list[float] = field(default_factory=list)
    _counted: deque[float] = field(default_factory=deque)
    _blocked_until: float | None = None

    def admit(self, kind: str, now: float) -> bool:
        """Count a call; return whether it may have an effect."""
        self.kinds[kind] += 1
        self._arrivals.append(now)
        if self.limit is None or self._is_within(self.limit, now):
            return True
        self.refused += 1
        return False

    def pause(self, now: float) -> float:
        """Return the seconds for which calls are refused still."""
        return max(0.0, (self._blocked_until or now) - now)

    def worst(self, window: float = WINDOW) -> int:
        """Return the most calls that came within any window."""
        return most_within(self._arrivals, window)

    def _is_within(self, limit: int, now: float) -> bool:
        if self._blocked_until and now >= self._blocked_until:
            self._blocked_until = None
            self._counted.clear()
        while self._counted and self._counted[0] <= now - WINDOW:
            self._counted.popleft()
        if self._blocked_until is None and len(self._counted) < limit:
            self._counted.append(now)
            return True
        self._blocked_until = self._blocked_until or now + BLOCKED
        return False


def most_within(arrivals: Sequence[float], window: float) -> int:
    """Return the most of these instants, in order, that lie within any window of so many seconds."""
    most = first = 0
    for last, at in enumerate(arrivals):
        while arrivals[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most
