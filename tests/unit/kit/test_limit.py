"""Work that hangs is told from a process that was paused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from worker.kit.limit import LOOK_EVERY, PAUSED, ProcessPausedError, limited
from worker.kit.virtual_clock import VirtualLoop, lapse


def in_virtual_time(work: Callable[[VirtualLoop], Awaitable[None]]) -> float:
    """Return the seconds it took; whatever goes wrong beside it is an error."""
    loop = VirtualLoop()
    beside: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: beside.append(context))
    try:
        loop.run_until_complete(asyncio.ensure_future(work(loop), loop=loop))
        assert beside == []
        return loop.time()
    finally:
        loop.close()


def pause_for(loop: VirtualLoop, seconds: float) -> None:
    """Have time pass in which nothing of the process runs."""
    loop._leap.now += seconds


def test_what_is_done_in_time_is_not_ended() -> None:
    async def work(_: VirtualLoop) -> None:
        async with limited(60):
            await lapse(59)
        await lapse(10)

    assert in_virtual_time(work) == 69


@pytest.mark.parametrize("limit", [60.0, 7.0, 0.0])
def test_what_hangs_is_ended_when_its_time_is_over(limit: float) -> None:
    async def work(_: VirtualLoop) -> None:
        with pytest.raises(TimeoutError):
            async with limited(limit):
                await lapse(3600)

    assert in_virtual_time(work) == limit


@pytest.mark.parametrize("since", [0.0, 4.0, 33.0])
@pytest.mark.parametrize("seconds", [LOOK_EVERY + PAUSED + 0.1, 59.0, 8 * 3600.0])
def test_after_a_pause_what_was_under_way_is_ended_before_it_goes_on(since: float, seconds: float) -> None:
    async def under_way(loop: VirtualLoop) -> None:
        async with limited(60):
            await lapse(since)
            pause_for(loop, seconds)
            await lapse(0.001)
            pytest.fail("it went on")

    async def work(loop: VirtualLoop) -> None:
        with pytest.raises(ProcessPausedError):
            await under_way(loop)

    assert in_virtual_time(work) == since + seconds


def test_a_loop_that_is_late_by_a_little_ends_nothing() -> None:
    async def work(loop: VirtualLoop) -> None:
        async with limited(60):
            for _ in range(10):
                await lapse(1)
                pause_for(loop, PAUSED)

    assert in_virtual_time(work) == 60


def test_a_timeout_of_the_work_itself_stays_what_it_is() -> None:
    async def work(_: VirtualLoop) -> None:
        with pytest.raises(TimeoutError, match="its own"):
            async with limited(60):
                raise TimeoutError("its own")

    in_virtual_time(work)
