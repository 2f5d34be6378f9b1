"""Duties: done again and again, a failure harms only itself, and a clock that steps sets them anew."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
import structlog

from tests.support.clock import HandClock, settle
from worker.kit.clock import SystemClock
from worker.kit.tasks import AGAIN_AFTER, Nursery, supervise
from worker.process.housekeeping import Duty, Housekeeping


@pytest.mark.parametrize(("wall", "stepped"), [(0, False), (1, False), (3600, True), (-3600, True)])
async def test_a_step_of_the_wall_clock_is_noticed(wall: float, *, stepped: bool) -> None:
    clock = HandClock()
    watch = asyncio.create_task(Housekeeping([], clock)._until_the_clock_steps())
    await settle()
    clock.step(wall)
    clock.move(1)
    await settle()
    assert watch.done() is stepped
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def test_duties_are_done_beside_each_other_and_a_failure_harms_only_itself() -> None:
    done: dict[str, asyncio.Event] = {name: asyncio.Event() for name in ("good", "bad")}

    async def good() -> None:
        done["good"].set()

    async def bad() -> None:
        done["bad"].set()
        raise RuntimeError("bad")

    duties = [Duty("bad", timedelta(hours=1), bad), Duty("good", timedelta(hours=1), good)]
    keeping = asyncio.create_task(Housekeeping(duties, SystemClock()).run())
    await asyncio.wait_for(asyncio.gather(*(each.wait() for each in done.values())), 5)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert all(each.is_set() for each in done.values())


async def test_a_duty_can_be_asked_for_at_once() -> None:
    asked: list[str] = []

    async def follow() -> None:
        asked.append("follow")

    Housekeeping([Duty("follow", timedelta(days=1), follow)], HandClock()).now("follow")
    await settle()
    assert asked == ["follow"]


async def test_a_duty_that_dies_is_begun_again() -> None:
    clock, begun = HandClock(), []

    async def dies() -> None:
        begun.append(clock.now())
        raise RuntimeError("dead")

    task = asyncio.create_task(supervise("dies", dies, clock))
    for _ in range(3):
        await settle()
        clock.move(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(begun) == 3


async def test_a_duty_that_returns_is_begun_again_and_that_is_said() -> None:
    clock, begun = HandClock(), []

    async def returns() -> None:
        begun.append(clock.now())

    with structlog.testing.capture_logs() as lines:
        task = asyncio.create_task(supervise("returns", returns, clock))
        for _ in range(3):
            await settle()
            clock.move(AGAIN_AFTER)
        await settle()
    task.cancel()
    assert begun == [begun[0] + timedelta(seconds=AGAIN_AFTER * number) for number in range(4)]
    assert [each["event"] for each in lines] == ["duty_returned"] * 4


async def test_short_work_that_fails_is_forgotten_and_not_raised() -> None:
    async def fails() -> None:
        raise RuntimeError("fails")

    nursery = Nursery()
    nursery.start(fails(), "fails")
    await settle()
    assert len(nursery) == 0
