"""How much there is to carry: what is on air at once, and when most calls fall due."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.model import Broadcast
from jobs.policy import Policy
from jobs.quota.budget import Budget
from jobs.quota.demand import of_life
from jobs.quota.foreseen import Quotas


@dataclass(frozen=True, slots=True)
class Peak:
    """The busiest window of a quota group."""

    group: str
    calls: int
    """Known to fall due in it; what watches and sweeps comes on top and gives way."""
    of: int
    """What the quota carries in a window."""
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """What a schedule comes to."""

    broadcasts: int
    on_air: timedelta
    """Of all together."""
    minutes: int
    """Begun minutes of export, as they are billed, of all together."""
    at_once: int
    """The most that are on air at one instant."""
    peaks: tuple[Peak, ...]
    """Of each quota group that has something to do."""


def load(broadcasts: Iterable[Broadcast], quotas: Quotas, since: datetime, until: datetime) -> Load:
    """Return what those come to that are on air between these instants."""
    own = [each for each in broadcasts if each.window.ends_at > since and each.window.starts_at < until]
    lengths = [each.window.length for each in own]
    return Load(
        broadcasts=len(own),
        on_air=sum(lengths, timedelta(0)),
        minutes=sum(-(-each // timedelta(minutes=1)) for each in lengths),
        at_once=_most_at_once(own),
        peaks=tuple(_peaks(own, quotas, since)),
    )


def _most_at_once(broadcasts: Iterable[Broadcast]) -> int:
    """One that ends when another starts is not on air with it."""
    steps = sorted(
        step for each in broadcasts for step in ((each.window.starts_at, 1), (each.window.ends_at, -1))
    )
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def _peaks(broadcasts: Iterable[Broadcast], quotas: Quotas, since: datetime) -> Iterator[Peak]:
    of_group = defaultdict[str, list[Broadcast]](list)
    for each in broadcasts:
        of_group[quotas.group_of(each.account)].append(each)
    for group, own in sorted(of_group.items()):
        yield _peak(group, own, quotas.budget_of(group), since)


def _peak(group: str, broadcasts: Iterable[Broadcast], budget: Budget, since: datetime) -> Peak:
    policy = Policy()
    due = sorted(
        (each.at, each.calls) for one in broadcasts for each in of_life(one, policy) if each.at >= since
    )
    calls, begins_at = max(_windows(due, timedelta(seconds=budget.window_seconds)), default=(0, since))
    return Peak(group, calls, budget.calls, begins_at)


def _windows(due: Sequence[tuple[datetime, int]], length: timedelta) -> Iterator[tuple[int, datetime]]:
    """Yield the calls of each window that begins with a call."""
    end = inside = 0
    for begin, (begins_at, calls) in enumerate(due):
        while end < len(due) and due[end][0] < begins_at + length:
            inside += due[end][1]
            end += 1
        yield inside, due[begin][0]
        inside -= calls
