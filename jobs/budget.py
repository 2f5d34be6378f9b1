"""Which call comes first, and which must wait: a sliding count, as arithmetic (law 6).

A bucket that refills can let twice its size through within one window; a count of what was really sent in
the last 300 s cannot.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.decision import Urgency


@dataclass(frozen=True, slots=True)
class Budget:
    """What a quota group may send (API reference, section 8)."""

    calls: int = 1200
    """In any window."""
    window_seconds: float = 300.0
    kept_for_stops: int = 300
    """Of those, for stops alone."""
    in_flight: int = 32
    in_flight_for_stops: int = 8
    """Of the calls under way at once, for stops alone."""

    def limit(self, urgency: Urgency) -> int:
        """Return how many calls of any urgency may stand in a window before one of this urgency waits."""
        kept = min(self.kept_for_stops, self.calls // 4)
        return self.calls if urgency is Urgency.STOP else self.calls - kept

    def connections(self, urgency: Urgency) -> int:
        """Return how many calls may be under way before one of this urgency waits."""
        return self.in_flight if urgency is Urgency.STOP else self.in_flight - self.in_flight_for_stops


def spent(sent: Sequence[float], now: float, budget: Budget) -> int:
    """Count the calls sent within the window that ends now. `sent` is sorted, in seconds."""
    return len(sent) - bisect_right(sent, now - budget.window_seconds)


def wait_for(sent: Sequence[float], urgency: Urgency, now: float, budget: Budget) -> float:
    """Return the seconds until a call of this urgency may leave; 0 when it may now."""
    limit = budget.limit(urgency)
    if spent(sent, now, budget) < limit:
        return 0.0
    return max(0.0, sent[len(sent) - limit] + budget.window_seconds - now)
