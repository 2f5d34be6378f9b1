"""A quota that keeps calls waiting is told of each account, once, and resolved when it is long over."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from config.settings import load
from jobs.conditions import Condition
from jobs.quota.budget import Budget
from jobs.quota.foreseen import CURE
from jobs.run.decision import Urgency
from jobs.subject import Subject
from tests.support.clock import HandClock, settle
from worker.bootstrap.gateways import quota_watches
from worker.gateway.queue import PATIENCE, STOP_WAITS, CallQueue
from worker.gateway.quota_watch import OVER_AFTER, QuotaWatch

FULL = Budget(calls=4, kept_for_stops=0)


class World:
    """A quota that four calls have used up, watched for two accounts."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.queue = CallQueue(self.clock, FULL)
        self.said: list[tuple[str, list[Condition]]] = []
        self.watch = QuotaWatch(["main", "events"], self.queue, self._tell, self.clock)
        self.tasks: list[asyncio.Task[None]] = []

    def _tell(self, about: Subject, conditions: Sequence[Condition]) -> None:
        self.said.append((str(about), list(conditions)))

    def told(self) -> list[list[str]]:
        """Return the names that were said of the first account, each time."""
        return [[each.name for each in found] for about, found in self.said if about == "account/main/quota"]

    def add(self, urgency: Urgency) -> None:
        self.tasks.append(asyncio.create_task(self.queue.call(urgency, nothing)))

    async def move(self, seconds: float) -> None:
        await settle()
        self.clock.move(seconds)
        self.queue.let_go()
        await settle()


async def nothing() -> None:
    """Be answered at once."""


@asynccontextmanager
async def spent() -> AsyncIterator[World]:
    world = World()
    for _ in range(FULL.calls):
        world.add(Urgency.STOP)
    await settle()
    yield world
    world.queue.close()
    await asyncio.gather(*world.tasks, return_exceptions=True)


@pytest.mark.parametrize("urgency", [Urgency.KICK_ALL, Urgency.GO_LIVE, Urgency.CLOSE_AND_PROVE])
async def test_what_viewers_see_too_late_is_critical(urgency: Urgency) -> None:
    async with spent() as world:
        world.add(urgency)
        await world.move(PATIENCE - 0.1)
        assert world.told() == []
        await world.move(0.2)
        assert world.told() == [["quota_short"]]


@pytest.mark.parametrize("urgency", [Urgency.PREPARE, Urgency.WATCH_LIVE, Urgency.SWEEP])
async def test_what_can_wait_is_a_warning(urgency: Urgency) -> None:
    async with spent() as world:
        world.add(urgency)
        await world.move(PATIENCE)
        assert world.told() == [["quota_tight"]]


async def test_a_first_stop_is_told_while_it_waits() -> None:
    async with spent() as world:
        world.add(Urgency.STOP)
        await world.move(STOP_WAITS - 0.1)
        assert world.told() == []
        await world.move(0.1)
        assert world.told() == [["quota_short"]]


async def test_each_account_of_the_group_is_told_of_with_the_figures_and_the_cure() -> None:
    async with spent() as world:
        for urgency in (Urgency.STOP, Urgency.PREPARE, Urgency.PREPARE):
            world.add(urgency)
        await world.move(STOP_WAITS)
        assert [about for about, _ in world.said] == ["account/main/quota", "account/events/quota"]
        ((short,),) = [found for about, found in world.said if about == "account/main/quota"]
        assert short.text.endswith(
            "4 of 4 calls in 5 minutes are used, 0 are left, 0 are due within the next 5, "
            "and 3 wait (1 to stop, 2 to prepare)"
        )
        assert short.cure == CURE


async def test_it_is_told_once_however_often_it_happens_and_what_is_worse_is_told_at_once() -> None:
    async with spent() as world:
        for urgency in (
            Urgency.SWEEP,
            Urgency.PREPARE,
            Urgency.GO_LIVE,
            Urgency.CLOSE_AND_PROVE,
            Urgency.SWEEP,
        ):
            world.add(urgency)
            await world.move(PATIENCE)
        assert world.told() == [["quota_tight"], ["quota_short"]]


async def test_of_those_that_waited_too_long_at_once_the_most_urgent_says_how_bad_it_is() -> None:
    async with spent() as world:
        for urgency in (Urgency.GO_LIVE, Urgency.SWEEP):
            world.add(urgency)
        await world.move(PATIENCE)
        assert world.told() == [["quota_short"]]


async def test_the_queue_of_a_group_is_watched_for_all_its_accounts() -> None:
    own = {"FLAVOUR": "dyte", "ORG_ID": "o", "API_KEY": "canary-key"}
    shared = {**own, "QUOTA": "both"}
    named = {"A": shared, "B": shared, "C": own}
    variables = {
        f"CUELIGHT_ACCOUNTS__{n}__{key}": value for n, of in named.items() for key, value in of.items()
    }
    settings = load({**variables, "CUELIGHT_STATE_DIR": "/nowhere"})
    clock, said = HandClock(), list[str]()
    queues = {group: CallQueue(clock, FULL) for group in ("both", "c")}
    quota_watches(settings, queues, lambda about, _: said.append(str(about)), clock)
    queues["both"].short(Urgency.GO_LIVE)
    assert said == ["account/a/quota", "account/b/quota"]


async def test_it_is_over_when_nothing_has_waited_too_long_for_a_whole_window() -> None:
    async with spent() as world:
        world.add(Urgency.GO_LIVE)
        await world.move(PATIENCE)
        world.clock.move(OVER_AFTER - 1)
        world.watch.look()
        assert world.told() == [["quota_short"]]
        world.clock.move(1)
        world.watch.look()
        assert world.told() == [["quota_short"], []]


async def test_what_happens_again_meanwhile_keeps_it_open_and_afterwards_is_told_anew() -> None:
    async with spent() as world:
        for _ in range(2):
            world.queue.short(Urgency.GO_LIVE)
            world.clock.move(OVER_AFTER - 1)
            world.watch.look()
        assert world.told() == [["quota_short"]]
        world.clock.move(1)
        world.watch.look()
        world.queue.short(Urgency.GO_LIVE)
        assert world.told() == [["quota_short"], [], ["quota_short"]]


async def test_what_another_worker_told_is_resolved_no_sooner_than_after_a_window() -> None:
    async with spent() as world:
        world.watch.look()
        assert world.told() == []
        world.clock.move(OVER_AFTER)
        world.watch.look()
        assert world.told() == [[]]
