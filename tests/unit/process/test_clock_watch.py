"""Steps of the wall clock and sleeps of the host: noticed within a second, and all is looked at anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.support.clock import HandClock
from worker.alerting.alerts import Alerts
from worker.process.clock_watch import ClockWatch
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline


class Looks:
    """Counts the looks; the database is away for the first few."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.alerts = Alerts(inline(), self.clock)
        self.count = 0
        self.away = 0
        self.watch = ClockWatch(self.clock, self.alerts, self.look)

    async def look(self) -> None:
        self.count += 1
        if self.count <= self.away:
            raise StoreUnavailableError("away")

    async def after(self, *moves: float) -> None:
        for seconds in moves:
            self.clock.move(seconds)
            for _ in range(10):
                await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.


@pytest.fixture
async def looks() -> AsyncIterator[Looks]:
    found = Looks()
    task = asyncio.create_task(found.watch.run())
    await found.after(0)
    yield found
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("step", "told"), [(3600, True), (-3600, True), (3, True), (1.5, False), (0, False)])
async def test_a_step_is_noticed_and_told(looks: Looks, step: float, *, told: bool) -> None:
    looks.clock.step(step)
    await looks.after(0.5, 0.5)
    assert looks.count == told
    assert looks.alerts.open() == (["clock/clock_stepped"] if told else [])


@pytest.mark.parametrize(("gap", "noticed"), [(60, True), (6, True), (4, False)])
async def test_a_host_that_slept_is_noticed(looks: Looks, gap: float, *, noticed: bool) -> None:
    await looks.after(0.5 + gap)
    assert looks.count == noticed
    assert looks.alerts.open() == []


async def test_a_database_that_is_away_is_tried_again(looks: Looks) -> None:
    looks.away = 2
    looks.clock.step(-60)
    await looks.after(0.5, 0.5, 0.5, 0.5)
    assert looks.count == 3
