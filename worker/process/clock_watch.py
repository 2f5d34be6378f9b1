"""Watches the clocks: a wall clock that steps, and a host that slept, make all that was read stale."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.kit.clock import Clock
from worker.store.errors import StoreUnavailableError

LOOK_EVERY = 0.5
"""Seconds between two looks at the clocks."""
STEP = 2.0
"""Seconds by which wall and monotonic time may part between two looks."""
GAP = 5.0
"""Seconds by which a look may be late before the host or the process counts as suspended."""

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
        wall, monotonic = self.clock.now(), self.clock.monotonic()
        while True:
            await self.clock.sleep(LOOK_EVERY)
            now, later = self.clock.now(), self.clock.monotonic()
            elapsed = later - monotonic
            step = (now - wall).total_seconds() - elapsed
            wall, monotonic = now, later
            if abs(step) > STEP or elapsed > LOOK_EVERY + GAP:
                await self._noticed(step, elapsed)

    async def _noticed(self, step: float, elapsed: float) -> None:
        log.warning("clock_stepped", step_s=round(step, 1), gap_s=round(elapsed - LOOK_EVERY, 1))
        if abs(step) > STEP:
            self.alerts.tell(Subject(SubjectKind.CLOCK), [_stepped(step)])
        while True:
            try:
                return await self.look_again()
            except StoreUnavailableError as error:
                log.warning("clock_not_dealt_with", reason=str(error))
                await self.clock.sleep(LOOK_EVERY)


def _stepped(step: float) -> Condition:
    text = f"the clock of this host was set {'on' if step > 0 else 'back'} by {abs(step):.0f} s"
    cure = "Windows are kept by this clock: have a time service keep it, and look at what is on air."
    return Condition("clock_stepped", Severity.WARNING, text, cure)
