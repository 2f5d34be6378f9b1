"""What the month will have cost: told when it is more than was meant, looked at once an hour."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.settings import Prices
from jobs.month import Forecast, Month, month_of
from jobs.subject import Subject
from tests.support.clock import NOON, HandClock
from tests.support.outbox import Taking
from tests.unit.jobs.schedule.test_later import entries
from worker.alerting.alerts import Alerts
from worker.engine.month_cost import ABOUT, MonthCost, over
from worker.engine.schedule_file import Follower
from worker.store.opening import inline

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = Prices(month=Decimal(10))


@dataclass
class Sums:
    """A database that has summed up."""

    found: tuple[int, int] = (600, 300)
    hashes: list[str] = field(default_factory=list)
    asked: list[tuple[datetime, datetime, datetime]] = field(default_factory=list)

    async def minutes(self, since: datetime, now: datetime, until: datetime) -> tuple[int, int]:
        self.asked.append((since, now, until))
        return self.found

    async def schedule_hashes(self) -> list[str]:
        return self.hashes


class World:
    def __init__(self, prices: Prices = TEN) -> None:
        self.sums, self.clock, self.outbox = Sums(), HandClock(), Taking()
        self.alerts = Alerts(inline(), self.clock, self.outbox)
        self.follower = Follower(Path("schedule.yaml"), inline(), (), 14 * DAY, self.alerts, self.clock)
        self.watch = MonthCost(self.sums, prices, self.follower, self.alerts, self.clock)

    def told(self) -> list[str]:
        return [f"{each.state} {each.key}" for each in self.outbox.taken]


async def test_it_is_told_once_when_the_month_will_cost_more_and_resolved_when_it_will_not() -> None:
    world = World()
    await world.watch.look()
    assert world.told() == []
    world.sums.found = (600, 401)
    world.clock.move(HOUR)
    await world.watch.look()
    world.sums.found = (700, 402)
    world.clock.move(HOUR)
    await world.watch.look()
    await world.alerts.tell_changes()
    assert world.told() == ["raised cost/month_cost"]
    world.sums.found = (700, 300)
    world.clock.move(HOUR)
    await world.watch.look()
    assert world.told() == ["raised cost/month_cost", "resolved cost/month_cost"]


async def test_it_is_summed_up_once_an_hour_of_the_month_until_now_and_to_its_end() -> None:
    world = World()
    for _ in range(61):
        await world.watch.look()
        world.clock.move(60)
    december = Month(2026, 12)
    assert world.sums.asked == [(december.begins_at, at, december.ends_at) for at in (NOON, NOON + HOUR)]


async def test_it_is_summed_up_anew_when_another_schedule_is_in_force_or_the_month_is_over() -> None:
    world = World()
    await world.watch.look()
    world.sums.hashes = ["another"]
    await world.watch.look()
    world.follower.reaches = month_of(NOON).ends_at
    await world.watch.look()
    world.clock.step(31 * 86400.0)
    await world.watch.look()
    await world.watch.look()
    assert [month_of(since) for since, *_ in world.sums.asked] == [Month(2026, 12)] * 3 + [Month(2027, 1)]


async def test_what_the_file_has_beyond_its_rows_counts_to_the_end_of_the_month() -> None:
    world = World(Prices(month=Decimal("23.39")))
    world.follower.entries, world.follower.reaches = entries(), NOON + 14 * DAY
    await world.watch.look()
    (alert,) = world.outbox.taken
    assert "600 minutes on the air so far, 1,830 planned" in alert.text  # 300, and 17 days of 90 minutes.
    assert "24.30 USD" in alert.text


async def test_without_a_limit_nothing_is_summed_up_and_what_was_told_is_over() -> None:
    world = World()
    world.sums.found = (2000, 0)
    await world.watch.look()
    without = MonthCost(world.sums, Prices(), None, world.alerts, world.clock)
    asked = len(world.sums.asked)
    await without.look()
    assert len(world.sums.asked) == asked
    assert world.told() == ["raised cost/month_cost", "resolved cost/month_cost"]


@pytest.mark.parametrize(("minutes", "is_told"), [(1000, False), (1001, True)])
def test_what_costs_just_as_much_as_was_meant_is_none(minutes: int, *, is_told: bool) -> None:
    assert bool(over(Forecast(Month(2026, 12), minutes, 0), TEN)) is is_told


def test_no_broadcast_is_taken_for_it() -> None:
    assert str(ABOUT) == "cost" != str(Subject("broadcast", "cost"))
