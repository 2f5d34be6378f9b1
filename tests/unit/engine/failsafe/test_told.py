"""What is told from memory, and what is left to the passes to tell."""

from dataclasses import replace
from datetime import timedelta

from jobs.model import Window
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from tests.support.clock import NOON
from tests.unit.engine.failsafe.world import ENDS_AT, LIVE, SHOW, World


async def test_what_no_pass_proves_off_is_told_from_memory_once_and_resolved(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3614)
    assert world.told == []
    await world.after(60)
    assert world.told == [["not_off"]]
    world.failsafe.note(replace(LIVE, state=State.ENDED), SHOW)
    assert world.told == [["not_off"], []]


async def test_what_was_told_of_an_end_that_is_moved_is_taken_back(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    assert world.told == [["not_off"]]
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    world.failsafe.note(LIVE, later)
    await world.after(1)
    assert world.told == [["not_off"], []]


async def test_what_a_pass_looks_at_is_told_by_the_pass(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.clock.move(3616)
    world.failsafe.note(replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT), SHOW)
    world.failsafe.attend("show")
    await world.after(10)
    assert world.told == []


async def test_what_passes_look_at_all_the_time_is_never_told_from_memory(world: World) -> None:
    """Between the pass before it should be told and the one after it nothing is raised, and taken back."""
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3598)
    for _ in range(30):
        world.failsafe.note(replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT), SHOW)
        world.failsafe.attend("show")
        await world.after(2)
    assert world.told == []


async def test_passes_that_fail_attend_to_nothing(world: World) -> None:
    """They learn how it stands, and come to nothing: as while another session holds its row."""
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    stopping = replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600)
    for _ in range(12):
        world.failsafe.note(stopping, SHOW)
        await world.after(5)
    assert world.stops() > 1
    assert world.told == [["not_off"]]
