"""What stops a show that nobody can decide about."""

from typing import Any

from tests.campaign.bugs.bug import Bug, nothing
from tests.campaign.directed import restarted_then_set_aside
from worker.engine.failsafe import Failsafe
from worker.engine.reconciler import Reconciler


def _aside_in_silence(self: Reconciler, run_id: str, *_why: object) -> Any:
    self.failsafe.set_aside(run_id)
    return self.clock.now() + self.policy.poll_live


def _any_stop_counts(self: Failsafe, run_id: str, _at: Any) -> None:
    if known := self._known.get(run_id):
        known.stops.append(self.clock.monotonic())


FAILSAFE = (
    Bug.of("the failsafe sleeps", "stop_sent_at_once", (Failsafe, "look", nothing)),
    Bug.of("what is set aside stays open", "aside_told_and_shut", (Failsafe, "set_aside", nothing)),
    Bug.of(
        "what is set aside is not told",
        "aside_told_and_shut",
        (Reconciler, "_set_aside", _aside_in_silence),
    ),
    Bug.of(
        "a restart passes for the end",
        "stop_sent_at_once",
        (Failsafe, "_note_stop", _any_stop_counts),
        life=restarted_then_set_aside(),
    ),
)
