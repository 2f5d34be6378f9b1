"""Which runs are woken by what the provider says by itself."""

from dataclasses import replace
from datetime import datetime
from typing import cast

import pytest

from jobs.model import Doors, Run
from jobs.run.lifecycle import State
from tests.unit.engine.failsafe.world import LIVE, ROOM, SHOW, World
from worker.bootstrap.reception import open_hints
from worker.engine.hints import Hint, Reception
from worker.engine.passes import Passes

BACKSTAGE = replace(LIVE, state=State.READY, room=replace(ROOM, doors=Doors.BACKSTAGE))


class Woken:
    """The passes, as far as hints know them."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def knows(self, run_id: str) -> bool:
        return run_id == "show"

    def wake(self, run_id: str, *, at: datetime) -> None:  # noqa: ARG002  The passes' own interface.
        self.runs.append(run_id)


@pytest.mark.parametrize("run", [LIVE, BACKSTAGE], ids=["on air", "backstage"])
async def test_a_hint_wakes_whoever_holds_the_meeting_also_before_its_start(run: Run) -> None:
    world, woken = World(), Woken()
    world.failsafe.note(run, SHOW)
    hints = open_hints(world.failsafe.gateways, world.failsafe, cast("Passes", woken))
    assert hints.heard(Hint("default", "meeting.started", "m", None)) is Reception.TAKEN
    assert woken.runs == ["show"]
