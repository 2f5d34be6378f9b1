"""What the passes report as it happens, for whoever counts it; nothing waits for that."""

from typing import Protocol

from jobs.model import Attempt, Run
from jobs.run.situation import Situation


class Telemetry(Protocol):
    """Is told what became of runs and calls."""

    def looked_at(self, run: Run) -> None:
        """Hear how a run stands."""
        ...

    def let_go(self, run_id: str) -> None:
        """Hear that a run is another worker's, or settled."""
        ...

    def moved(self, s: Situation, after: Run) -> None:
        """Hear that a run moved from what it was in this situation to what it is now."""
        ...

    def attempted(self, s: Situation, made: Attempt) -> None:
        """Hear what became of a call that was made in this situation."""
        ...
