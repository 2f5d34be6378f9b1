"""Whether the database answers and takes writes; told from memory when it has not for a while.

One that is read and not written to (another session holds its lock, its disk is full, a standby that nobody
promoted) airs nothing and stops nothing by request: it is as far away as one that is silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from jobs.conditions import Condition, Severity
from worker.kit.clock import Clock

TOLD_AFTER = 30.0
"""Seconds without an answer after which it is told: a restart or a failover is mostly over by then."""


SAID_EVERY = 60.0
"""Seconds between two lines in the log that it is away."""

log = structlog.get_logger(__name__)


class DatabaseCall(StrEnum):
    """What was asked of the database."""

    READ = "no answer from the database"
    WRITE = "the database accepts no writes"


@dataclass(slots=True)
class DatabaseReach:
    """Learns of every look into the database, and of a write every few seconds, whether it was answered."""

    clock: Clock
    tell: Callable[[Sequence[Condition]], None]
    _known: set[DatabaseCall] = field(default_factory=set)
    """What was answered last time."""
    _silent: dict[DatabaseCall, float] = field(default_factory=dict)
    """Since when what was asked was not answered."""
    _said: dict[DatabaseCall, float] = field(default_factory=dict)
    """When a line was written last that it is not."""

    @property
    def is_there(self) -> bool:
        """Whether the last look was answered, and the last write, if one was tried."""
        return self.is_read and DatabaseCall.WRITE not in self._silent

    @property
    def is_read(self) -> bool:
        """Whether the last look was answered."""
        return DatabaseCall.READ in self._known

    def answered(self, ask: DatabaseCall = DatabaseCall.READ) -> None:
        """Learn that it answers; what was told is over when it answers everything."""
        self._known.add(ask)
        since = self._silent.pop(ask, None)
        if since is not None and self._said[ask] >= since:
            log.warning("database_back", after=round(self.clock.monotonic() - since))
        if not self._silent:
            self.tell([])

    def silent(self, reason: str, ask: DatabaseCall = DatabaseCall.READ) -> None:
        """Learn that it does not, and why."""
        now = self.clock.monotonic()
        self._known.discard(ask)
        silent_for = now - self._silent.setdefault(ask, now)
        self._say(ask, reason, now)
        if silent_for >= TOLD_AFTER:
            self.tell([_away(ask, reason)])

    def _say(self, ask: DatabaseCall, reason: str, now: float) -> None:
        """Write a line when it begins, and one a minute: a line for each thing that fails would be many."""
        if now - self._said.get(ask, float("-inf")) >= SAID_EVERY:
            self._said[ask] = now
            log.warning("database_away", what=str(ask), reason=reason)


def _away(ask: DatabaseCall, reason: str) -> Condition:
    text = (
        f"{ask} for {TOLD_AFTER:g} s: {reason}; what is on air is stopped at its last known end, and "
        "nothing new starts"
    )
    cure = "Bring the database back; until then, put on air by hand whatever has to start."
    return Condition("database_away", Severity.CRITICAL, text, cure)
