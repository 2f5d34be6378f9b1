"""The quota outlives the worker that used it: no five minutes hold more than was allowed."""

import asyncio
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.quota.budget import Budget
from jobs.run.decision import Urgency
from tests.support.clock import NOON, HandClock
from worker.gateway.queue import CallQueue
from worker.gateway.reservation import Reservation
from worker.store.errors import StoreUnavailableError

BUDGET = Budget(calls=40, kept_for_stops=0)


class Paper:
    """What is written outlives who wrote it; it may be out of reach."""

    def __init__(self) -> None:
        self.text = "{}"
        self.away = False

    async def reserved(self, _group: str) -> str:
        return self.text

    async def reserve(self, _group: str, text: str) -> None:
        if self.away:
            raise StoreUnavailableError("away")
        self.text = text


class World:
    """Workers one after the other, each of which calls as often as it may."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.paper = Paper()
        self.sent: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def worker(self) -> CallQueue:
        reservation = Reservation(self.paper, "main", self.clock, BUDGET)
        queue = CallQueue(self.clock, BUDGET, reservation.block)
        queue.begin_with(await reservation.earlier())
        return queue

    async def calls(self, queue: CallQueue, count: int, urgency: Urgency = Urgency.WATCH_LIVE) -> None:
        async def send() -> None:
            self.sent.append(self.clock.monotonic())

        waiting = [asyncio.create_task(queue.call(urgency, send)) for _ in range(count)]
        for _ in range(count * 4):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        queue.close()
        await asyncio.gather(*waiting, return_exceptions=True)

    def most(self) -> int:
        return max((sum(at - 300 < each <= at for each in self.sent) for at in self.sent), default=0)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 200)), max_size=12))
def test_however_often_it_crashes_no_five_minutes_hold_more_than_was_allowed(
    lives: list[tuple[int, int]],
) -> None:
    async def live() -> int:
        world = World()
        for count, pause in lives:
            await world.calls(await world.worker(), count)
            world.clock.move(pause)
        return world.most()

    assert asyncio.run(live()) <= BUDGET.calls


async def test_a_stop_waits_for_no_reservation() -> None:
    world = World()
    queue = await world.worker()
    world.paper.away = True
    await world.calls(queue, 3, Urgency.STOP)
    assert len(world.sent) == 3
    assert world.paper.text == "{}"


async def test_a_database_that_is_away_holds_up_no_call() -> None:
    world = World()
    queue = await world.worker()
    world.paper.away = True
    await world.calls(queue, 10)
    assert len(world.sent) == 10


async def test_what_cannot_be_read_counts_for_nothing() -> None:
    world = World()
    for text in ("", "[]", "{", '{"blocks": [[1, 2]]}', '{"blocks": 7}', '{"blocks": [["x"]]}'):
        world.paper.text = text
        assert (await world.worker()).left == BUDGET.calls


async def test_a_clock_that_was_set_back_frees_nothing() -> None:
    world = World()
    await world.calls(await world.worker(), 20)
    world.clock.step(-3600)
    assert (await world.worker()).left <= BUDGET.calls - 20
    assert world.clock.now() < NOON + timedelta(hours=1)
