"""What an operator resolves: over at once for everybody who heard of it, and told anew if it goes on."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from tests.support.clock import HandClock
from tests.unit.alerting.test_courier import People
from worker.alerting.alerts import Alerts
from worker.alerting.by_hand import GOES_ON_FOR, PASSES_AFTER
from worker.alerting.courier import AGAIN_EVERY, Courier
from worker.alerting.deliveries import NEW_FOR, Deliveries
from worker.alerting.told import STANDS_FOR
from worker.store.opening import inline

SHOW = Subject(SubjectKind.BROADCAST, "show")
MEETING = Subject(SubjectKind.MEETING, "gone/m-1")
DARK = Condition("no_picture", Severity.CRITICAL, "nothing is LIVE", "Look at the meeting.")
LATE = Condition("nobody_here", Severity.WARNING, "nobody has joined", "Call the hosts.")
MISSED = Condition("missed", Severity.CRITICAL, "never aired", "Look why.")
STEPPED = Condition("clock_stepped", Severity.WARNING, "set on by 3 s", "Look at the clock.")
EVERY = 10.0
"""Seconds between two looks, as the duties have it."""


class World:
    """A worker that tells, people who hear of it, and an operator beside both."""

    def __init__(self) -> None:
        self.store, self.clock, self.people = inline(), HandClock(), People()
        self.begin()

    def begin(self) -> None:
        """Begin a worker; what the one before knew is lost."""
        deliveries = Deliveries([self.people], self.clock)
        self.alerts = Alerts(self.store, self.clock, deliveries)
        self.courier = Courier(deliveries, self.clock, lambda _name, _conditions: None)

    async def resolve(self, key: str) -> None:
        """Do what `cuelight alerts resolve` does."""
        (number,) = [each.id for each in await self.store.open_alerts() if each.key == key]
        assert number is not None
        await self.store.resolve_by_hand(number, by="ann", why="", at=self.clock.now())

    async def goes_on(self, seconds: float, about: Subject = SHOW, *holding: Condition) -> None:
        """Let time pass in which a teller says all the time that this holds."""
        for _ in range(int(seconds / EVERY)):
            if holding:
                self.alerts.tell(about, holding)
            await self.looks(EVERY)

    async def looks(self, seconds: float) -> None:
        """Let time pass, and the duties have their turn; nobody says anything."""
        self.clock.move(seconds)
        await self.alerts.write()
        await self.alerts.heed_operators()
        await self.alerts.tell_changes()
        await self.alerts.let_pass()
        await self.alerts.write()
        self.courier.look()
        for _ in range(6):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.

    async def told(self, about: Subject, condition: Condition) -> None:
        await self.goes_on(2 * EVERY, about, condition)


async def test_what_is_resolved_by_hand_is_over_for_the_worker_and_its_end_is_delivered_once() -> None:
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    await world.looks(EVERY)
    assert (world.alerts.open(), world.alerts.holding()) == ([], [])
    await world.goes_on(GOES_ON_FOR - 2 * EVERY, SHOW, DARK)
    assert world.people.told() == ["raised no_picture", "resolved no_picture"]
    assert world.people.got[0].id == world.people.got[1].id


async def test_what_was_resolved_by_hand_and_goes_on_is_told_anew_once_and_as_an_alert_of_its_own() -> None:
    world = World()
    await world.told(SHOW, LATE)
    await world.resolve("show/nobody_here")
    await world.goes_on(GOES_ON_FOR - EVERY, SHOW, LATE)
    assert len(world.people.got) == 2
    await world.goes_on(6 * GOES_ON_FOR, SHOW, LATE)
    assert world.people.told() == ["raised nobody_here", "resolved nobody_here", "raised nobody_here"]
    first, _, second = world.people.got
    assert first.id != second.id
    assert [each.key for each in await world.store.open_alerts()] == ["show/nobody_here"]


async def test_what_nobody_says_again_goes_on_until_somebody_says_that_it_is_over() -> None:
    """A teller that speaks when something changes, as of a schedule file, says it once."""
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    await world.looks(EVERY)
    await world.looks(GOES_ON_FOR)
    assert world.alerts.open() == ["show/no_picture"]


async def test_what_ends_after_it_was_resolved_by_hand_is_told_no_more_and_anew_when_it_begins_anew() -> None:
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    await world.looks(EVERY)
    world.alerts.tell(SHOW, [])
    assert world.alerts.about() == frozenset()
    await world.looks(2 * GOES_ON_FOR)
    assert world.people.told() == ["raised no_picture", "resolved no_picture"]
    await world.told(SHOW, DARK)
    assert world.people.told()[2:] == ["raised no_picture"]


async def test_what_became_worse_or_another_since_it_was_resolved_by_hand_is_told_as_that() -> None:
    world = World()
    await world.told(SHOW, LATE)
    await world.resolve("show/nobody_here")
    await world.looks(EVERY)
    await world.goes_on(EVERY, SHOW, replace(LATE, severity=Severity.CRITICAL, text="worse"))
    assert [each.text for each in world.people.got[2:]] == ["worse"]
    world = World()
    await world.told(SHOW, LATE)
    await world.resolve("show/nobody_here")
    await world.looks(EVERY)
    await world.goes_on(STANDS_FOR - EVERY, SHOW, replace(LATE, text="they are in another room"))
    assert len(world.people.got) == 2
    await world.goes_on(2 * EVERY, SHOW, replace(LATE, text="they are in another room"))
    assert [each.text for each in world.people.got[2:]] == ["they are in another room"]


@pytest.mark.parametrize(
    "about",
    [
        MEETING,
        Subject(SubjectKind.CHANNEL, "9"),
        Subject(SubjectKind.DUTY, "follow"),
        Subject(SubjectKind.WORKER, "pages"),
        Subject(SubjectKind.SCHEDULE, "show"),
        SHOW,
    ],
)
@pytest.mark.parametrize("condition", [DARK, LATE])
async def test_an_orphan_that_is_resolved_by_hand_is_over_for_good_and_its_end_is_delivered(
    about: Subject, condition: Condition
) -> None:
    """Whoever told it is dead, and nobody is left who could say whether it holds."""
    world = World()
    await world.told(about, condition)
    world.clock.move(2 * NEW_FOR.total_seconds())
    world.people.got.clear()
    world.begin()
    await world.alerts.take_over(lambda _: True)
    await world.looks(EVERY)
    await world.resolve(f"{about}/{condition.name}")
    await world.looks(EVERY)
    assert world.people.told()[-1] == f"resolved {condition.name}"
    heard = len(world.people.got)
    await world.goes_on(3 * AGAIN_EVERY, Subject(SubjectKind.CLOCK), STEPPED)
    assert [each.title for each in world.people.got[heard:]] == ["clock_stepped"]
    assert world.alerts.about() == {Subject(SubjectKind.CLOCK)}


async def test_what_was_missed_is_not_told_anew_however_often_it_is_said() -> None:
    world = World()
    await world.told(SHOW, MISSED)
    await world.resolve("show/missed")
    await world.goes_on(3 * GOES_ON_FOR, SHOW, MISSED)
    assert world.people.told() == ["raised missed", "resolved missed"]
    await world.looks(2 * PASSES_AFTER.total_seconds())
    assert world.alerts.about() == frozenset()


async def test_a_clock_that_is_set_again_is_told_though_the_first_time_was_resolved_by_hand() -> None:
    world, clock = World(), Subject(SubjectKind.CLOCK)
    await world.told(clock, STEPPED)
    await world.resolve("clock/clock_stepped")
    await world.looks(3 * GOES_ON_FOR)
    world.alerts.tell(clock, [STEPPED])
    await world.looks(EVERY)
    assert world.people.told() == ["raised clock_stepped", "resolved clock_stepped", "raised clock_stepped"]


async def test_the_look_every_two_minutes_takes_nothing_resolved_by_hand_for_another_workers() -> None:
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    await world.alerts.take_over(lambda _: True)
    await world.goes_on(5 * EVERY, SHOW, DARK)
    await world.alerts.take_over(lambda _: True)
    await world.goes_on(5 * EVERY, SHOW, DARK)
    assert world.people.told() == ["raised no_picture", "resolved no_picture"]


async def test_what_another_worker_resolved_since_its_condition_ended_is_not_taken_for_an_operators() -> None:
    world, channel = World(), Subject(SubjectKind.CHANNEL, "1")
    await world.told(channel, LATE)
    await world.store.resolve_alert("channel/1/nobody_here", world.clock.now())
    await world.goes_on(3 * EVERY, channel, LATE)
    assert world.people.told() == ["raised nobody_here"]
    assert world.alerts.open() == ["channel/1/nobody_here"]


async def test_what_was_resolved_by_hand_and_is_another_workers_now_is_not_told_here_when_it_goes_on() -> (
    None
):
    world, account = World(), Subject(SubjectKind.ACCOUNT, "default")
    await world.told(account, DARK)
    await world.resolve("account/default/no_picture")
    await world.looks(EVERY)
    await world.alerts.take_over(lambda name: name != "default")
    await world.looks(2 * GOES_ON_FOR)
    assert world.people.told() == ["raised no_picture", "resolved no_picture"]


async def test_what_began_anew_while_the_rows_were_read_stays_told() -> None:
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    known = world.alerts._written()
    world.alerts.tell(SHOW, [])
    world.alerts.tell(SHOW, [DARK])
    await world.alerts._heed_operators(known, await world.store.open_keys())
    await world.looks(EVERY)
    assert world.alerts.open() == ["show/no_picture"]
    assert world.people.told()[-1] == "raised no_picture"


async def test_a_row_that_the_database_refused_was_not_resolved_by_an_operator_of_last_week() -> None:
    world = World()
    await world.told(SHOW, DARK)
    await world.resolve("show/no_picture")
    await world.looks(EVERY)
    world.alerts.tell(SHOW, [])
    world.clock.move(timedelta(days=7).total_seconds())
    world.alerts.tell(SHOW, [DARK])
    world.alerts._writer._waiting.clear()
    world.alerts._writer._refused.add("show/no_picture")
    await world.looks(EVERY)
    assert world.alerts.open() == ["show/no_picture"]
