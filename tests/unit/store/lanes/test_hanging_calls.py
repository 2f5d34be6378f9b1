"""A call that hangs is left behind, and the next one is made."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from tests.unit.store.lanes.numbers import PATIENCE, Numbers, hung, inserted
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import ThreadLane
from worker.store.errors import StoreUnavailableError


async def test_a_call_that_hangs_is_given_up_and_the_next_one_is_made(numbers: Numbers) -> None:
    task, release = await hung(numbers.lane)
    waiting = asyncio.create_task(numbers.add(1))
    thread = numbers.lane._thread
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        await task
    assert numbers.lane._thread is not thread
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        await waiting
    with pytest.raises(StoreUnavailableError, match="locked"):
        await numbers.add(2)
    release.set()
    await settled(numbers, 3)
    assert await numbers.all() == [3]


async def test_calls_that_hang_as_they_are_made_anew_are_given_up_for_good(numbers: Numbers) -> None:
    made: list[int] = []
    begun, release = threading.Event(), threading.Event()

    def half_then_hang(connection: Connection) -> None:
        made.append(1)
        if len(made) == 1:
            raise LookupError("half-way")
        inserted(connection, 667)
        begun.set()
        release.wait()

    first, go = await hung(numbers.lane)
    second = asyncio.create_task(numbers.lane.call(half_then_hang))
    await asyncio.wait([second], timeout=0)
    go.set()
    await asyncio.to_thread(begun.wait)
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(each) for each in results] == [StoreUnavailableError] * 2
    release.set()
    await settled(numbers, 3)
    assert await numbers.all() == [3]


async def settled(numbers: Numbers, number: int) -> None:
    """Write as soon as whoever was left behind has let go."""
    try:
        await numbers.add(number)
    except StoreUnavailableError:
        await settled(numbers, number)


async def test_a_reader_that_hangs_does_not_hold_up_the_next_read(url: str) -> None:
    engine = open_engine(url, writes=False)
    lane = ThreadLane(engine, patience=PATIENCE)
    release = threading.Event()
    with pytest.raises(StoreUnavailableError):
        await lane.call(lambda _: release.wait())
    assert await lane.call(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
    release.set()
    await lane.close()
