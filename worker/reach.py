"""Whether the database answers; told from memory when it has not for a while."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobs.alarms import Condition, Severity
from worker.clock import Clock

TOLD_AFTER = 30.0
"""Seconds without an answer after which it is told: a restart or a failover is mostly over by then."""


@dataclass(slots=True)
class Reach:
    """Learns of every look into the database whether it was answered."""

    clock: Clock
    tell: Callable[[Sequence[Condition]], None]
    is_there: bool = False
    """Whether the last look was answered."""
    _silent_since: float | None = None

    def answered(self) -> None:
        """Learn that it answers; what was told is over."""
        self.is_there, self._silent_since = True, None
        self.tell([])

    def silent(self, reason: str) -> None:
        """Learn that it does not, and why."""
        now = self.clock.monotonic()
        if self._silent_since is None:
            self._silent_since = now
        self.is_there = False
        if now - self._silent_since >= TOLD_AFTER:
            self.tell([_away(reason)])


def _away(reason: str) -> Condition:
    text = (
        f"no answer from the database for {TOLD_AFTER:g} s: {reason}; what is on air is stopped at its end, "
        "as it was known, and nothing new begins"
    )
    cure = "Bring the database back; what begins meanwhile has to be put on air by hand."
    return Condition("database_away", Severity.CRITICAL, text, cure)
