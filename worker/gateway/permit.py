"""The right to make one call, and why it may be withheld."""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.run.decision import Urgency

Admit = Callable[[], str]
"""Asked when a call leaves the queue: why it must not; empty if it may."""


def admit_always() -> str:
    """Let the call leave, whatever changed meanwhile."""
    return ""


class WithdrawnError(Exception):
    """The call was not sent: something changed while it waited."""


class NoTurnError(WithdrawnError):
    """The call was not sent: the quota, or the calls under way, left no room for it in time."""


@dataclass(eq=False, slots=True)
class Permit:
    """The right to make one call; it counts against the quota until it is used or given back."""

    urgency: Urgency


def no_turn() -> NoTurnError:
    """Return why a call could not leave before its deadline."""
    return NoTurnError("no free call in time: the quota is used up or reserved")
