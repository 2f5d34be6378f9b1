"""Broadcasts whose rows another session keeps locked, told when that lasts.

A lock on one row is no reason to call the database away: everything else goes on, and what is locked is tried
again until it is free.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from jobs.alarms import Condition, row_locked
from worker.clock import Clock

TOLD_AFTER = 30.0
"""Seconds of being locked after which it is told: what a planner writes in one go takes less."""
TOLD_AT_ONCE = 20
"""Of many that are locked at once so many are told, the first to start first."""


@dataclass(slots=True)
class Locks:
    """Learns what could not be written because of another session's lock, and what could."""

    clock: Clock
    tell: Callable[[str, Sequence[Condition]], None]
    """Says what holds of the locks on a broadcast's rows."""
    _since: dict[str, float] = field(default_factory=dict)

    def are(self, broadcast_ids: Iterable[str]) -> None:
        """Learn that these are locked now, the first to start first, and no others."""
        ids = list(dict.fromkeys(broadcast_ids))
        for gone in self._since.keys() - set(ids):
            self.free(gone)
        for each in ids[:TOLD_AT_ONCE]:
            self.locked(each)

    def locked(self, broadcast_id: str) -> None:
        """Learn that it is locked."""
        now = self.clock.monotonic()
        if now - self._since.setdefault(broadcast_id, now) >= TOLD_AFTER:
            self.tell(broadcast_id, [row_locked(TOLD_AFTER)])

    def free(self, broadcast_id: str) -> None:
        """Learn that it could be written, or is nothing to be written any more."""
        self._since.pop(broadcast_id, None)
        self.tell(broadcast_id, [])
