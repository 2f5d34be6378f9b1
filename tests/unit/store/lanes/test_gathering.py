"""Calls that wait share a transaction, and each is told its own result."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.unit.store.lanes.numbers import Numbers, hung, inserted
from worker.store.engine.calls import Share
from worker.store.errors import StoreUnavailableError


async def test_writes_that_wait_share_a_transaction(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    others = [asyncio.create_task(patient.add(number)) for number in range(100)]
    await asyncio.wait(others, timeout=0)
    release.set()
    await asyncio.gather(task, *others)
    assert (patient.commits, patient.savepoints) == (1, 0)
    assert len(await patient.all()) == 101


async def test_a_lane_that_gathers_nothing_gives_each_call_its_own_transaction(url: str) -> None:
    numbers = Numbers(url, gather=0.0)
    await asyncio.gather(*map(numbers.add, range(5)))
    assert numbers.commits == 5
    await numbers.lane.close()


class Counted:
    """What is done for many numbers at once, and how many they were each time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def insert(self, connection: Connection, many: Sequence[int]) -> list[str]:
        self.sizes.append(len(many))
        for number in many:
            inserted(connection, number)
        return [f"{number} is in" for number in many]


async def test_shares_that_wait_are_done_at_once_and_each_is_told_its_own_result(patient: Numbers) -> None:
    counted = Counted()
    task, release = await hung(patient.lane)
    works = [Share(counted.insert, number) for number in range(5)]
    calls = [asyncio.create_task(patient.lane.call(each)) for each in works]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(*calls)
    await task
    assert results == [f"{number} is in" for number in range(5)]
    assert counted.sizes == [5]


async def test_a_share_that_fails_harms_none_of_the_others(patient: Numbers) -> None:
    counted = Counted()
    task, release = await hung(patient.lane)
    works = [Share(counted.insert, number) for number in (1, 666, 2)]
    calls = [asyncio.create_task(patient.lane.call(each)) for each in works]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    await task
    assert results[::2] == ["1 is in", "2 is in"]
    assert isinstance(results[1], IntegrityError)
    assert counted.sizes == [3, 1, 1, 1]
    assert await patient.all() == [1, 2, 666]


async def test_no_more_than_can_be_done_anew_in_time_share_a_transaction(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    calls = [asyncio.create_task(patient.add(number)) for number in range(200)]
    await asyncio.wait(calls, timeout=0)
    release.set()
    await asyncio.gather(task, *calls)
    assert patient.commits == 2


async def test_a_transaction_that_cannot_be_committed_is_told_to_every_caller(patient: Numbers) -> None:
    def defer(connection: Connection) -> None:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text("INSERT INTO leaves VALUES (99)"))

    def grow(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE leaves (n REFERENCES numbers)"))

    await patient.lane.call(grow)
    task, release = await hung(patient.lane)
    calls = [asyncio.create_task(each) for each in (patient.add(1), patient.lane.call(defer))]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(task, *calls, return_exceptions=True)
    assert [type(each) for each in results] == [StoreUnavailableError] * 3
    assert await patient.all() == []


async def test_a_closed_lane_has_made_every_call_that_waited(url: str) -> None:
    numbers = Numbers(url, gather=10.0)
    calls = [asyncio.create_task(numbers.add(number)) for number in range(10)]
    await asyncio.wait(calls, timeout=0)
    await numbers.lane.close()
    await asyncio.gather(*calls)
    assert not numbers.lane._thread.thread.is_alive()
