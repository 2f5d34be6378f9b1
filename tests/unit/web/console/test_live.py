"""What open pages are told: that something happened, and that the worker is there."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.clock import HandClock, settle
from tests.unit.store.sqlite_house import SqliteHouse
from worker.web.console.live import ALIVE_EVERY, LOOK_EVERY, Live


@pytest.fixture
def live(house: SqliteHouse) -> Live:
    return Live(house.store, HandClock())


async def opened(live: Live) -> AsyncIterator[str]:
    """Open a stream, and read what it says at once."""
    found = live.events()
    assert "event: changed" in await anext(found)
    return found


async def heard(live: Live, stream: AsyncIterator[str], seconds: float) -> str:
    """Return what is told within so long; empty: nothing."""
    told = asyncio.ensure_future(anext(stream))
    for _ in range(round(seconds / LOOK_EVERY)):
        await settle()
        if told.done():
            break
        live.clock.move(LOOK_EVERY)  # type: ignore[attr-defined]  # It is moved by hand.
    await settle()
    if told.done():
        return told.result()
    told.cancel()
    return ""


async def test_a_change_is_told_within_a_second_and_only_once(live: Live, house: SqliteHouse) -> None:
    stream = await opened(live)
    assert "changed" in await heard(live, stream, 1)
    await house.taken_up("show")
    assert "event: changed" in await heard(live, stream, 1)
    stream = await opened(live)
    assert not await heard(live, stream, 3)


async def test_a_sign_of_life_comes_though_nothing_happens(live: Live) -> None:
    stream = await opened(live)
    await heard(live, stream, 1)
    assert "event: alive" in await heard(live, stream, ALIVE_EVERY + 1)


async def test_all_streams_cost_one_look_and_none_cost_none(live: Live, house: SqliteHouse) -> None:
    looks = 0
    mark = house.store.mark

    async def counted() -> str:
        nonlocal looks
        looks += 1
        return await mark()

    house.store.mark = counted  # type: ignore[method-assign]  # Counted.
    streams = [await opened(live) for _ in range(20)]
    for _ in range(5):
        await settle()
        live.clock.move(LOOK_EVERY)  # type: ignore[attr-defined]
    assert looks == 5
    for each in streams:
        await each.aclose()  # type: ignore[attr-defined]  # A generator.
    for _ in range(3):
        live.clock.move(LOOK_EVERY)  # type: ignore[attr-defined]
        await settle()
    assert looks <= 6


async def test_whoever_does_not_read_is_told_of_a_change_once_he_does(live: Live, house: SqliteHouse) -> None:
    slow, quick = await opened(live), await opened(live)
    await heard(live, quick, 1)
    for each in ("a", "b", "c"):
        await house.taken_up(each)
        assert "changed" in await heard(live, quick, 1)
    await heard(live, quick, ALIVE_EVERY + 1)
    assert "event: changed" in await anext(slow)


async def test_a_change_takes_the_place_of_a_sign_of_life_that_nobody_has_read(
    live: Live, house: SqliteHouse
) -> None:
    slow, quick = await opened(live), await opened(live)
    for each in (slow, quick):
        assert "changed" in await heard(live, each, 1)
    assert "alive" in await heard(live, quick, ALIVE_EVERY + 1)
    await house.taken_up("show")
    assert "changed" in await heard(live, quick, 1)
    assert "event: changed" in await anext(slow)


async def test_whoever_reads_no_sign_of_life_keeps_none_from_the_others(live: Live) -> None:
    _slow, quick = await opened(live), await opened(live)
    await heard(live, quick, 1)
    for _ in range(3):
        assert "alive" in await heard(live, quick, ALIVE_EVERY + 1)
