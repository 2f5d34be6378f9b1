"""The worker's duties in virtual time: APScheduler keeps its time by clocks of its own."""

import asyncio
from collections.abc import Sequence

from worker.kit.clock import Clock
from worker.process.housekeeping import Duty, Housekeeping, done


class OnClock(Housekeeping):
    """The same duties, timed by the clock alone."""

    async def run(self) -> None:
        """Keep the duties until cancelled."""
        async with asyncio.TaskGroup() as group:
            for duty in self._duties:
                group.create_task(self._again(duty), name=f"duty {duty.name}")

    async def _again(self, duty: Duty) -> None:
        while True:
            await done(duty)
            await self._clock.sleep(duty.every.total_seconds())


def on_clock(duties: Sequence[Duty], clock: Clock) -> Housekeeping:
    """Return what keeps these duties."""
    return OnClock(duties, clock)
