"""What an operator may do to a broadcast: said first, then confirmed, then written down for a worker."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from jobs.run.lifecycle import HOLDING, OVER, State
from worker.operations import air, wanted
from worker.operations.operator import Operator
from worker.store.records import Overview

STEP = timedelta(minutes=15)
"""By how much a broadcast is extended, and for how long it is reopened."""

Give = Callable[[Operator, str], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing that may be ordered."""

    name: str
    label: str
    tells: str
    """What it will do."""
    give: Give
    fits: Callable[[State | None], bool]
    """Whether it can be ordered in a state."""
    is_dangerous: bool = False
    is_of_version: bool = False
    """Whether it is refused where the broadcast has changed since it was looked at."""


async def _extend(by: Operator, broadcast_id: str) -> object:
    return await wanted.write_extension(by, broadcast_id, STEP)


async def _reopen(by: Operator, broadcast_id: str) -> object:
    return await air.ask_reopening(by, broadcast_id, STEP)


_ORDERS = (
    Order(
        name="extend",
        label="Extend 15 min",
        tells="It ends 15 minutes later than it is to end now, whatever a later schedule says.",
        give=_extend,
        fits=lambda state: state not in OVER and state is not State.STOPPING,
        is_of_version=True,
    ),
    Order(
        name="stop",
        label="Stop",
        tells="A worker takes it off the air now, closes its meeting, and goes on until it is proven off.",
        give=air.ask_stop,
        fits=lambda state: state in HOLDING or state is State.STOPPING,
        is_dangerous=True,
    ),
    Order(
        name="cancel",
        label="Cancel",
        tells="It does not air, whatever a schedule that is applied later says. On the air, it is taken off.",
        give=wanted.write_cancellation,
        fits=lambda state: state not in OVER and state not in HOLDING and state is not State.STOPPING,
        is_dangerous=True,
    ),
    Order(
        name="reopen",
        label="Reopen 15 min",
        tells="It goes on air again, from now, for 15 minutes, in the same meeting, under an id of its own.",
        give=_reopen,
        fits=lambda state: state in (State.ENDED, State.MISSED),
    ),
)
ORDERS: Mapping[str, Order] = {each.name: each for each in _ORDERS}


def fitting(row: Overview) -> tuple[Order, ...]:
    """Return what can be ordered of a broadcast as it is now."""
    return tuple(each for each in _ORDERS if each.fits(row.state) and not row.cancelled)
