"""Whether the duties are done: one that fails for minutes is told, until it works again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from jobs.alarms import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.clock import Clock
from worker.housekeeping import Duty
from worker.store.errors import StoreError, StoreUnavailableError

TOLD_AFTER = timedelta(minutes=3)
"""So long a duty may fail before it is told."""
SAID_EVERY = 60.0
"""Seconds between two lines in the log that it fails."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Failing:
    since: float
    said_at: float = float("-inf")
    times: int = 0


@dataclass(slots=True)
class DutyWatch:
    """Learns of every duty whether it was done."""

    clock: Clock
    tell: Callable[[Subject, Sequence[Condition]], None]
    database_is_there: Callable[[], bool]
    """A database that is away is told by itself, and not once for each duty."""
    _failing: dict[str, _Failing] = field(default_factory=dict)

    def watched(self, duty: Duty) -> Duty:
        """Return the duty; what it fails with is told, and not raised."""

        async def done() -> None:
            try:
                await duty.work()
            except Exception as error:  # noqa: BLE001  Whatever it is, the other duties go on.
                self._failed(duty, error)
            else:
                self._worked(duty.name)

        return replace(duty, work=done)

    def _worked(self, name: str) -> None:
        if failing := self._failing.pop(name, None):
            log.warning("duty_works_again", duty=name, failures=failing.times)
        self.tell(Subject(SubjectKind.DUTY, name), [])

    def _failed(self, duty: Duty, error: Exception) -> None:
        now = self.clock.monotonic()
        failing = self._failing.setdefault(duty.name, _Failing(now))
        failing.times += 1
        self._say(duty.name, failing, error)
        failed_for = timedelta(seconds=now - failing.since)
        is_told = isinstance(error, StoreUnavailableError) and not self.database_is_there()
        if failed_for >= TOLD_AFTER and not is_told:
            self.tell(Subject(SubjectKind.DUTY, duty.name), [_fails(duty, failed_for, error)])

    def _say(self, name: str, failing: _Failing, error: Exception) -> None:
        """Write a line when it begins to fail, and one a minute."""
        now = self.clock.monotonic()
        if now - failing.said_at >= SAID_EVERY:
            failing.said_at = now
            log.error("duty_failed", duty=name, failures=failing.times, exc_info=error)


def _fails(duty: Duty, failed_for: timedelta, error: Exception) -> Condition:
    is_late = duty.critical_after is not None and failed_for >= duty.critical_after
    # The text of an error that is not ours may say anything, secrets among it.
    reason = str(error) if isinstance(error, StoreError) else type(error).__name__
    text = f"the duty `{duty.name}` has failed for {failed_for.total_seconds() / 60:.0f} min: {reason}"
    cure = "The log has the whole of it at `duty_failed`; it is tried again each time that it is due."
    failed = Condition("duty_fails", Severity.WARNING, text, cure)
    return replace(failed, severity=Severity.CRITICAL) if is_late else failed
