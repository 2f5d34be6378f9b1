"""A row that somebody else holds locked: it is told, and holds up nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from jobs.run.lifecycle import State
from tests.support.engine import World
from worker.engine.inbox import Tray
from worker.engine.locks import TOLD_AFTER, TRIED_AGAIN_AFTER
from worker.engine.requests import RequestStore
from worker.store.errors import LockedError
from worker.store.records import Arrival, Taken
from worker.store.store import Store


async def test_a_row_that_stays_locked_is_told_and_everything_else_airs(world: World) -> None:
    held = LeaseRecord(world.store, "show-07")
    world.inbox.tray = cast("Tray", held)
    for number in range(20):
        await world.add(f"show-{number:02}")
    assert world.passes.known == 19
    world.clock.move(TOLD_AFTER)
    await world.inbox.look()
    assert world.alerts.open() == ["show-07/lock/row_locked"]
    held.locked = ""
    world.clock.move(TRIED_AGAIN_AFTER)
    await world.inbox.look()
    assert (await world.run("show-07")).state is State.PLANNED
    assert world.alerts.open() == []


@dataclass
class LeaseRecord:
    """The store, with one broadcast's row locked by somebody else."""

    store: Store
    locked: str
    tried: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        self.tried += self.locked in {each.run.id for each in many}
        free = [each for each in many if each.run.id != self.locked]
        taken = dict(zip([each.run.id for each in free], await self.store.take_up_many(free), strict=True))
        return [taken.get(each.run.id, Taken.LOCKED) for each in many]


async def test_a_fresh_row_that_is_locked_is_not_tried_at_each_look_and_holds_up_no_other(
    world: World,
) -> None:
    held = LeaseRecord(world.store, "show")
    world.inbox.tray = cast("Tray", held)
    await world.add()
    for number in range(20):
        world.clock.move(0.2)
        await world.add(f"other-{number}")
        assert await world.store.load(f"other-{number}")
    assert held.tried == 1
    world.clock.move(TRIED_AGAIN_AFTER)
    held.locked = ""
    await world.inbox.look()
    assert await world.store.load("show")


async def test_a_run_that_stays_locked_is_told_and_over_when_it_is_free(world: World) -> None:
    await world.add()
    world.records.held = True
    for _ in range(8):
        at = await world.reconciler.reconcile("show")
        assert at == world.clock.now() + timedelta(seconds=TRIED_AGAIN_AFTER)
        world.clock.move(TRIED_AGAIN_AFTER)
    assert world.alerts.open() == ["show/lock/row_locked"]
    world.records.held = False
    await world.go()
    assert world.alerts.open() == []


async def test_a_lock_on_a_row_is_not_the_database_away(world: World) -> None:
    world.inbox.reach.answered()
    held = Answering(world.store)
    world.inbox.requests.store = cast("RequestStore", held)
    await world.store.leave_request("unheard", "show", by="me", at=world.clock.now())
    second = await world.store.leave_request("unheard", "other", by="me", at=world.clock.now())
    await world.inbox.look()
    assert held.tried == [1, 2]
    assert (await world.store.request(second)) != (await world.store.request(1))
    await world.inbox.look()
    assert held.tried == [1, 2], "it is not tried at each look"
    assert world.inbox.reach.is_there
    world.clock.move(5)
    await world.inbox.look()
    assert held.tried == [1, 2, 1]


@dataclass
class Answering:
    """The store, with the row of the first request locked by somebody else."""

    store: Store
    tried: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def answer_request(self, request_id: int, answer: str, at: datetime) -> None:
        self.tried.append(request_id)
        if request_id == 1:
            raise LockedError("a row is locked")
        await self.store.answer_request(request_id, answer, at)
