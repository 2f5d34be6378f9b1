"""What a quota will not carry, in an operator's words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from jobs.model import Broadcast
from jobs.quota.budget import Budget
from jobs.quota.forecast import Crowd, Shortage, forecast
from jobs.run.decision import Urgency
from jobs.schedule.planned import Existing, Plan, Remark

CURE = (
    "Spread the starts and the ends, prepare earlier, use a second token with a quota group of its own "
    "(`..__QUOTA`), or set a higher `..__CALLS_PER_5_MINUTES` if the provider granted it."
)
MOST_TOLD = 10
"""Remarks of one look; the rest is counted."""

_WORDS: Mapping[Urgency, tuple[str, str]] = MappingProxyType(
    {
        Urgency.STOP: ("first stops", "the last is sent"),
        Urgency.KICK_ALL: ("calls that empty rooms", "the last is sent"),
        Urgency.GO_LIVE: ("openings", "the last opens"),
        Urgency.CLOSE_AND_PROVE: ("closings and proofs", "the last is made"),
    }
)


@dataclass(frozen=True, slots=True)
class Quotas:
    """Which quota each account's calls count against; what is not set up has the usual one of its own."""

    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By account."""
    budgets: Mapping[str, Budget] = field(default_factory=lambda: MappingProxyType({}))
    """By quota group."""

    def group_of(self, account: str) -> str:
        """Return the quota group of an account."""
        return self.groups.get(account, account)

    def budget_of(self, group: str) -> Budget:
        """Return what a quota group may send."""
        return self.budgets.get(group, Budget())


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Minutes that hold more than the quota of a group carries."""

    group: str
    calls: int
    """In 5 minutes."""
    shortage: Shortage

    def __str__(self) -> str:
        begin, end = self.shortage.begins_at, self.shortage.ends_at
        until = f"{end:%H:%MZ}" if end.date() == begin.date() else f"{end:%Y-%m-%d %H:%MZ}"
        crowds = "; ".join(map(_told, self.shortage.crowds))
        quota = f"quota {self.group}, {self.calls:,} calls in 5 min"
        return f"{begin:%Y-%m-%d %H:%MZ} to {until}: {crowds} ({quota})"


def foresee(broadcasts: Iterable[Broadcast], quotas: Quotas, since: datetime) -> list[Foreseen]:
    """Return what cannot leave in time from then on, by its begin."""
    of_group = defaultdict[str, list[Broadcast]](list)
    for each in broadcasts:
        of_group[quotas.group_of(each.account)].append(each)
    found = [each for group, own in of_group.items() for each in _of_group(group, own, quotas, since)]
    return sorted(found, key=lambda each: (each.shortage.begins_at, each.group))


def remarks(broadcasts: Iterable[Broadcast], quotas: Quotas, since: datetime) -> tuple[Remark, ...]:
    """Return what is foreseen as remarks, each on the first broadcast that it concerns."""
    found = foresee(broadcasts, quotas, since)
    told = [Remark(each.shortage.ids[0], f"{_company(each.shortage)}{each}") for each in found[:MOST_TOLD]]
    return (*told, *_rest(found))


def outlook(plan: Plan, existing: Iterable[Existing], quotas: Quotas, now: datetime) -> Plan:
    """Return the plan with a remark on all that no quota will carry once it is done, new or not."""
    coming = plan.afterwards(existing, now)
    return replace(plan, remarks=(*plan.remarks, *remarks(coming, quotas, now)))


def _rest(found: Sequence[Foreseen]) -> Iterator[Remark]:
    """Yield how much more there is, and the cure of it all."""
    if len(found) > MOST_TOLD:
        text = f"is the first of {len(found) - MOST_TOLD} more overbooked periods. {CURE}"
        yield Remark(found[MOST_TOLD].shortage.ids[0], text)
    elif found:
        yield Remark(found[0].shortage.ids[0], CURE)


def _of_group(
    group: str, broadcasts: Sequence[Broadcast], quotas: Quotas, since: datetime
) -> Iterator[Foreseen]:
    budget = quotas.budget_of(group)
    for each in forecast(broadcasts, budget, since):
        yield Foreseen(group, budget.calls, each)


def _company(shortage: Shortage) -> str:
    others = len(shortage.ids) - 1
    return f"with {others:,} more, " if others else ""


def _told(crowd: Crowd) -> str:
    calls, happens = _WORDS[crowd.urgency]
    carried = f"{crowd.due:,} {calls} are due, the quota allows {crowd.carried:,}"
    return f"{carried}; {happens} about {_rounded(crowd.late)} late"


def _rounded(late: timedelta) -> str:
    seconds = late.total_seconds()
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
