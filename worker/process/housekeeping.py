"""The duties beside the passes, each on its interval. APScheduler keeps the time.

Its wall clock may step, and a timer set before a step back sleeps until the old hour comes again: a step is
noticed by comparing the two clocks, and every duty is set anew.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.kit.two_clocks import TwoClocks

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do again and again. A failure is logged, and it is done again when it is due again."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]
    critical_after: timedelta | None = None
    """So long it may fail before that is critical; None: it is not."""
    hangs_after: timedelta = timedelta(minutes=10)
    """One time of it takes less than this, whatever it waits for."""


class Housekeeping:
    """Does the duties when they are due, each one at most once at a time."""

    def __init__(self, duties: Sequence[Duty], clock: Clock) -> None:
        self._duties = duties
        self._clock = clock
        self._work = Nursery()

    async def run(self) -> None:
        """Keep the duties until cancelled."""
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        scheduler.start()
        try:
            while True:
                self._set(scheduler)
                await self._until_the_clock_steps()
                log.warning("clock_stepped")
        finally:
            scheduler.shutdown(wait=False)

    def now(self, name: str) -> None:
        """Do this duty at once, whenever it is due."""
        for duty in self._duties:
            if duty.name == name:
                self._work.start(done(duty), f"duty {name}")

    def _set(self, scheduler: AsyncIOScheduler) -> None:
        now = self._clock.now()
        for duty in self._duties:
            trigger = IntervalTrigger(seconds=duty.every.total_seconds(), timezone=UTC)
            scheduler.add_job(
                done, trigger, args=[duty], id=duty.name, next_run_time=now, replace_existing=True
            )

    async def _until_the_clock_steps(self) -> None:
        clocks = TwoClocks(self._clock)
        while not clocks.look().is_step:
            await self._clock.sleep(1)


async def done(duty: Duty) -> None:
    """Do it once; a failure is logged."""
    try:
        await duty.work()
    except Exception:
        log.exception("duty_failed", duty=duty.name)
