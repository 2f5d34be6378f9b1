"""Which runs that are set aside have a line of their own in the log.

Three hundred that fail for an hour would fill a disk: each is tried anew every half minute, with a traceback.
"""

from collections import deque
from dataclasses import dataclass, field

from worker.kit.clock import Clock

LINES = 10
"""So many have a line of their own within `EVERY`; the others are counted in one."""
EVERY = 60.0
"""Seconds."""


@dataclass(slots=True)
class Setbacks:
    """Remembers what was said of which run."""

    clock: Clock
    _said: dict[str, str] = field(default_factory=dict)
    _lines: deque[float] = field(default_factory=deque)
    """When the last ones were written."""

    def is_to_be_said(self, run_id: str, reason: str) -> bool:
        """Whether this is new of the run, and there is room for a line; if so, it counts as said."""
        now = self.clock.monotonic()
        while self._lines and now - self._lines[0] >= EVERY:
            self._lines.popleft()
        if self._said.get(run_id) == reason or len(self._lines) >= LINES:
            return False
        self._said[run_id] = reason
        self._lines.append(now)
        return True

    def is_well(self, run_id: str) -> None:
        """Learn that its pass went its way: what fails after that is new."""
        self._said.pop(run_id, None)
