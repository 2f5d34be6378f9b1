"""The pulse: proof that passes finish. Whatever asks whether the worker lives is told by this alone.

A pass counts when it has gone its whole way, whatever it came to: a database or a provider that is away is
no reason to kill the worker that remembers what is on air.
"""

from collections.abc import Callable
from datetime import datetime

from worker.kit.clock import Clock

NOBODY = ""
"""The id of a run that cannot exist: its pass goes the whole way and finds nothing to do."""
EMPTY_EVERY = 5.0
"""Seconds between two empty passes, so that an idle worker shows that it lives."""
DEAD_AFTER = 60.0
"""Seconds without a finished pass after which the worker is taken for dead."""


class Pulse:
    """Remembers when a pass last finished, and tells of it."""

    def __init__(self, clock: Clock, wake: Callable[[str], None], heard: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._heard = heard
        self._since = clock.monotonic()
        self.last_at: datetime | None = None
        """When a pass last finished; None: none has yet."""

    @property
    def silent_for(self) -> float:
        """Seconds since a pass finished, or since the beginning."""
        return self._clock.monotonic() - self._since

    def beat(self) -> None:
        """Learn that a pass has finished."""
        self._since, self.last_at = self._clock.monotonic(), self._clock.now()
        self._heard()

    async def run(self) -> None:
        """Ask for an empty pass, again and again."""
        while True:
            self._wake(NOBODY)
            await self._clock.sleep(EMPTY_EVERY)
