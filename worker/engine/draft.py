"""What a pass decided and has not written yet: moves and the attempt that follows them are one write."""

from dataclasses import dataclass, field

from jobs.model import Attempt, Broadcast, Run
from jobs.run.lifecycle import State
from jobs.run.situation import Situation
from worker.store.records import Fence, Note, Save


@dataclass(slots=True)
class Draft:
    """The changes of one run since it was last written."""

    stored: Run
    """As it is recorded."""
    run: Run
    """As it will be."""
    notes: list[Note] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    """Those gone through, in order."""
    moves: list[tuple[Situation, Run]] = field(default_factory=list)
    """Each move from where to where: told of once it is written."""
    accepted: Broadcast | None = None
    """What is in force from now on; None: what was."""
    heeded: int | None = None
    """The version of the row that was looked at."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return self.run is self.stored and not self.notes and self.heeded is None

    def save(self, fence: Fence) -> Save:
        """Return the one write that all of this is."""
        return Save(
            self.stored,
            self.run,
            attempts=tuple(self.attempts),
            through=tuple(self.states[:-1]),
            notes=tuple(self.notes),
            accepted=self.accepted,
            heeded=self.heeded,
            fence=fence,
        )

    def written(self, run: Run) -> None:
        """Begin anew from what is recorded now."""
        self.stored = self.run = run
        self.notes, self.attempts, self.states, self.moves = [], [], [], []
        self.accepted = self.heeded = None
