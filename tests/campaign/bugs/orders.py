"""What operators and schedules want."""

from typing import Any

from jobs.run import intake
from jobs.schedule import plan
from tests.campaign.bugs.bug import Bug, idle
from tests.campaign.scenario import Scenario
from worker.engine import requests
from worker.engine.inbox import Inbox


def _has_a_stop_asked_for(made: Scenario) -> bool:
    return any(event.kind == "ask_stop" for event in made.events)


async def _called_off_unheard(self: requests.Requests, broadcast_id: str) -> None:
    await self.store.cancel(broadcast_id)


def _has_a_sweep_asked_for(made: Scenario) -> bool:
    return any(event.kind == "ask_sweep" for event in made.events)


def _has_a_rule_gained(made: Scenario) -> bool:
    return any(event.kind == "rule" and event.value > 0 for event in made.events)


def _old_window(wanted: Any, accepted: Any, state: Any, now: Any) -> Any:  # noqa: ARG001  The true one's signature.
    return accepted, ""


async def _answered_and_forgotten(self: requests.Requests, request: Any) -> None:
    await self._answer(request, "done")


async def _swept_or_forgotten(self: requests.Requests, request: Any, sweep: requests.Sweep) -> None:
    await self._answer(request, await self._found(request, sweep))
    self._asked.discard(request.id)


ORDERS = (
    Bug.of(
        "an operator's stop is answered and forgotten",
        "off_in_time",
        (requests.Requests, "_stop", _answered_and_forgotten),
    ),
    Bug.of(
        "a stop before the start is forgotten once it is off",
        "stopped_stays_off",
        (requests.Requests, "_call_off", idle),
        takes=_has_a_stop_asked_for,
    ),
    Bug.of(
        "a stop is decided on the row as it was before",
        "orders_stick",
        (requests.Requests, "_call_off", _called_off_unheard),
        takes=_has_a_stop_asked_for,
    ),
    Bug.of(
        "a sweep that meets a database failure is forgotten",
        "requests_answered",
        (requests.Requests, "_swept", _swept_or_forgotten),
        storm="busy",
        takes=_has_a_sweep_asked_for,
    ),
    Bug.of("an edited end is not taken over", "edits_kept", (intake, "_window", _old_window)),
    Bug.of(
        "what was taken up unheard is forgotten",
        "over_in_the_end",
        (Inbox, "_catch_up", idle),
        storm="commit_reply_lost",
    ),
    Bug.of(
        "a rule that is gained makes a second broadcast",
        "one_run_each",
        (plan, "_by_instant", lambda matches, _: list(matches)),
        takes=_has_a_rule_gained,
    ),
)
