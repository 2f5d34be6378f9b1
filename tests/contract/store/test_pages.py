"""What pages ask of the store, on every database."""

from datetime import timedelta

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.orders import Order


async def test_upcoming_leaves_out_what_starts_later_and_keeps_what_cannot_be_read(house: House) -> None:
    for each, start in (("late", "2026-12-03T18:00Z"), ("soon", "2026-12-01T18:00Z"), ("odd", "whenever")):
        house.insert(each, starts_at=start, ends_at="2026-12-03T19:00Z")

    async def ids(until: timedelta) -> list[str]:
        return [each.id for each in await house.store.upcoming(NOON, NOON + until)]

    assert await ids(7 * HOUR) == ["odd", "soon"]
    assert await ids(5 * HOUR) == ["odd"]
    assert await ids(timedelta(days=3)) == ["odd", "soon", "late"]


async def test_upcoming_says_the_window_in_force_and_the_state(house: House) -> None:
    await house.taken_up("a")
    house.insert("b")
    taken, fresh = await house.store.upcoming(NOON, NOON + 7 * HOUR)
    assert (taken.state, fresh.state) == (State.PLANNED, None)
    assert (taken.starts_at, taken.ends_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert (fresh.starts_at, fresh.title) == (NOON + 6 * HOUR, "A")


async def test_orders_are_the_latest_first_and_so_many_at_most(house: House) -> None:
    await house.taken_up("a")
    for who in ("ann", "ben", "carla"):
        await house.store.extend("a", HOUR, Order(who, NOON))
    assert [each.who for each in await house.store.orders(NOON, 2)] == ["carla", "ben"]
    assert await house.store.orders(NOON + HOUR, 2) == []


async def test_requests_are_the_latest_first_and_so_many_at_most(house: House) -> None:
    await house.taken_up("a")
    for who in ("ann", "ben", "carla"):
        await house.store.leave_request("stop", "a", by=who, at=NOON)
    assert [each.by for each in await house.store.latest_requests(2)] == ["carla", "ben"]


async def test_the_mark_is_another_whenever_a_page_would_be(house: House) -> None:
    marks = [await house.store.mark(), await house.store.mark()]
    assert marks[0] == marks[1]
    house.insert("b")
    marks.append(await house.store.mark())
    await house.taken_up("a")
    marks.append(await house.store.mark())
    await house.store.extend("a", HOUR, Order("ann", NOON))
    marks.append(await house.store.mark())
    number = await house.store.leave_request("stop", "a", by="ann", at=NOON)
    marks.append(await house.store.mark())
    await house.store.answer_request(number, "done", NOON)
    marks.append(await house.store.mark())
    assert len(set(marks[1:])) == len(marks[1:])
