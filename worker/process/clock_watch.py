"""Watches the clocks: a wall clock that steps, and a host that slept, make all that was read stale."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.kit.clock import Clock
from worker.kit.limit import PAUSED
from worker.kit.two_clocks import Passed, TwoClocks
from worker.store.errors import StoreUnavailableError

LOOK_EVERY = 0.5
"""Seconds between two looks at the clocks."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ClockWatch:
    """Notices steps and gaps, and has everything looked at anew."""

    clock: Clock
    alerts: Alerts
    look_again: Callable[[], Awaitable[None]]
    """Forgets what was read, sets right what was recorded, and wakes every run."""

    async def run(self) -> None:
        """Watch for ever; one thing noticed is dealt with before the next."""
        clocks = TwoClocks(self.clock)
        while True:
            await self.clock.sleep(LOOK_EVERY)
            passed = clocks.look()
            if passed.is_step or passed.elapsed > LOOK_EVERY + PAUSED:
                await self._noticed(passed)

    async def _noticed(self, passed: Passed) -> None:
        gap = passed.elapsed - LOOK_EVERY
        log.warning("clock_stepped", step_s=round(passed.step, 1), gap_s=round(gap, 1))
        if passed.is_step:
            self.alerts.tell(Subject(SubjectKind.CLOCK), [_stepped(passed.step)])
        while True:
            try:
                return await self.look_again()
            except StoreUnavailableError as error:
                log.warning("clock_not_dealt_with", reason=str(error))
                await self.clock.sleep(LOOK_EVERY)


def _stepped(step: float) -> Condition:
    text = f"the clock of this host was set {'on' if step > 0 else 'back'} by {abs(step):.0f} s"
    cure = "Broadcasts follow this clock: keep it right with a time service, and check what is on air."
    return Condition("clock_stepped", Severity.WARNING, text, cure)
