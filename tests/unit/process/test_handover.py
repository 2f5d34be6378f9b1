"""What is done when a quota group is won, lost, or known to be another's."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.conditions import Condition, Severity
from jobs.model import Attempt, Kind, Outcome
from jobs.subject import named
from tests.support.engine import World
from tests.support.leases import HeldLeases
from tests.support.subjects import broadcast
from worker.alerting.alerts import Alerts
from worker.kit.skew import Skew, SkewWatch
from worker.process.handover import LEAVING, SHARE_EVERY, Handover
from worker.store.errors import StoreUnavailableError

BAD = Condition("no_picture", Severity.CRITICAL, "nothing is LIVE", "Look.")


@pytest.fixture
def world() -> World:
    return World()


def handover(world: World) -> Handover:
    return Handover(
        leases=world.leases,
        gateways=world.reconciler.gateways,
        books=world.store,
        failsafe=world.failsafe,
        alerts=world.alerts,
        inbox=world.inbox,
        clock=world.clock,
        worker="worker",
        skew=SkewWatch(lambda _: None),
    )


async def test_what_is_won_is_put_on_the_agenda_and_its_calls_are_counted(world: World) -> None:
    await world.add()
    world.passes._room_of.clear()
    queue = world.reconciler.gateways["default"].queue
    queue._earlier = earlier
    await handover(world).look()
    assert world.passes.knows("show")
    assert queue.left == 1200 - 3


async def earlier() -> list[float]:
    return [10.0, 20.0, 30.0]


async def test_what_was_written_by_a_clock_that_was_ahead_is_set_back_before_anything_is_run(
    world: World,
) -> None:
    await world.add()
    world.clock.step(-3600)
    await handover(world).look()
    assert (await world.run()).entered_at == world.clock.now()


async def test_what_another_worker_runs_is_forgotten_and_what_was_done_late_is_journalled(
    world: World,
) -> None:
    await world.on_air()
    late = Attempt(kind=Kind.STOP, began_at=world.clock.now(), outcome=Outcome.DONE, detail="from memory")
    world.failsafe.record_later("show", late)
    world.leases.lost.add("default")
    await handover(world).look()
    assert world.failsafe.on_air() == ()
    assert world.failsafe.unrecorded("show") == ()
    told = (await world.store.journal("show"))[-1]
    assert (told.kind, told.before, told.after) == ("attempt", "stop", "done")
    assert told.why == "from memory; after its term"


async def test_without_a_lease_and_nobody_known_to_have_it_the_failsafe_remembers(world: World) -> None:
    await world.on_air()
    watch = handover(world)
    await watch.look()
    world.leases.release()
    await watch.look()
    assert [each.id for each in world.failsafe.on_air()] == ["show"]


async def test_alerts_of_what_another_worker_runs_are_left_to_it(world: World) -> None:
    await world.on_air()
    world.alerts.tell(broadcast("show"), [BAD])
    await world.alerts.write()
    watch = handover(world)
    await watch.look()
    assert world.alerts.open() == ["show/no_picture"]
    world.leases.lost.add("default")
    world.leases.release()
    await watch.look()
    assert world.alerts.open() == []
    assert len(await world.store.open_alerts()) == 1


@pytest.mark.parametrize("run", ["worker", "clock/skew", "clock-talk", "channel"])
async def test_a_broadcast_may_be_called_like_a_part_of_the_process(world: World, run: str) -> None:
    world.alerts.tell(broadcast(run), [BAD])
    await world.alerts.write()
    await world.alerts.take_over(lambda _: False)
    assert world.alerts.open() == []


@pytest.mark.parametrize("about", ["clock", "clock/skew", "channel/1", "database", "worker"])
async def test_alerts_of_this_process_stay_its_own_without_any_lease(world: World, about: str) -> None:
    world.alerts.tell(named(about, None), [BAD])
    await world.alerts.write()
    watch = handover(world)
    await watch.look()
    world.leases.lost.add("default")
    world.leases.release()
    await watch.look()
    assert world.alerts.open() == [f"{about}/no_picture"]


async def test_who_looks_after_everything_resolves_that_somebody_left(world: World) -> None:
    before = Alerts(world.store, world.clock)
    before.tell(LEAVING, [BAD])
    await before.write()
    await handover(world).look()
    await world.alerts.write()
    assert await world.store.open_alerts() == []


async def test_a_database_that_does_not_answer_leaves_everything_to_the_next_look(world: World) -> None:
    watch = handover(world)
    good, watch.books = watch.books, Away()
    await watch.begin()
    assert watch._entered == {}
    watch.books = good
    await watch.begin()
    assert watch._entered == {"*": 1}


class Away:
    async def rewind(self, *_: object) -> int:
        raise StoreUnavailableError("no answer within 2 s")

    async def note(self, *_: object) -> None:
        raise StoreUnavailableError("no answer within 2 s")


def test_a_clock_that_is_not_the_databases_is_told() -> None:
    told: list[str] = []
    watch = SkewWatch(lambda conditions: told.extend(each.text for each in conditions), "the database's")
    for _ in range(3):
        watch.hear(_ahead(timedelta(seconds=90)))
    (text,) = told
    assert text.startswith("this machine's clock is 90 s ahead of the database's: everything starts")


def _ahead(by: timedelta) -> Skew:
    return Skew(by, by)


class Plenty(HeldLeases):
    """One worker that holds more than its share."""

    def __init__(self, *groups: str) -> None:
        super().__init__()
        self._terms |= dict.fromkeys(groups, 1)

    def surplus(self) -> int:
        return len(self._terms) - 1

    async def give_up(self, groups: Collection[str]) -> None:
        self._terms = {name: term for name, term in self._terms.items() if name not in groups}


async def test_of_what_is_too_much_one_group_is_given_up_every_few_seconds(world: World) -> None:
    watch = replace(handover(world), leases=Plenty("one", "three", "two"))
    left = []
    for _ in range(8):
        await watch.look()
        left.append(sorted(watch.leases.terms()))
        world.clock.move(SHARE_EVERY / 4)
    assert left[:4] == [["*", "three", "two"]] * 4
    assert left[4:] == [["*", "two"]] * 4
