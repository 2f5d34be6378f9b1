"""A run that holds its room, as last known: what the failsafe goes by, in memory alone."""

from dataclasses import dataclass, field
from datetime import datetime

from jobs.model import Broadcast, Kind, Run
from jobs.policy import Policy
from jobs.run.backoff import patience
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN
from jobs.run.situation import Situation
from jobs.run.stop import off_wanted_at

GRACE = 0.3
"""Seconds that the passes get to send the stop themselves."""
UNATTENDED = 20.0
"""After so many seconds without a completed pass, what happens to a run is this module's business."""
UNTOLD = 10.0
"""After so many, nobody else tells of it: a pass that goes well takes less."""


@dataclass(slots=True)
class OnAir:
    """A run that holds its room, as last known. Its instants are monotonic seconds, but for `off_at`."""

    run: Run
    off_at: datetime
    """When it has to be off: its end, or earlier if that was asked for."""
    attended_at: float
    """When a pass of it was last completed."""
    over_at: float | None = None
    """When `off_at` came. A clock that is set back later does not take that back."""
    stops: list[float] = field(default_factory=list)
    """When stops were sent since then."""
    reads: tuple[datetime, ...] = ()
    """When reads that prove it off began, each of them after the last stop."""
    under_way: bool = False
    """Whether a stop is being sent from here, or its effect looked for."""
    aside: bool = False
    """Whether its passes fail, so that nobody else closes its meeting."""
    closed: bool = False
    """Whether its meeting was closed from here since the last stop."""
    told: bool = False
    """Whether an alert is out that it is not off."""

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come, by any clock, or is told to have."""
        return self.over_at is not None or self.told or now >= self.off_at

    def see(self, now: datetime, at: float) -> None:
        """Learn what time it is."""
        if self.over_at is None and now >= self.off_at:
            self.over_at = at - (now - self.off_at).total_seconds()

    def learn(self, run: Run, now: datetime, policy: Policy) -> None:
        """Learn how it stands. What may go on air again after it was proven off has its end before it."""
        self.run = run
        if self._is_taken_back(now) and self.is_off(policy):
            self.over_at = None
            self.stops.clear()
            self.reads = ()

    def attend(self, now: datetime, at: float) -> None:
        """Learn that a pass was completed.

        One that thinks the end still to come, by a clock set back since, does not attend to it: what is under
        way here goes on until it is proven off.
        """
        if not self._is_taken_back(now):
            self.attended_at = at

    def _is_taken_back(self, now: datetime) -> bool:
        """Whether its end, which had come, is still to come for whoever looks at the clock now."""
        return self.over_at is not None and now < self.off_at and self.run.state is not State.STOPPING

    def is_due(self, at: float, policy: Policy) -> bool:
        """Whether a stop has to be sent from here."""
        if self.over_at is None or self.under_way or at < self.over_at + GRACE or self.is_off(policy):
            return False
        if not self.stops:
            return at >= self.attended_at + GRACE
        return at >= max(self.attended_at + UNATTENDED, self._again_at(policy))

    def _again_at(self, policy: Policy) -> float:
        """Not before a read could say whether the last one worked."""
        shows = policy.stop_shows_within + patience(len(self.stops), self.run.id, policy)
        return self.stops[-1] + min(policy.backoff_most, shows).total_seconds()

    def is_overdue(self, at: float, policy: Policy) -> bool:
        """Whether it should long be off, is not known to be, and no pass looks at it, which would tell."""
        if self.over_at is None or self.is_off(policy):
            return False
        due = self.over_at + policy.escalate_after.total_seconds()
        is_left = self.attended_at < due and at >= self.attended_at + UNTOLD
        return at >= due and (self.aside or is_left)

    def is_off(self, policy: Policy) -> bool:
        """Whether two reads far enough apart, both after the last stop, said off; and nobody can enter."""
        return self.is_proven(policy) and (self.closed or not self.aside)

    def is_proven(self, policy: Policy) -> bool:
        """Whether two reads far enough apart, both after the last stop, said off."""
        return policy.are_apart(self.reads)


def due_off_at(run: Run, broadcast: Broadcast, now: datetime, policy: Policy) -> datetime:
    """Return when the run has to be off: at its end, or earlier if that was asked for."""
    if run.state is State.STOPPING and run.off_wanted_at:
        return run.off_wanted_at
    s = Situation(broadcast, run, NOTHING_SEEN, now, policy)
    return off_wanted_at(s) if s.off_wanted else s.ends_at


def stops_since(run: Run, off_at: datetime) -> list[datetime]:
    """Return when the record says that stops were sent and answered: a worker that begins reads first.

    Else one that dies again and again sends so many that the quota has nothing left to prove them with.
    """
    if run.state is not State.STOPPING:
        return []
    return [each.began_at for each in run.of_kind(Kind.STOP, since=off_at) if each.succeeded]
