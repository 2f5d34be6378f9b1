"""What the quota will not carry: the minutes in which more falls due than may leave in time (law 6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.model import Broadcast
from jobs.policy import Policy
from jobs.quota.budget import Budget
from jobs.quota.demand import Demand, of_life
from jobs.quota.turns import Wait, waits
from jobs.run.decision import Urgency

IN_TIME = timedelta(seconds=2)
"""A call that leaves within so long after it fell due is in time."""
PRESSING = frozenset({Urgency.STOP, Urgency.KICK_ALL, Urgency.GO_LIVE, Urgency.CLOSE_AND_PROVE})
"""What viewers see too late. The rest gives way to it, and is wanted long before or often."""
_MARGIN = 3.0
"""Seconds that what was sent counts beyond its window, rounded up."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Calls of one urgency that fall due in the same minutes, and not all of which leave in time."""

    urgency: Urgency
    due: int
    carried: int
    """How many of them leave in time."""
    late: timedelta
    """How long one of them waits, at the most."""
    last_at: datetime
    """When the last of them leaves."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Minutes, one after the other, each of which holds more than the quota carries."""

    begins_at: datetime
    ends_at: datetime
    """The end of the last minute."""
    crowds: tuple[Crowd, ...]
    """By urgency."""
    ids: tuple[str, ...]
    """The broadcasts whose calls these are, the first to fall due first."""


def forecast(
    broadcasts: Iterable[Broadcast], budget: Budget, since: datetime, policy: Policy | None = None
) -> tuple[Shortage, ...]:
    """Return what a quota group will not carry from then on, if it runs these broadcasts and no others.

    What fell due before counts as sent when it did.
    """
    policy = policy or Policy()
    earliest = since - timedelta(seconds=budget.window_seconds + _MARGIN)
    demands = [
        (each.id, due)
        for each in broadcasts
        if each.window.ends_at >= earliest
        for due in of_life(each, policy)
        if due.at >= earliest
    ]
    return shortages(demands, budget, since)


def shortages(
    demands: Collection[tuple[str, Demand]], budget: Budget, since: datetime
) -> tuple[Shortage, ...]:
    """Return what of these calls, each beside whose it is, cannot leave in time from then on."""
    late = [each for each in waits(_by_second(due for _, due in demands), budget) if _is_late(each, since)]
    found = defaultdict[int, list[Wait]](list)
    for each in late:
        found[each.due // 60].append(each)
    return tuple(_shortage(minutes, found, demands) for minutes in _runs(sorted(found)))


def _by_second(demands: Iterable[Demand]) -> dict[int, list[int]]:
    dues = defaultdict[int, list[int]](lambda: [0] * len(Urgency))
    for each in demands:
        dues[_second(each.at)][each.urgency] += each.calls
    return dues


def _second(instant: datetime) -> int:
    return int(instant.timestamp())


def _is_late(each: Wait, since: datetime) -> bool:
    waited = each.left - each.due > IN_TIME.total_seconds()
    return waited and each.urgency in PRESSING and each.due >= since.timestamp()


def _runs(minutes: Sequence[int]) -> Iterator[range]:
    """Yield neighbouring minutes as one."""
    begin = 0
    for index, minute in enumerate(minutes):
        if index + 1 == len(minutes) or minutes[index + 1] > minute + 1:
            yield range(minutes[begin], minute + 1)
            begin = index + 1


def _shortage(
    minutes: range, late: Mapping[int, Sequence[Wait]], demands: Iterable[tuple[str, Demand]]
) -> Shortage:
    waited = [each for minute in minutes for each in late[minute]]
    urgencies = {each.urgency for each in waited}
    due = [
        (each.at, id_, each)
        for id_, each in demands
        if each.urgency in urgencies and _second(each.at) // 60 in minutes
    ]
    return Shortage(
        begins_at=_instant(minutes.start * 60),
        ends_at=_instant(minutes.stop * 60),
        crowds=tuple(_crowd(each, [demand for *_, demand in due], waited) for each in sorted(urgencies)),
        ids=tuple(dict.fromkeys(id_ for _, id_ in sorted((at, id_) for at, id_, _ in due))),
    )


def _crowd(urgency: Urgency, demands: Iterable[Demand], waited: Iterable[Wait]) -> Crowd:
    due = sum(each.calls for each in demands if each.urgency is urgency)
    own = [each for each in waited if each.urgency is urgency]
    return Crowd(
        urgency=urgency,
        due=due,
        carried=due - sum(each.calls for each in own),
        late=timedelta(seconds=max(each.left - each.due for each in own)),
        last_at=_instant(max(each.left for each in own)),
    )


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
