"""Which broadcasts wait for the room of another."""

from dataclasses import replace

from jobs.model import Room, RoomUse, Window
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, broadcast, new_run, note
from worker.store.records import Arrival

SHARED = Room(key="entry/show", account="default", marker=" [ab3k-00000000]")


async def occurrence(house: House, hour: float, length: float = 1, *, shared: bool = True) -> str:
    """Have one that is taken up: in the room of its entry, or in its own."""
    id_ = f"show@2026-12-01T{int(hour * 60):04}"
    room = SHARED if shared else replace(SHARED, key=id_, marker=f" [{hour}]")
    use = RoomUse.SHARED if shared else RoomUse.OWN
    wanted = replace(broadcast(id_, entry="show", room=use), window=_window(hour, length))
    await house.store.add(wanted)
    accepted = Arrival(wanted, 1, new_run(id_, room), wanted, note("picked up"))
    assert await house.store.take_up(accepted)
    return id_


def _window(hour: float, length: float) -> Window:
    return Window(NOON + hour * HOUR, NOON + (hour + length) * HOUR)


async def ids(house: House, of: str) -> list[str]:
    return [each.id for each in await house.store.delayed(of)]


async def test_what_starts_before_it_ends_in_its_room_is_delayed_the_first_first(house: House) -> None:
    first = await occurrence(house, 1, length=3)
    later, next_one = await occurrence(house, 3), await occurrence(house, 2)
    await occurrence(house, 4)
    assert await ids(house, first) == [next_one, later]


async def test_what_starts_before_it_or_in_a_room_of_its_own_is_not(house: House) -> None:
    await occurrence(house, 1)
    second = await occurrence(house, 1.5)
    await occurrence(house, 2, shared=False)
    assert await ids(house, second) == []
    assert await ids(house, "nobody") == []


async def test_what_is_over_is_not(house: House) -> None:
    first = await occurrence(house, 1, length=3)
    over = await occurrence(house, 2)
    house.sql("UPDATE runs SET state = 'cancelled' WHERE id = ?", over)
    assert await ids(house, first) == []
