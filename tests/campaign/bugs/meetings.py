"""How a meeting is made, shut until its start, and kept as it is wanted."""

from collections.abc import Callable, Iterator
from typing import Any

from jobs.model import Attempt, Kind, Outcome
from jobs.run import prepare
from jobs.run.situation import Situation
from tests.campaign.bugs.bug import Bug

_chores = prepare._chores


def _without(*kinds: Kind) -> Callable[[Situation], Iterator[Any]]:
    return lambda s: (call for call in _chores(s) if call.kind not in kinds)


def _unsettled(self: Attempt) -> bool:
    return self.outcome is not Outcome.UNKNOWN


MEETINGS = (
    Bug.of(
        "searching stops at once",
        "not_made_blindly",
        (prepare, "_came_to_nothing", lambda _s, _create: True),
    ),
    Bug.of(
        "a create is forgotten in a crash", "not_made_blindly", (Attempt, "settled", property(_unsettled))
    ),
    Bug.of(
        "doors are not shut before the start",
        "not_before_its_start",
        (prepare, "_chores", _without(Kind.SHUT)),
    ),
    Bug.of("a title edited later is not sent", "edits_kept", (prepare, "_chores", _without(Kind.EDIT))),
)
