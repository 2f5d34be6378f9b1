"""What a worker that runs these meetings makes of hints."""

from collections.abc import Callable, Mapping

from jobs.model import Room, Run
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.support.gateway import gateway_of
from tests.support.provider import LaidOutClient
from worker.engine.hints import Hints
from worker.kit.clock import Clock


def hints_of(runs: Mapping[str, str], wake: Callable[[str], object], clock: Clock, *accounts: str) -> Hints:
    """Return what hears for these runs, by meeting."""

    def holding() -> list[Run]:
        return [_run(run_id, meeting_id) for meeting_id, run_id in runs.items()]

    gateways = {name: gateway_of(LaidOutClient(), clock) for name in accounts or ("default",)}
    return Hints(gateways, holding, lambda run_id, _at: wake(run_id))


def _run(run_id: str, meeting_id: str) -> Run:
    room = Room(key=run_id, account="default", marker="", meeting_id=meeting_id, held_by=run_id)
    return Run(id=run_id, state=State.LIVE, room=room, entered_at=NOON)


def is_told(hints: Hints) -> bool:
    """Whether the provider counts as telling by itself what happens."""
    return hints.gateways["default"].reader.seen("any").is_told
