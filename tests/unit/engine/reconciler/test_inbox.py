"""What comes in: rows to be taken up, changes, requests, and a database out of reach."""

import asyncio
from collections.abc import Sequence
from typing import cast

from jobs.model import Broadcast, Window
from tests.support.clock import settle
from tests.support.engine import HOUR, World
from worker.engine.inbox import Tray
from worker.store.errors import StoreUnavailableError
from worker.store.records import Arrival, Glance, Taken
from worker.store.store import Store


async def test_the_inbox_tells_whether_the_database_was_in_reach(world: World) -> None:
    told = [world.inbox.reach.is_there]
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    told.append(world.inbox.reach.is_there)
    world.inbox.tray = OutOfReach()
    world.clock.move(1)
    await settle()
    told.append(world.inbox.reach.is_there)
    assert told == [False, True, False]
    looking.cancel()


class OutOfReach(Store):
    """A store that answers nothing."""

    def __init__(self) -> None:
        pass

    async def stirs(self) -> bool:
        raise StoreUnavailableError("locked")

    async def unfinished_after(self, run_id: str, most: int) -> list[Glance]:
        raise StoreUnavailableError(f"locked: {most} after {run_id!r}")


class MuteAfterCommit:
    """Takes a run up, and loses its answer."""

    def __init__(self, tray: Store) -> None:
        self._tray = tray
        self.mute = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._tray, name)

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        taken = await self._tray.take_up_many(many)
        if self.mute:
            raise StoreUnavailableError("no answer within 2 s")
        return taken


async def test_a_run_whose_taking_up_was_not_answered_is_not_forgotten(world: World) -> None:
    tray = MuteAfterCommit(world.store)
    world.inbox.tray = cast("Tray", tray)
    start = world.clock.now() + HOUR
    await world.store.add(Broadcast(id="show", title="Show", window=Window(start, start + HOUR)))
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    tray.mute = False
    assert world.passes.known == 0
    world.clock.move(1)
    await settle()
    assert world.passes.known == 1
    looking.cancel()


async def test_a_change_that_no_pass_takes_in_wakes_one_pass_and_not_one_at_each_look(world: World) -> None:
    await world.on_air()
    await world.store.extend("show", HOUR)
    world.passes._agenda.due(world.clock.now() + 9 * HOUR, 99)
    woken = []
    for _ in range(3):
        await world.inbox.look()
        woken.append(world.passes._agenda.due(world.clock.now(), 99))
    assert woken == [["show"], [], []]


async def test_without_the_lease_no_row_is_taken_up(world: World) -> None:
    world.leases.release()
    await world.add()
    assert await world.store.load("show") is None


async def test_what_is_of_another_workers_account_is_neither_taken_up_nor_looked_at(world: World) -> None:
    await world.on_air()
    world.leases.lost.add("default")
    asked = len(world.client.asked)
    assert await world.go(30) is None
    assert len(world.client.asked) == asked
    await world.add("other")
    assert await world.store.load("other") is None


async def test_a_new_run_is_on_the_agenda_for_when_something_is_to_be_done_for_it(world: World) -> None:
    await world.add(starts_in=72 * HOUR)
    at = world.passes._agenda.next_at()
    assert at
    assert 47 * HOUR < at - world.clock.now() <= 49 * HOUR


async def test_what_another_worker_took_up_is_found_within_a_minute(world: World) -> None:
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    other = World()
    other.store = other.inbox.tray = world.store
    await other.add()
    for _ in range(61):
        world.clock.move(1)
        await settle()
    assert world.passes.knows("show")
    looking.cancel()


async def test_a_stop_of_what_is_to_come_is_decided_on_the_row_that_it_calls_off(world: World) -> None:
    """Decided on the row as it was in memory, it would be wanted again in the instant that it is off."""
    await world.add()
    await world.go()
    await world.store.leave_request("stop", "show", by="me", at=world.clock.now())
    await world.inbox.look()
    await world.go()
    moves = [note.after for save in world.records.saved for note in save.notes if note.kind == "move"]
    assert moves == ["ready", "stopping", "cancelled"]
