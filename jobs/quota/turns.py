"""When calls get their turn: the quota's rule played forward for whole crowds, ahead of the time (law 6).

`jobs.quota.count` says for one call and one instant whether it may leave; this says for all that is known to
come which of it waits, and for how long. Calls leave as from the worker's queue: by urgency, then by age, and
none passes a more urgent one that waits. Instants are whole seconds, and what leaves is answered at once.

Most of a calendar is calm: where all that falls due within a window fits beside itself, everything leaves as
it falls due, and nothing has to be played. Elsewhere only those seconds count at which something may begin to
leave: when calls fall due, and when calls leave the window.
"""

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import ge

from jobs.quota.budget import Budget
from jobs.quota.count import ANSWERED_WITHIN
from jobs.run.decision import Urgency


@dataclass(frozen=True, slots=True)
class Wait:
    """Calls that fall due in one second and leave in a later one."""

    urgency: Urgency
    due: int
    left: int
    calls: int


def waits(dues: Mapping[int, Sequence[int]], budget: Budget) -> Iterator[Wait]:
    """Yield what has to wait, of calls by the second in which they fall due, and by urgency."""
    coming = _Coming(dues, budget)
    tight = coming.next_tight(-math.inf)
    while tight < math.inf:
        play = _Play(coming, budget)
        yield from play.from_before(int(tight))
        tight = coming.next_tight(play.now)


class _Coming:
    """What falls due, in order."""

    def __init__(self, dues: Mapping[int, Sequence[int]], budget: Budget) -> None:
        self.span = math.ceil(budget.window_seconds + ANSWERED_WITHIN)
        """Seconds for which a call counts against what comes."""
        self.seconds = sorted(dues)
        self.calls = [dues[second] for second in self.seconds]
        self._totals = [list(accumulate(counts, initial=0)) for counts in zip(*self.calls, strict=True)]
        """By urgency, what falls due before each second."""
        self._tight = list(self._tight_seconds(budget))

    def due(self, begin: int, end: int, more_urgent_than: int | None = None) -> list[int]:
        """Return what falls due from one place of a second until before another, by urgency."""
        return [total[end] - total[begin] for total in self._totals[:more_urgent_than]]

    def next_tight(self, after: float) -> float:
        """Return the first second after that when not all of a window may fit beside itself."""
        index = bisect_right(self._tight, after)
        return self._tight[index] if index < len(self._tight) else math.inf

    def _tight_seconds(self, budget: Budget) -> Iterator[int]:
        """Yield each second before which, within the span, not all may fit; in doubt, it does not."""
        ceilings = [budget.ceiling(each) for each in Urgency]
        kept, begin = budget.kept, 0
        for index, second in enumerate(self.seconds):
            while self.seconds[begin] < second - self.span:
                begin += 1
            stops, *others = due = self.due(begin, index + 1)
            if sum(others) + max(kept, stops) >= budget.calls or any(map(ge, due, ceilings)):
                yield second


class _Sent:
    """Calls that were sent, to be counted from any instant on."""

    def __init__(self) -> None:
        self._seconds: list[int] = []
        self._totals = [0]

    def add(self, second: int, calls: int) -> None:
        self._seconds.append(second)
        self._totals.append(self._totals[-1] + calls)

    def since(self, instant: float) -> int:
        """Return how many were sent after that instant."""
        return self._totals[-1] - self._totals[bisect_right(self._seconds, instant)]

    def next_after(self, instant: float) -> float:
        """Return the first second after that instant in which any was sent."""
        index = bisect_right(self._seconds, instant)
        return self._seconds[index] if index < len(self._seconds) else math.inf


