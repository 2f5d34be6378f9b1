"""How far events are posted, as rows: kept by who holds the lease, by an endpoint that is no address."""

from datetime import timedelta

from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.records import Fence, Note


async def held(house: House, holder: str = "w") -> Fence:
    term = await house.store.take_lease("*", holder, 60)
    assert term is not None
    return Fence("*", term)


async def test_a_position_is_kept_for_each_endpoint_and_moved(house: House) -> None:
    fence = await held(house)
    assert await house.store.webhook_positions() == {}
    assert await house.store.keep_webhook_position("a1", 7, NOON, fence)
    assert await house.store.keep_webhook_position("b2", 1 << 40, NOON, fence)
    assert await house.store.keep_webhook_position("a1", 8, NOON + HOUR, fence)
    assert await house.store.webhook_positions() == {"a1": 8, "b2": 1 << 40}


async def test_who_holds_the_lease_no_more_moves_none(house: House) -> None:
    fence = await held(house)
    assert await house.store.keep_webhook_position("a1", 7, NOON, fence)
    await house.store.resign_leases({"*": fence.term}, "w")
    await held(house, "another")
    assert not await house.store.keep_webhook_position("a1", 9, NOON, fence)
    assert await house.store.webhook_positions() == {"a1": 7}


async def test_the_last_event_is_the_one_with_the_greatest_number(house: House) -> None:
    assert await house.store.last_event() == 0
    await house.taken_up("a")
    await house.store.note("a", Note(at=NOON, kind="order", who="ann", why="cancelled it"))
    everything = await house.store.events(0, 100, NOON)
    assert await house.store.last_event() == everything[-1].seq


async def test_a_position_that_nobody_moves_any_more_is_forgotten_with_the_journal(house: House) -> None:
    fence = await held(house)
    await house.store.keep_webhook_position("gone", 7, NOON, fence)
    await house.store.keep_webhook_position("used", 9, NOON + HOUR, fence)
    while await house.store.forget(NOON + timedelta(minutes=1)):
        pass
    assert await house.store.webhook_positions() == {"used": 9}
