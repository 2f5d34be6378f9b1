"""What proves off from memory, and what proves nothing."""

from jobs.model import Outcome, Run
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Stream, StreamStatus
from tests.support.clock import NOON
from tests.unit.engine.failsafe.world import LIVE, ROOM, SHOW, World
from worker.provider.errors import UnansweredError


async def test_what_was_proven_off_from_memory_is_not_on_air_any_more(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    world.leased = False
    await world.after(3660)
    assert [each.id for each in world.failsafe.on_air()] == ["show"]
    world.client.streams_of["m"] = NO_STREAM
    believed = []
    for _ in range(40):
        await world.after(1)
        believed.append(world.failsafe.on_air())
    assert () in believed, "it is proven off between two stops"


async def test_it_goes_on_until_two_reads_say_off(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    before = world.stops()
    assert before > 2
    world.client.streams_of["m"] = NO_STREAM
    await world.after(40)
    then = world.stops()
    await world.after(300)
    assert world.stops() == then


async def test_an_unheard_status_proves_nothing(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.UNHEARD, word="PAUSED")
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600 + 120)
    assert world.stops() > 3


async def test_a_provider_that_does_not_answer_is_told_again(world: World) -> None:
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600 + 60)
    assert world.stops() > 2
    assert {each.outcome for each in world.failsafe.unrecorded("show")} == {Outcome.UNKNOWN}


async def test_what_is_off_is_forgotten(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    ended = Run(id="show", state=State.ENDED, room=ROOM, entered_at=NOON)
    world.failsafe.note(ended, SHOW)
    assert world.failsafe.on_air() == ()
    await world.after(3700)
    assert world.stops() == 0
