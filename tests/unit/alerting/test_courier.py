"""The courier: every alert reaches every channel, from memory, and no channel harms another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON, HandClock
from tests.support.subjects import broadcast
from worker.alerting.alerts import Alerts
from worker.alerting.channel import DeliveryError
from worker.alerting.courier import AGAIN_EVERY, TOLD_AFTER, Courier
from worker.alerting.deliveries import OWED_AT_MOST, Deliveries
from worker.alerting.message import Message
from worker.alerting.notice import Notice
from worker.alerting.told import STANDS_FOR
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Alert
from worker.store.store import Store

CRITICAL = Condition("not_off", Severity.CRITICAL, "not proven off", "Look.")
WARNING = Condition("nobody_here", Severity.WARNING, "nobody has joined", "Call.")
TOLD = Message(
    key="show/not_off",
    title="not_off",
    severity=Severity.CRITICAL,
    text="not proven off",
    cure="Look.",
    run_id="show",
    raised_at=NOON,
)


@dataclass
class People:
    """A channel in memory, which may fail or hang."""

    name: str = "1"
    fails: bool = False
    hangs: bool = False
    got: list[Message] = field(default_factory=list)
    others: list[Notice] = field(default_factory=list)

    async def send(self, notice: Notice) -> None:
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        if self.fails:
            raise DeliveryError("answered 500")
        if isinstance(notice, Message):
            self.got.append(notice)
        else:
            self.others.append(notice)

    def told(self) -> list[str]:
        return [f"{each.state} {each.title}" for each in self.got]


class Gone:
    """A database that takes nothing."""

    async def raise_alert(self, _alert: Alert, _at: object) -> None:
        raise StoreUnavailableError("gone")

    async def resolve_alert(self, _key: str, _at: object) -> None:
        raise StoreUnavailableError("gone")

    async def change_alert(self, _alert: Alert) -> None:
        raise StoreUnavailableError("gone")

    async def open_alerts(self) -> list[Alert]:
        raise StoreUnavailableError("gone")

    async def open_keys(self) -> list[str]:
        raise StoreUnavailableError("gone")

    async def resolved_by_hand(self, _keys: object) -> list[Alert]:
        raise StoreUnavailableError("gone")


class World:
    def __init__(self, *people: People, rows: Store | Gone | None = None) -> None:
        self.clock = HandClock()
        self.people = people or (People(),)
        self.rows = rows or inline()
        self.begin()

    def begin(self) -> None:
        """Begin a worker; what the one before knew is lost."""
        self.deliveries = Deliveries(self.people, self.clock)
        self.alerts = Alerts(self.rows, self.clock, self.deliveries)
        self.courier = Courier(self.deliveries, self.clock, self.tell)

    def tell(self, name: str, conditions: Sequence[Condition]) -> None:
        self.alerts.tell(Subject(SubjectKind.CHANNEL, name), conditions)

    async def idle(self, seconds: float) -> None:
        """Let time pass, and whoever runs run."""
        for _ in range(int(seconds * 5)):
            self.clock.move(0.2)
            for _ in range(6):
                await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.

    async def after(self, seconds: float, step: float = 1.0) -> None:
        for _ in range(max(1, int(seconds / step))):
            self.clock.move(step if seconds else 0)
            self.courier.look()
            for _ in range(6):
                await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.


async def test_an_alert_is_delivered_at_once_though_the_database_is_gone() -> None:
    world = World(rows=Gone())
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(0)
    assert world.people[0].told() == ["raised not_off"]


async def test_a_critical_alert_is_sent_again_until_it_is_resolved_and_under_the_same_id() -> None:
    world = World()
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(2 * AGAIN_EVERY + 2)
    world.alerts.tell(broadcast("show"), [])
    await world.after(2 * AGAIN_EVERY)
    assert world.people[0].told() == ["raised not_off"] * 3 + ["resolved not_off"]
    assert len({each.id for each in world.people[0].got}) == 1


async def test_each_repetition_is_a_message_of_its_own_and_a_retry_of_it_is_not() -> None:
    world = World()
    (people,) = world.people
    tried: list[str] = []

    async def refusing_at_first(notice: Notice) -> None:
        tried.append(notice.message_id)
        if len(tried) % 3:
            raise DeliveryError("answered 500")

    people.send = refusing_at_first  # type: ignore[method-assign]
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(2 * AGAIN_EVERY + 20)
    assert len(tried) == 9
    assert [len(set(tried[start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1]
    assert len(set(tried)) == 3


async def test_what_a_worker_tells_again_when_it_begins_is_the_message_that_was_told() -> None:
    world = World()
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.alerts.write()
    await world.after(1)
    world.begin()
    await world.alerts.take_over(lambda _: True)
    await world.after(1)
    first, second = world.people[0].got
    assert first.message_id == second.message_id


async def test_a_warning_is_sent_once_and_so_is_its_resolution() -> None:
    world = World()
    world.alerts.tell(broadcast("show"), [WARNING])
    await world.after(3600, step=10)
    world.alerts.tell(broadcast("show"), [])
    await world.after(10)
    assert world.people[0].told() == ["raised nobody_here", "resolved nobody_here"]


async def test_a_warning_that_nobody_heard_of_needs_no_resolution_and_a_critical_one_does() -> None:
    world = World()
    for condition in (WARNING, CRITICAL):
        world.alerts.tell(broadcast("show"), [condition])
        world.alerts.tell(broadcast("show"), [])
    await world.after(5)
    assert world.people[0].told() == ["resolved not_off"]


async def test_a_warning_that_changed_and_ended_before_that_arrived_is_resolved_for_who_heard_of_it() -> None:
    world = World()
    world.alerts.tell(broadcast("show"), [WARNING])
    await world.after(2)
    world.people[0].fails = True
    world.alerts.tell(broadcast("show"), [replace(WARNING, text="another")])
    world.clock.move(STANDS_FOR)
    await world.alerts.tell_changes()
    await world.after(5)
    world.alerts.tell(broadcast("show"), [])
    world.people[0].fails = False
    await world.after(100)
    assert world.people[0].told() == ["raised nobody_here", "resolved nobody_here"]


async def test_a_channel_that_fails_is_tried_again_ever_later_and_harms_no_other() -> None:
    world = World(People("1", fails=True), People("2"), People("3", hangs=True))
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(100)
    assert world.people[1].told() == ["raised not_off"]
    world.people[0].fails = False
    await world.after(60)
    assert world.people[0].told() == ["raised not_off"]


async def test_a_channel_that_fails_for_long_is_told_on_the_others_once() -> None:
    world = World(People("1", fails=True), People("2"))
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(3 * TOLD_AFTER)
    assert world.people[1].told() == ["raised not_off", "raised undelivered"]
    assert world.alerts.open() == ["show/not_off", "channel/1/undelivered"]
    world.people[0].fails = False
    await world.after(120)
    assert world.alerts.open() == ["show/not_off"]


async def test_a_worker_that_begins_tells_again_what_is_critical_or_new_and_nothing_else() -> None:
    world = World()
    world.alerts.tell(broadcast("old"), [CRITICAL, WARNING])
    await world.after(3600, step=10)
    world.alerts.tell(broadcast("new"), [WARNING])
    await world.alerts.write()
    told = {each.key: each.id for each in world.people[0].got}
    world.people[0].got.clear()
    world.begin()
    await world.alerts.take_over(lambda _: True)
    await world.after(5)
    assert sorted(each.key for each in world.people[0].got) == ["new/nobody_here", "old/not_off"]
    assert [each.id for each in world.people[0].got if each.key == "old/not_off"] == [told["old/not_off"]]


async def test_the_end_of_an_old_warning_is_told_by_a_worker_that_began_since() -> None:
    world = World()
    world.alerts.tell(broadcast("old"), [WARNING])
    await world.after(3600, step=10)
    await world.alerts.write()
    world.begin()
    await world.alerts.take_over(lambda _: True)
    await world.after(5)
    world.alerts.tell(broadcast("old"), [])
    await world.after(5)
    assert world.people[0].told() == ["raised nobody_here", "resolved nobody_here"]
    assert len({each.id for each in world.people[0].got}) == 1


async def test_what_is_left_to_another_worker_is_delivered_once_and_not_repeated() -> None:
    told, untold = People(), People("2", fails=True)
    world = World(told, untold)
    world.alerts.tell(broadcast("show"), [CRITICAL])
    await world.after(2)
    world.deliveries.forget("show/not_off")
    untold.fails = False
    await world.after(3 * AGAIN_EVERY)
    assert told.told() == ["raised not_off"]
    assert world.deliveries.waiting() == 0
    assert world.deliveries.rounds[1].owed == {}


async def test_what_waits_is_bounded_and_critical_alerts_stay() -> None:
    world = World(People(hangs=True))
    world.alerts.tell(broadcast("show"), [CRITICAL])
    for number in range(OWED_AT_MOST + 50):
        world.alerts.tell(broadcast(f"show {number}"), [WARNING])
    assert world.deliveries.waiting() == OWED_AT_MOST
    assert "show/not_off" in world.deliveries.rounds[0].owed


def test_an_id_says_which_alert_it_is_and_not_whether_it_is_over() -> None:
    later = replace(TOLD, raised_at=NOON + timedelta(seconds=1))
    assert replace(TOLD, resolved_at=NOON).id == TOLD.id != later.id


async def test_an_alert_wakes_a_courier_that_had_nothing_to_do() -> None:
    world = World()
    running = asyncio.create_task(world.courier.run())
    for number in (1, 2):
        await world.idle(30)
        world.alerts.tell(broadcast(f"show-{number}"), [WARNING])
        await world.idle(1)
        world.alerts.tell(broadcast(f"show-{number}"), [])
        await world.idle(1)
    assert world.people[0].told() == ["raised nobody_here", "resolved nobody_here"] * 2
    running.cancel()
