"""Duties that fail: told after minutes, resolved when they work, and said once a minute."""

import asyncio
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import structlog

from jobs.conditions import Severity
from tests.support.clock import HandClock
from worker.alerting.alerts import Alerts
from worker.process.duty_watch import TOLD_AFTER, DutyWatch
from worker.process.housekeeping import Duty
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline

HOUR = timedelta(hours=1)


Lines = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
def lines() -> Iterator[Lines]:
    """What is logged: to draw a traceback takes longer than an hour of this."""
    with structlog.testing.capture_logs() as found:
        yield found


class World:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.alerts = Alerts(inline(), self.clock)
        self.error: Exception | None = RuntimeError("token=secret")
        self.database_is_there = True
        self.hangs: asyncio.Event | None = None
        watch = self.watch = DutyWatch(self.clock, self.alerts.tell, lambda: self.database_is_there)
        self.duty = watch.watched(Duty("follow", timedelta(seconds=2), self._work, HOUR))

    async def _work(self) -> None:
        if self.hangs:
            await self.hangs.wait()
        if self.error:
            raise self.error

    async def goes_on(self, duration: timedelta) -> None:
        for _ in range(int(duration / self.duty.every)):
            await self.duty.work()
            self.clock.move(self.duty.every)


async def test_a_duty_that_fails_for_minutes_is_told_and_resolved_when_it_works() -> None:
    world = World()
    await world.goes_on(TOLD_AFTER)
    assert world.alerts.open() == []
    await world.goes_on(world.duty.every)
    assert world.alerts.open() == ["duty/follow/duty_fails"]
    (told,) = world.alerts.holding()
    assert (told.severity, "secret" in told.text) == (Severity.WARNING, False)
    world.error = None
    await world.goes_on(world.duty.every)
    assert world.alerts.open() == []


async def test_a_schedule_that_is_not_followed_for_an_hour_is_critical() -> None:
    world = World()
    await world.goes_on(HOUR)
    assert [each.severity for each in world.alerts.holding()] == [Severity.WARNING]
    await world.goes_on(world.duty.every)
    assert [each.severity for each in world.alerts.holding()] == [Severity.CRITICAL]


async def test_a_duty_that_fails_1799_times_in_an_hour_has_a_line_a_minute(lines: Lines) -> None:
    world = World()
    await world.goes_on(HOUR)
    assert sum(each["event"] == "duty_failed" for each in lines) == 60


async def test_a_database_that_is_away_is_not_told_once_more_for_each_duty() -> None:
    world = World()
    world.error, world.database_is_there = StoreUnavailableError("locked"), False
    await world.goes_on(2 * TOLD_AFTER)
    assert world.alerts.open() == []
    world.database_is_there = True
    await world.goes_on(world.duty.every)
    assert world.alerts.open() == ["duty/follow/duty_fails"]


async def test_a_duty_that_hangs_is_told_until_it_is_done() -> None:
    world = World()
    world.error, world.hangs = None, asyncio.Event()
    task = asyncio.ensure_future(world.duty.work())
    await asyncio.sleep(0)  # noqa: TID251  Lets it begin; no time passes.
    world.clock.move(world.duty.hangs_after - timedelta(seconds=1))
    await world.watch.look()
    assert world.alerts.open() == []
    for severity in (Severity.WARNING, Severity.CRITICAL):
        world.clock.move(HOUR - world.duty.hangs_after)
        await world.watch.look()
        (told,) = world.alerts.holding()
        assert (told.name, told.severity) == ("duty_fails", severity)
    world.hangs.set()
    await task
    await world.watch.look()
    assert world.alerts.open() == []


async def test_a_duty_that_is_ended_while_it_hangs_hangs_no_more() -> None:
    world = World()
    world.hangs = asyncio.Event()
    task = asyncio.ensure_future(world.duty.work())
    await asyncio.sleep(0)  # noqa: TID251  Lets it begin; no time passes.
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    world.clock.move(2 * HOUR)
    await world.watch.look()
    assert world.alerts.open() == []