class _Play:
    """One stretch of the calendar, from its first tight second until everything leaves as it falls due."""

    def __init__(self, coming: _Coming, budget: Budget) -> None:
        self.now = 0
        self._coming = coming
        self._budget = budget
        self._kept = budget.kept
        self._window = math.ceil(budget.window_seconds)
        self._ceilings = [budget.ceiling(each) for each in Urgency]
        self._sent = [_Sent() for _ in Urgency]
        self._others = _Sent()
        """All but first stops."""
        self._lines: list[deque[tuple[int, int]]] = [deque() for _ in Urgency]
        """What waits: the second in which it fell due, and how many calls."""
        self._waiting = [0 for _ in Urgency]
        self._waited_at = -math.inf
        """When something last left that had waited."""
        self._next = 0
        """The place of what falls due next."""

    def from_before(self, tight: int) -> Iterator[Wait]:
        """Play from where the first call leaves that could stand in the way of those of this second."""
        self._begin(tight - self._coming.span)
        while (now := self._next_second()) < math.inf:
            self.now = int(now)
            if self._is_settled():
                return
            self._fall_due()
            yield from self._let_go()

    def _begin(self, second: int) -> None:
        """What fell due before left as it fell due."""
        seconds = self._coming.seconds
        self._next = bisect_left(seconds, second)
        for index in range(bisect_left(seconds, second - self._coming.span), self._next):
            for urgency, calls in enumerate(self._coming.calls[index]):
                self._send(Urgency(urgency), seconds[index], calls)

    def _next_second(self) -> float:
        """Return when something may leave next: as it falls due, or in the place of what left the window."""
        seconds = self._coming.seconds
        due = seconds[self._next] if self._next < len(seconds) else math.inf
        if not any(self._waiting):
            return due
        expired = self.now - self._window
        freed = min(sent.next_after(expired) for sent in (self._sent[Urgency.STOP], self._others))
        return min(due, freed + self._window)

    def _is_settled(self) -> bool:
        lately = self._waited_at + self._coming.span >= self.now
        calm = self._coming.next_tight(self.now - 1) > self.now + self._coming.span
        return calm and not lately and not any(self._waiting)

    def _fall_due(self) -> None:
        seconds = self._coming.seconds
        if self._next == len(seconds) or seconds[self._next] > self.now:
            return
        for urgency, calls in enumerate(self._coming.calls[self._next]):
            if calls:
                self._lines[urgency].append((self.now, calls))
                self._waiting[urgency] += calls
        self._next += 1

    def _let_go(self) -> Iterator[Wait]:
        for urgency in Urgency:
            if self._waiting[urgency]:
                yield from self._leave(urgency, self._room(urgency))
            if self._waiting[urgency]:
                return

    def _leave(self, urgency: Urgency, most: int) -> Iterator[Wait]:
        """Let so many leave, the oldest first."""
        self._send(urgency, self.now, most)
        self._waiting[urgency] -= most
        line = self._lines[urgency]
        while most:
            due, calls = line.popleft()
            leaving = min(calls, most)
            most -= leaving
            if leaving < calls:
                line.appendleft((due, calls - leaving))
            if due < self.now:
                self._waited_at = self.now
                yield Wait(urgency, due, self.now, leaving)

    def _send(self, urgency: Urgency, second: int, calls: int) -> None:
        if calls:
            self._sent[urgency].add(second, calls)
            if urgency is not Urgency.STOP:
                self._others.add(second, calls)

    def _room(self, urgency: Urgency) -> int:
        """Return how many of those that wait may leave now, let out by `Quota.room` one after the other."""
        waiting = self._waiting[urgency]
        if urgency is Urgency.STOP:
            since = self.now - self._window
            used = self._sent[Urgency.STOP].since(since) + self._others.since(since)
            return min(waiting, self._budget.calls - used)
        spare = 1 if urgency is Urgency.PREPARE else 0  # What is made has to be shut.
        room = min(waiting + spare, self._below_ceiling(urgency))
        return max(0, self._beside_others(urgency, room, spare) - spare)

    def _below_ceiling(self, urgency: int) -> int:
        return self._ceilings[urgency] - self._sent[urgency].since(self.now - self._window)

    def _beside_others(self, urgency: Urgency, most: int, spare: int) -> int:
        """Return the least room that is left at any second of the window to come, `most` at the most.

        What leaves now counts no more at the last of them: there it is enough that there is room at all.
        """
        seconds, last = self._coming.seconds, self.now + self._coming.span
        caps = [max(0, self._below_ceiling(each)) for each in range(urgency)]
        most = min(most, self._left_beside(self._waiting, caps, self.now - self._window))
        end = bisect_left(seconds, last)
        if end < len(seconds) and seconds[end] == last and self._left_between(end, end + 1, caps) <= spare:
            return 0
        return self._least(self._next, end, caps, most)

    def _least(self, begin: int, end: int, caps: Sequence[int], most: int) -> int:
        """Return the least room that is left at one of these seconds, or `most` if that is less.

        What falls due by the last of them, beside what is sent since the span before the first, leaves less
        than any: where that is enough they need not be looked at one by one.
        """
        if begin >= end or most <= 0:
            return most
        least = self._left_between(begin, end, caps)
        if least >= most or end - begin == 1:
            return min(least, most)
        middle = (begin + end) // 2
        return self._least(middle, end, caps, self._least(begin, middle, caps, most))

    def _left_between(self, begin: int, end: int, caps: Sequence[int]) -> int:
        due = self._coming.due(self._next, end, len(caps))
        known = [a + b for a, b in zip(self._waiting, due, strict=False)]
        return self._left_beside(known, caps, self._coming.seconds[begin] - self._coming.span)

    def _left_beside(self, due: Sequence[int], caps: Sequence[int], since: int) -> int:
        first, *others = map(min, due, caps)
        used = sum(others) + self._others.since(since)
        stops = first + self._sent[Urgency.STOP].since(since)
        return self._budget.calls - used - max(self._kept, stops)
