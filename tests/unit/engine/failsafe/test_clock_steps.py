"""A host that slept, and a clock that was set back: ends stay ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Window
from jobs.run.observations import NO_STREAM, Stream, StreamStatus
from tests.support.clock import NOON, settle
from tests.unit.engine.failsafe.world import ENDS_AT, LIVE, SHOW, World


@pytest.fixture
async def looking(world: World) -> AsyncIterator[World]:
    """A world in which the failsafe runs."""
    world.failsafe.note(LIVE, SHOW)
    running = asyncio.create_task(world.failsafe.run())
    await settle()
    yield world
    running.cancel()


async def slept(world: World, seconds: float) -> None:
    world.clock.move(seconds)
    await settle()


async def test_after_a_sleep_over_an_end_the_passes_go_first(looking: World) -> None:
    await slept(looking, 3630)
    assert looking.stops() == 0
    await slept(looking, 0.3)
    assert looking.stops() == 1


async def test_an_end_that_moved_while_the_host_slept_is_not_kept(looking: World) -> None:
    await slept(looking, 3630)
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    looking.failsafe.note(LIVE, later)
    await slept(looking, 0.3)
    assert looking.stops() == 0


async def test_what_another_worker_took_over_while_this_one_slept_is_not_stopped(looking: World) -> None:
    await slept(looking, 3630)
    looking.failsafe.release({"default"})
    await slept(looking, 0.3)
    assert looking.stops() == 0


async def test_a_clock_set_back_after_an_end_does_not_take_it_back(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3601)
    assert world.stops() == 1
    world.clock.step(-3600)
    for _ in range(6):
        world.failsafe.note(LIVE, SHOW)  # By its clock the end is to come: the pass lets it go on.
        world.failsafe.attend("show")
        await world.after(5)
    assert world.stops() > 1
    assert world.told == [["not_off"]]


async def test_what_a_clock_that_was_ahead_dated_later_is_set_back_before_it_is_written(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3601)
    world.clock.step(-3600)
    world.failsafe.rewind()
    (attempt,) = world.failsafe.unrecorded("show")
    assert (attempt.began_at, attempt.answered_at) == (world.clock.now(), world.clock.now())


async def test_what_goes_on_air_again_by_a_clock_set_back_has_its_end_before_it(world: World) -> None:
    world.client.streams_of["m"] = NO_STREAM
    world.failsafe.note(LIVE, SHOW)
    await world.after(3610)
    world.clock.step(-3600)
    world.failsafe.note(LIVE, SHOW)
    await world.after(20)
    assert world.stops() == 1
    await world.after(3600)
    assert world.stops() == 2
