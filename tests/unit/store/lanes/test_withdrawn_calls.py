"""A call withdrawn before its turn is not made."""

import asyncio
import threading

from sqlalchemy import Connection

from tests.unit.store.lanes.numbers import Numbers, failing, hung, inserted


async def test_a_call_withdrawn_before_it_is_made_anew_is_not(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    withdrawn = asyncio.create_task(patient.add(1))
    await asyncio.wait([withdrawn], timeout=0)
    fails = asyncio.create_task(
        patient.lane.call(failing([], begun := threading.Event(), go := threading.Event()))
    )
    await asyncio.wait([fails], timeout=0)
    release.set()
    await asyncio.to_thread(begun.wait)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    go.set()
    await asyncio.gather(task, fails, return_exceptions=True)
    assert await patient.all() == [666]


async def test_a_call_withdrawn_before_its_turn_is_not_made(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    withdrawn = asyncio.create_task(patient.add(1))
    await asyncio.wait([withdrawn], timeout=0)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    release.set()
    await task
    assert await patient.all() == [666]


async def test_a_call_withdrawn_before_its_turn_is_not_made_though_others_beside_it_are(
    patient: Numbers,
) -> None:
    task, release = await hung(patient.lane)
    begun, go = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go.wait()
        inserted(connection, 1)

    before = asyncio.create_task(patient.lane.call(slow))
    withdrawn, after = (asyncio.create_task(patient.add(number)) for number in (2, 3))
    await asyncio.wait([before, withdrawn, after], timeout=0)
    release.set()
    await asyncio.to_thread(begun.wait)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    go.set()
    await asyncio.gather(task, before, after)
    assert patient.commits == 1
    assert await patient.all() == [1, 3, 666]
