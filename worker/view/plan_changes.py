"""What a plan changes, for programs: each list by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jobs.model import Broadcast
from jobs.schedule.planned import Plan


@dataclass(frozen=True, slots=True)
class PlannedBroadcast:
    """A broadcast as it is to be; of what is cancelled, as it is."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRemark:
    """What is to be known of one of them."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """Everything that a plan changes."""

    add: tuple[PlannedBroadcast, ...]
    move: tuple[PlannedBroadcast, ...]
    change: tuple[PlannedBroadcast, ...]
    cancel: tuple[PlannedBroadcast, ...]
    rename: tuple[dict[str, str], ...]
    """Each `from` an id `to` the one that it becomes."""
    remarks: tuple[PlanRemark, ...]


def changes_of(plan: Plan) -> PlanChanges:
    """Return what a plan changes."""
    return PlanChanges(
        add=_short(plan.add),
        move=_short(each.broadcast for each in plan.move),
        change=_short(each.broadcast for each in plan.change),
        cancel=_short(each.existing.broadcast for each in plan.cancel),
        rename=tuple({"from": each.existing.broadcast.id, "to": each.broadcast.id} for each in plan.rename),
        remarks=tuple(PlanRemark(each.id, each.text) for each in (*plan.asks, *plan.refusals, *plan.remarks)),
    )


def _short(broadcasts: Iterable[Broadcast]) -> tuple[PlannedBroadcast, ...]:
    return tuple(
        PlannedBroadcast(each.id, each.title, each.window.starts_at, each.window.ends_at)
        for each in broadcasts
    )
