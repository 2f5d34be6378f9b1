"""What a quota group may send, and how it is shared out (law 6; API reference, section 8)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jobs.run.decision import Urgency

STOPS = frozenset({Urgency.STOP, Urgency.STOP_AGAIN})
"""What connections are kept for, and what a pause does not hold up."""

CEILINGS: Mapping[Urgency, float] = MappingProxyType(
    {
        Urgency.KICK_ALL: 1 / 2,
        Urgency.GO_LIVE: 9 / 10,
        Urgency.CLOSE_AND_PROVE: 9 / 10,
        Urgency.SHUT: 9 / 10,
        Urgency.WATCH_STARTING: 1 / 2,
        Urgency.PREPARE: 1 / 2,
        Urgency.STOP_AGAIN: 1 / 10,
        Urgency.WATCH_LIVE: 1 / 3,
        Urgency.SWEEP: 1 / 3,
    }
)
"""The part of what is not kept for stops that calls of one urgency may take within a window.

A tenth is nobody's alone: lists are few calls, and tell of everything.
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a quota group may send."""

    calls: int = 1200
    """In any window."""
    window_seconds: float = 300.0
    kept_for_stops: int = 300
    """Of those, for stops that nobody foresees; at most a quarter of them, as 300 of 1,200 are."""
    in_flight: int = 32
    in_flight_for_stops: int = 8
    """Of the calls under way at once, for stops alone."""

    @property
    def kept(self) -> int:
        """How many calls of a window are kept for stops that nobody foresees."""
        return min(self.kept_for_stops, self.calls // 4)

    def ceiling(self, urgency: Urgency) -> int:
        """Return how many calls of one urgency may stand in a window, whatever else is left."""
        if urgency is Urgency.STOP:
            return self.calls
        return math.ceil((self.calls - self.kept) * CEILINGS[urgency])

    def connections(self, urgency: Urgency) -> int:
        """Return how many calls may be under way before one of this urgency waits."""
        return self.in_flight if urgency in STOPS else self.in_flight - self.in_flight_for_stops


LISTS_SHARE = 1 / 2
"""The part of what is left for it that reading one list may take."""
FURTHEST_APART = 30.0


def spacing(calls: int, room: int, budget: Budget) -> float:
    """Return the seconds between two readings of a list of so many calls, when there is room for so many.

    The less is left, the further apart; never further than half a minute, for then others wait, too.
    """
    return min(FURTHEST_APART, calls * budget.window_seconds / max(1.0, room * LISTS_SHARE))
