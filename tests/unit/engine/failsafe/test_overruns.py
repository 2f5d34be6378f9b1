"""Until when the failsafe takes what runs over its end by rule to be on air."""

from dataclasses import replace
from datetime import timedelta

from jobs.model import Kind, Run
from jobs.policy import Policy
from jobs.run.lifecycle import State
from tests.unit.engine.failsafe.world import ENDS_AT, LIVE, SHOW, World
from worker.engine.on_air import due_off_at

RUNS_OVER = replace(SHOW, overrun=timedelta(minutes=15)).running_until(ENDS_AT + timedelta(minutes=5))


def test_what_is_live_has_to_be_off_at_the_end_in_force_and_what_has_dropped_at_the_planned_one() -> None:
    now = ENDS_AT - timedelta(seconds=20)
    dropped = Run(id="show", state=State.INTERRUPTED, room=LIVE.room, entered_at=now)
    assert due_off_at(LIVE, RUNS_OVER, now, Policy()) == RUNS_OVER.window.ends_at
    assert due_off_at(dropped, RUNS_OVER, now, Policy()) == ENDS_AT


async def test_what_was_stopped_at_the_end_it_knew_stays_over_though_a_later_one_was_written_meanwhile() -> (
    None
):
    world = World()
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600 + 2)
    assert world.stops() == 1
    world.failsafe.note(LIVE, RUNS_OVER)
    assert world.failsafe.holder_of("m") is None
    assert [each.kind for each in world.failsafe.unrecorded("show")] == [Kind.STOP]
