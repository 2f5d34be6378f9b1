"""Which call may leave: a sliding count that looks ahead, as arithmetic (law 6).

A bucket that refills can let twice its size through within one window; a count of what was really sent in the
last 300 s cannot. Counting back is not enough either: whoever spends on reads what the ends of the next
minutes need has it at no end. So what is known to fall due is spoken for, by its instant and its urgency. A
call may leave if at no instant of the window to come it would take the place of one that is more urgent:

    for each instant u from now on:  others(u) + max(kept, stops(u)) + 1 <= calls

where both count what was sent in the window that ends at u, and what is due by u and more urgent: of each
urgency only as much as its ceiling allows, so that more than the quota carries does not keep everything out.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.quota.budget import Budget
from jobs.run.decision import Urgency


@dataclass(frozen=True, slots=True)
class Due:
    """Calls that are known to come. `at` is in the seconds that the count is kept in."""

    at: float
    urgency: Urgency
    calls: int = 1


class Ahead:
    """What is known to fall due, by owner. Instants are kept to the second, the earlier one."""

    def __init__(self) -> None:
        self._by_owner: dict[str, tuple[Due, ...]] = {}
        self._by_second: defaultdict[int, list[int]] = defaultdict(_nothing)
        self._overdue = _nothing()
        self._now = 0

    def expect(self, owner: str, dues: tuple[Due, ...]) -> bool:
        """Let these be what the owner is known to need; tell whether anything was added by it."""
        before = self._by_owner.get(owner, ())
        if dues == before:
            return False
        for each in before:
            self._count(each, -each.calls)
        for each in dues:
            self._count(each, each.calls)
        if dues:
            self._by_owner[owner] = dues
        else:
            self._by_owner.pop(owner, None)
        return any(each not in before for each in dues)

    def demands(self, now: float, until: float) -> Iterator[tuple[float, list[int]]]:
        """Yield the calls due by urgency: those of now and before first, then second by second."""
        self._roll(int(now))
        yield now, self._overdue
        for second in range(self._now, int(until) + 1):
            if second in self._by_second:
                yield max(now, float(second)), self._by_second[second]

    def _roll(self, now: int) -> None:
        """What was due and is not withdrawn waits still."""
        for second in range(self._now, now) if now - self._now < len(self._by_second) else self._past(now):
            if (due := self._by_second.pop(second, None)) is not None:
                self._overdue = [a + b for a, b in zip(self._overdue, due, strict=True)]
        self._now = max(self._now, now)

    def _past(self, now: int) -> list[int]:
        return [second for second in self._by_second if second < now]

    def _count(self, due: Due, calls: int) -> None:
        second = int(due.at)
        if second < self._now:
            self._overdue[due.urgency] += calls
            return
        counts = self._by_second[second]
        counts[due.urgency] += calls
        if not any(counts):
            del self._by_second[second]


class Quota:
    """What a quota group sent in the last window, what is spoken for, and so what may leave now.

    All instants are seconds of one clock that only grows. It is told of a call twice: when it is let out, and
    when it is answered. The provider counts it somewhere between, so until the answer it counts as of now.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._ahead = Ahead()
        self._stops: list[float] = []
        self._others: list[float] = []
        self._sent: dict[Urgency, list[float]] = {each: [] for each in Urgency}
        self._out = _nothing()
        self._taken, self._taken_until = 0, 0.0
        self._room: dict[Urgency, tuple[int, float]] = {}

    def expect(self, owner: str, dues: tuple[Due, ...]) -> None:
        """Learn what calls an owner is known to need; replaces what was known of it."""
        if self._ahead.expect(owner, dues):
            self._room.clear()

    def let_out(self, urgency: Urgency) -> None:
        """Count a call that leaves."""
        self._out[urgency] += 1
        for each, (room, until) in self._room.items():
            self._room[each] = room - 1, until

    def answered(self, urgency: Urgency, now: float) -> None:
        """Count a call that was let out as sent at the latest now."""
        self._out[urgency] -= 1
        self._sent[urgency].append(now)
        (self._stops if urgency is Urgency.STOP else self._others).append(now)
        self._forget(now)

    def give_back(self, urgency: Urgency) -> None:
        """Count a call no more that was let out and never left."""
        self._out[urgency] -= 1
        self._room.clear()

    def begin_with(self, instants: Iterable[float]) -> None:
        """Count what was sent before, by whoever was here."""
        for at in instants:
            insort(self._others, at)
        self._room.clear()

    def clear(self) -> None:
        """Forget what was sent: somebody else's count is learned next."""
        self._others.clear()
        self._stops.clear()
        self._sent = {each: [] for each in Urgency}
        self._room.clear()

    def told(self, left: int, until: float, now: float) -> None:
        """Learn how many calls the provider says are left until then: others may use the same token.

        It counts when it is less than is thought here.
        """
        before = self._taken_by_others(now)
        self._taken = max(0, self.budget.calls - self._used_here(now) - left)
        self._taken_until = min(until, now + self.budget.window_seconds)
        if self._taken > before:
            self._room.clear()

    def used(self, now: float) -> int:
        """Return how many calls of the window that ends now are gone."""
        return min(self.budget.calls, self._used_here(now) + self._taken_by_others(now))

    def left(self, now: float) -> int:
        """Return how many calls of the window that ends now are left."""
        return self.budget.calls - self.used(now)

    def spoken_for(self, now: float) -> int:
        """Return how many calls are known to fall due within the next window."""
        return sum(sum(due) for _, due in self._ahead.demands(now, now + self.budget.window_seconds))

    def room(self, urgency: Urgency, now: float) -> int:
        """Return how many calls of this urgency may leave now."""
        if urgency is Urgency.STOP:
            return self.budget.calls - self._used_here(now)
        found, until = self._room.get(urgency, (0, now))
        if found <= 0 or now >= until:
            found = min(self._below_ceiling(urgency, now), self._beside_others(urgency, now))
            if urgency is Urgency.PREPARE:
                found = (found - self._out[urgency]) // 2  # What is made has to be shut.
            self._room[urgency] = found, now + _HOLDS_FOR
        return max(0, found)

    def _below_ceiling(self, urgency: Urgency, now: float) -> int:
        sent = _since(self._sent[urgency], now - self.budget.window_seconds) + self._out[urgency]
        return self.budget.ceiling(urgency) - sent

    def _beside_others(self, urgency: Urgency, now: float) -> int:
        """Return the least room that is left at any instant of the window to come."""
        until = now + self.budget.window_seconds + ANSWERED_WITHIN + _HOLDS_FOR
        stops_out = self._out[Urgency.STOP]
        others_out = sum(self._out) - stops_out
        caps = [max(0, self._below_ceiling(each, now)) for each in Urgency if each < urgency]
        due, most = [0] * len(caps), self.budget.calls
        for at, more in self._ahead.demands(now, until):
            due = [a + b for a, b in zip(due, more, strict=False)]
            first, *others = map(min, due, caps)
            since = at - self.budget.window_seconds - (ANSWERED_WITHIN if at > now else 0.0)
            used = sum(others) + others_out + _since(self._others, since) + self._taken_by_others(at)
            stops = first + stops_out + _since(self._stops, since)
            most = min(most, self.budget.calls - used - max(self.budget.kept, stops))
        return most

    def _used_here(self, now: float) -> int:
        since = now - self.budget.window_seconds
        return _since(self._stops, since) + _since(self._others, since) + sum(self._out)

    def _taken_by_others(self, now: float) -> int:
        return self._taken if now < self._taken_until else 0

    def _forget(self, now: float) -> None:
        """Drop, now and then, what has left the window and counts against nothing to come either."""
        since = now - self.budget.window_seconds - ANSWERED_WITHIN
        for row in (self._stops, self._others, *self._sent.values()):
            gone = bisect_right(row, since)
            if gone > _FORGET_AT:
                del row[:gone]


ANSWERED_WITHIN = 2.0
"""Seconds that most answers take: what is sent then counts for so much longer than a window."""
_HOLDS_FOR = 0.5
"""Seconds for which a room that was worked out may be used; it counts what falls due by then, too."""
_FORGET_AT = 64


def _nothing() -> list[int]:
    return [0] * len(Urgency)


def _since(row: list[float], since: float) -> int:
    """Count what lies after that instant. `row` is sorted."""
    return len(row) - bisect_right(row, since)
