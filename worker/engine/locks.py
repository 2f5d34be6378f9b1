"""Broadcasts whose rows another session keeps locked, told when that lasts.

A lock on one row is no reason to call the database away: everything else goes on, and what is locked is tried
again until it is free.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from jobs.conditions import Condition, row_locked
from worker.kit.clock import Clock

TRIED_AGAIN_AFTER = 5.0
"""Seconds until what was locked is tried again: each try holds up others' writes for half a second."""
TOLD_AFTER = 30.0
"""Seconds of being locked after which it is told: what a planner writes in one go takes less."""
TOLD_AT_ONCE = 20
"""Of many that are locked at once so many are told, the first to start first."""


@dataclass(slots=True)
class Locks:
    """Learns what could not be written because of another session's lock, and what could.

    Two find it out: the inbox, of rows that no worker has taken up, and the passes, of those that have a run.
    A broadcast is free when neither finds it locked.
    """

    clock: Clock
    tell: Callable[[str, Sequence[Condition]], None]
    """Says what holds of the locks on a broadcast's rows."""
    _untaken: dict[str, float] = field(default_factory=dict)
    """Since when the inbox has found each locked, in monotonic seconds."""
    _runs: dict[str, float] = field(default_factory=dict)
    """The same, by passes."""

    def are(self, broadcast_ids: Iterable[str]) -> None:
        """Learn that these are not taken up for a lock, the first to start first, and no others."""
        ids = list(dict.fromkeys(broadcast_ids))
        for gone in self._untaken.keys() - set(ids):
            del self._untaken[gone]
            self._say(gone)
        for each in ids[:TOLD_AT_ONCE]:
            self._untaken.setdefault(each, self.clock.monotonic())
            self._say(each)

    def locked(self, broadcast_id: str) -> None:
        """Learn that a pass found it locked."""
        self._runs.setdefault(broadcast_id, self.clock.monotonic())
        self._say(broadcast_id)

    def free(self, broadcast_id: str) -> None:
        """Learn that a pass could write it, or has nothing to write any more."""
        self._runs.pop(broadcast_id, None)
        self._say(broadcast_id)

    def _say(self, broadcast_id: str) -> None:
        """Tell what has lasted; of what has not, only who finds it free says so."""
        found = [book[broadcast_id] for book in (self._untaken, self._runs) if broadcast_id in book]
        if not found:
            self.tell(broadcast_id, [])
        elif self.clock.monotonic() - min(found) >= TOLD_AFTER:
            self.tell(broadcast_id, [row_locked(TOLD_AFTER)])
