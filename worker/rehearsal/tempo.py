"""How fast time passes: by the second where something may happen, and at a leap where nothing can.

A worker looks around some twenty times a second, twelve million times in a week. Near a start, an end or a
fault its looks fall on whole seconds here, so that whatever is due on one is done on it; while something is
merely on air they fall on every fifteenth, which the polls of what is live divide. Where nothing is on air or
due, time leaps: the worker finds its host asleep meanwhile, and looks at everything anew. Calls and their
deadlines are never stretched.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from worker.kit.clock import Clock
from worker.kit.virtual_clock import lapse
from worker.rehearsal.life import Host, HostClock, Life

CLOSE = 1.0
"""Seconds between two looks where something may happen."""
STEADY = 15.0
"""The same while something is on air."""
WATCHED = 5.0
"""The same of whoever watches the clocks: a look later than 5.5 s counts as a host that slept."""
_LEAP = math.inf
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """From `begin` until `end`, in seconds since the beginning, looks are so far apart."""

    begin: float
    end: float
    tick: float = CLOSE


class Tempo:
    """Knows when a look that is due at an instant is made."""

    def __init__(self, stretches: Iterable[Stretch], until: float) -> None:
        """`until`: from then on time passes by the second."""
        listed = [*stretches, Stretch(until, math.inf)]
        edges = sorted({0.0, *(each.begin for each in listed), *(each.end for each in listed)})
        self._edges = [max(0.0, each) for each in edges]
        self._ticks = list(_ticks(edges, listed))

    def look_at(self, due: float, *, is_busy: bool = False, at_most: float = STEADY) -> float:
        """Return the first instant at which somebody looks, at or after the one at which it is due.

        `is_busy`: something is still under way, however quiet it should be: time does not leap. `at_most`:
        seconds between two looks where time does not.
        """
        place = bisect_right(self._edges, due + _EXACT) - 1
        tick, end = self._ticks[place], self._edges[place + 1]
        if is_busy or tick < _LEAP:
            tick = min(tick, at_most)
        return min(end, math.ceil((due - _EXACT) / tick) * tick) if tick < _LEAP else end


def _ticks(edges: list[float], stretches: list[Stretch]) -> Iterable[float]:
    """Yield how far apart looks are between neighbouring edges: as the closest of those that cover it say."""
    coming, open_ = sorted(stretches), list[Stretch]()
    for begin, _ in pairwise(edges):
        while coming and coming[0].begin <= begin:
            open_.append(coming.pop(0))
        open_ = [each for each in open_ if each.end > begin]
        yield min((each.tick for each in open_), default=_LEAP)


@dataclass(frozen=True, slots=True)
class Pace:
    """A tempo, as one of those goes by it who look around."""

    tempo: Tempo
    is_busy: Callable[[], bool]
    at_most: float = STEADY

    def look_at(self, due: float) -> float:
        """Return when it looks, for what is due then."""
        return self.tempo.look_at(due, is_busy=self.is_busy(), at_most=self.at_most)


class PacedClock(HostClock):
    """The host's clock to a worker that sleeps until the next look."""

    def __init__(self, true: Clock, life: Life, host: Host, pace: Pace) -> None:
        super().__init__(true, life, host)
        self._pace = pace

    async def sleep(self, seconds: float) -> None:
        """Let others run until somebody looks, which is no sooner than asked."""
        now = self._true.monotonic()
        look_at = self._pace.look_at(now + seconds) if seconds > 0 else now
        await lapse(look_at - now)
        await self._life.gate()
