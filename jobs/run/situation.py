"""One run at one instant: all that a decision may look at, and the questions every job asks of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.model import Broadcast, Kind, Run
from jobs.policy import Policy
from jobs.run.backoff import after_failures
from jobs.run.lifecycle import HOLDING, State
from jobs.run.observations import Fact, Seen, Session, Stream


@dataclass(frozen=True, slots=True)
class Situation:
    """What is wanted, what is recorded, what was read, and the one `now` of this decision."""

    broadcast: Broadcast
    run: Run
    seen: Seen
    now: datetime
    policy: Policy

    @property
    def over(self) -> bool:
        """Whether the window has passed."""
        return self.now >= self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it has to be off, if nobody calls it off before: the end of its window.

        An overrun keeps on air what is on air, and starts nothing. What is gone at its planned end or later,
        or was sent a stop since, is over at that: whoever saw it go off is not on air again by rule.
        """
        wanted, planned = self.broadcast, self.broadcast.planned_end
        if planned is None:
            return wanted.window.ends_at
        over = [
            wanted.window.ends_at,
            *(each.began_at for each in self.run.of_kind(Kind.STOP, since=planned)),
        ]
        if self.run.state in HOLDING - {State.LIVE}:
            over.append(max(planned, self.run.entered_at))
        return min(over)

    @property
    def called_off(self) -> bool:
        """Whether somebody does not want it on air any more."""
        return self.broadcast.cancelled or self.run.stop_asked_at is not None

    @property
    def off_wanted(self) -> bool:
        """Whether it should not be on air, whatever else is known."""
        return self.over or self.called_off

    @property
    def off_why(self) -> str:
        """The reason for taking it off, in an operator's words."""
        if self.run.stop_asked_at is not None:
            return "stop requested"
        if self.broadcast.cancelled:
            return "cancelled"
        is_cut_short = self.now < self.broadcast.window.ends_at
        return "off the air after its planned end" if is_cut_short else "the window is over"

    @property
    def too_late(self) -> bool:
        """Whether so little of the window remains that it should not begin any more (late)."""
        return self.broadcast.is_too_late(self.now, self.policy.late_after)

    @property
    def stream(self) -> Fact[Stream] | None:
        """The last readable answer of `active-livestream`."""
        return self.seen.stream.fact if self.seen.stream else None

    @property
    def session(self) -> Fact[Session] | None:
        """The last readable answer of `active-session`."""
        return self.seen.session.fact if self.seen.session else None

    @property
    def room_is_taken(self) -> bool:
        """Whether another run holds the room: what is open, or on air, there is that one's."""
        return self.run.room.held_by not in (None, self.run.id)

    def stream_read_since(self, instant: datetime) -> Fact[Stream] | None:
        """Return the stream if its read began at `instant` or later: an older one proves nothing."""
        fact = self.stream
        return fact if fact and fact.began_at >= instant else None

    @property
    def session_runs(self) -> bool:
        """Whether somebody is in, by the last readable answer of `active-session`."""
        return self.session is not None and self.session.value.runs

    def session_for(self) -> timedelta:
        """Return how long a session has been seen running, without a gap, in the open window."""
        fact = self.session
        if fact is None or not self.session_runs:
            return timedelta(0)
        return self.now - max(fact.since, self.opened_at)

    @property
    def opened_at(self) -> datetime:
        """When the window opened. What was begun stays begun, though the clock is set back to before."""
        starts_at = self.broadcast.window.starts_at
        return min(starts_at, self.run.entered_at) if self.run.state in HOLDING else starts_at

    @property
    def has_turn(self) -> bool:
        """Whether no other run that shares the room starts before."""
        return self.run.room.turn_of in (None, self.run.id)

    @property
    def round_at(self) -> datetime:
        """Since when attempts count: taken up, or revived."""
        return self.run.round_at or datetime.min.replace(tzinfo=self.now.tzinfo)

    def retry_at(self, kind: Kind, since: datetime) -> datetime | None:
        """Return when a failed call may be repeated; None if there is nothing to wait for."""
        return after_failures(self.run, kind, since, self.policy)
