"""A meeting whose run is set aside is closed, if this worker may."""

from dataclasses import replace

from jobs.model import Kind, Outcome
from jobs.run.lifecycle import State
from tests.unit.engine.failsafe.world import CLOSED, LIVE, SHOW, World
from worker.provider.errors import UnansweredError


async def test_the_meeting_of_a_run_set_aside_is_closed_at_its_end(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    await world.after(3590)
    assert world.client.asked == []
    await world.after(60)
    assert world.client.asked == ["stop m", CLOSED, "stream m", "stream m"]
    kinds = [(each.kind, each.outcome) for each in world.failsafe.unrecorded("show")]
    assert kinds == [(Kind.STOP, Outcome.DONE), (Kind.CLOSE, Outcome.DONE)]


async def test_without_the_lease_nothing_is_closed(world: World) -> None:
    world.leased = False
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    await world.after(3660)
    assert world.stops() > 1
    assert CLOSED not in world.client.asked


async def test_what_is_set_aside_and_cannot_be_closed_is_told_and_closed_again(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.after(3616)
    assert world.told == [["not_off"]]
    world.client.trouble = None
    await world.after(60)
    assert world.told == [["not_off"], []]
    assert world.client.asked.count(CLOSED) > 1


async def test_a_backstage_that_nobody_shuts_is_stopped_and_is_not_said_to_be_on_air(world: World) -> None:
    world.failsafe.note(replace(LIVE, state=State.READY), SHOW)
    assert world.failsafe.on_air() == ()
    await world.after(3601)
    assert world.stops() == 1
