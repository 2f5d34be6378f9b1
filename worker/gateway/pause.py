"""The pause that a provider asks for which refuses every call: nothing but stops leaves meanwhile."""

from worker.kit.clock import Clock

PAUSE_IF_UNSAID = 30.0
"""Seconds to pause after a 429 that does not say how long."""


class Pause:
    """Until when nothing but stops may leave."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it lasts still."""
        return self._clock.monotonic() < self._until

    def begin(self, seconds: float | None, *, was_on: bool) -> None:
        """Let nothing but stops leave for so long; `was_on`: it was on already when the call was sent.

        A stop refused in a pause, with nothing said, says nothing new: else the stops, which are tried all
        the same, would keep everything else waiting for ever.
        """
        if seconds is None and not was_on:
            seconds = PAUSE_IF_UNSAID
        self._until = max(self._until, self._clock.monotonic() + (seconds or 0.0))
