"""Whether the duties are done: one that fails for minutes, or hangs, is told, until it works again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.kit.clock import Clock
from worker.process.housekeeping import Duty
from worker.store.errors import StoreError, StoreUnavailableError

TOLD_AFTER = timedelta(minutes=3)
"""So long a duty may fail before it is told."""
LOOK_EVERY = timedelta(minutes=1)
"""Between two looks for duties that hang."""
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
    _begun: dict[object, tuple[Duty, float]] = field(default_factory=dict)
    """What is being done, and since when, in monotonic seconds."""

    def watched(self, duty: Duty) -> Duty:
        """Return the duty; what it fails with is told, and not raised."""

        async def done() -> None:
            this_time = object()
            self._begun[this_time] = duty, self.clock.monotonic()
            try:
                await duty.work()
            except Exception as error:  # noqa: BLE001  Whatever it is, the other duties go on.
                self._failed(duty, error)
            else:
                self._worked(duty.name)
            finally:
                del self._begun[this_time]

        return replace(duty, work=done)

    async def look(self) -> None:
        """Tell of what was begun and does not end: nothing comes of it, not even a failure."""
        for duty, since in self._begun.values():
            lasts = timedelta(seconds=self.clock.monotonic() - since)
            if lasts >= duty.hangs_after:
                log.error("duty_hangs", duty=duty.name, seconds=round(lasts.total_seconds()))
                self.tell(Subject(SubjectKind.DUTY, duty.name), [_hangs(duty, lasts)])

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


def _hangs(duty: Duty, lasts: timedelta) -> Condition:
    text = f"the duty `{duty.name}` has hung for {lasts.total_seconds() / 60:.0f} min"
    cure = (
        "Is a disk or a network file system unreachable? Restart the worker: that interrupts nothing on air."
    )
    return _told(duty, lasts, text, cure)


def _fails(duty: Duty, failed_for: timedelta, error: Exception) -> Condition:
    # The text of an error that is not ours may say anything, secrets among it.
    reason = str(error) if isinstance(error, StoreError) else type(error).__name__
    text = f"the duty `{duty.name}` has failed for {failed_for.total_seconds() / 60:.0f} min: {reason}"
    cure = "The log has the details at `duty_failed`; it is retried each time it is due."
    return _told(duty, failed_for, text, cure)


def _told(duty: Duty, undone_for: timedelta, text: str, cure: str) -> Condition:
    is_late = duty.critical_after is not None and undone_for >= duty.critical_after
    failed = Condition("duty_fails", Severity.WARNING, text, cure)
    return replace(failed, severity=Severity.CRITICAL) if is_late else failed
