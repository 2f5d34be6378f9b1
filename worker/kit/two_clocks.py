"""The wall clock held against the monotonic one: what it was set by, and how long a look took to come."""

from dataclasses import dataclass

from worker.kit.clock import Clock

STEP = 2.0
"""Seconds by which wall and monotonic time may part between two looks before that counts as a step."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What passed between two looks, in seconds."""

    elapsed: float
    """By the monotonic clock."""
    step: float
    """What the wall clock went further than that; less than nothing: it was set back."""

    @property
    def is_step(self) -> bool:
        """Whether the wall clock was set, and not only a little out of step."""
        return abs(self.step) > STEP


class TwoClocks:
    """Compares the clocks from look to look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._monotonic = clock.now(), clock.monotonic()

    def look(self) -> Passed:
        """Return what passed since the last look, or since the beginning."""
        wall, monotonic = self._wall, self._monotonic
        self._wall, self._monotonic = self._clock.now(), self._clock.monotonic()
        elapsed = self._monotonic - monotonic
        return Passed(elapsed, (self._wall - wall).total_seconds() - elapsed)
