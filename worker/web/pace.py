"""So many in a second, and a few more after a pause.

What reads the pages shares the worker's loop with what is due. Bounded, it leaves most of the loop to that,
however many ask and however soon they ask again.
"""

from worker.kit.clock import Clock

PAGES_A_SECOND = 30.0
"""Pages and requests of the interface that are begun while more are asked for; each takes some 10 ms."""
PAGES_AT_ONCE = 40
"""Those that are begun without waiting after a pause: somebody's page with what belongs to it is four."""


class Pace:
    """Has each wait until it may go on, in the order in which they came."""

    def __init__(self, clock: Clock, a_second: float, at_once: int) -> None:
        self._clock = clock
        self._every = 1 / a_second
        self._ahead = (at_once - 1) * self._every
        self._next = float("-inf")

    async def wait(self) -> None:
        """Return when the next may go on."""
        now = self._clock.monotonic()
        earliest = max(self._next, now - self._ahead)
        self._next = earliest + self._every
        if earliest > now:
            await self._clock.sleep(earliest - now)


def of_pages(clock: Clock) -> Pace:
    """Return how fast pages are begun, and whatever else is asked for but probes."""
    return Pace(clock, PAGES_A_SECOND, PAGES_AT_ONCE)
