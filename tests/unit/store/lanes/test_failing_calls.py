"""A call that fails is undone alone; those beside it are made anew."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from tests.unit.store.lanes.numbers import Numbers, failing, hung, inserted
from worker.kit.clock import SystemClock
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import GATHER, InlineLane


async def test_a_call_that_fails_is_undone_alone(patient: Numbers) -> None:
    def half(connection: Connection) -> None:
        inserted(connection, 3)
        raise LookupError("half-way")

    calls = [patient.add(1), patient.lane.call(half), patient.add(1), patient.add(2)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each).__name__ for each in results] == [
        "NoneType",
        "LookupError",
        "IntegrityError",
        "NoneType",
    ]
    assert await patient.all() == [1, 2]


async def test_a_call_that_fails_alone_is_made_once(patient: Numbers) -> None:
    made: list[int] = []
    with pytest.raises(LookupError):
        await patient.lane.call(failing(made))
    assert (len(made), patient.commits, patient.savepoints) == (1, 0, 0)


async def test_calls_beside_one_that_fails_are_made_anew_in_one_transaction(patient: Numbers) -> None:
    made: list[int] = []
    task, release = await hung(patient.lane)
    calls = [patient.add(1), patient.lane.call(failing(made)), patient.add(2), patient.add(3)]
    waiting = [asyncio.create_task(each) for each in calls]
    await asyncio.wait(waiting, timeout=0)
    release.set()
    await asyncio.gather(task, *waiting, return_exceptions=True)
    assert len(made) == 2
    assert (patient.commits, patient.savepoints) == (1, 5)
    assert await patient.all() == [1, 2, 3, 666]


async def test_the_first_of_several_that_wait_may_fail_as_well(url: str) -> None:
    numbers = Numbers(url, gather=GATHER, patience=60.0)
    task, release = await hung(numbers.lane)
    until = SystemClock().monotonic() + GATHER
    calls = [asyncio.create_task(each) for each in (numbers.lane.call(failing([])), numbers.add(2))]
    while SystemClock().monotonic() < until:
        await asyncio.wait(calls, timeout=GATHER)
    release.set()
    results = await asyncio.gather(task, *calls, return_exceptions=True)
    assert [type(each) for each in results] == [type(None), LookupError, type(None)]
    assert await numbers.all() == [2, 666]
    await numbers.lane.close()


async def test_a_statement_that_is_wrong_is_its_own_fault(patient: Numbers) -> None:
    wrong = patient.lane.call(lambda connection: connection.execute(text("SELECT n FROM letters")))
    results = await asyncio.gather(patient.add(1), wrong, patient.add(2), return_exceptions=True)
    assert [type(each) for each in results] == [type(None), OperationalError, type(None)]


async def test_a_call_at_once_raises_what_it_raises_and_leaves_nothing(url: str) -> None:
    lane = InlineLane(open_engine(url, writes=True))

    def half(connection: Connection) -> None:
        inserted(connection, 3)
        raise LookupError("half-way")

    with pytest.raises(LookupError, match="half-way"):
        await lane.call(half)
    assert await lane.call(lambda c: c.execute(text("SELECT count(*) FROM numbers")).scalar()) == 0
    await lane.close()
