"""Tells when the quota keeps calls from leaving in time: once for each account, until it is over (law 6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jobs.conditions import Condition, Severity
from jobs.quota.forecast import PRESSING
from jobs.quota.foreseen import CURE
from jobs.run.decision import Urgency
from jobs.subject import Subject, SubjectKind
from worker.gateway.queue import CallQueue
from worker.kit.clock import Clock

OVER_AFTER = 300.0
"""Seconds in which no call has to wait too long until what was told is over: a window of the quota."""

_WORDS = {
    Urgency.STOP: "stop",
    Urgency.KICK_ALL: "empty a room",
    Urgency.GO_LIVE: "open",
    Urgency.CLOSE_AND_PROVE: "close and prove",
    Urgency.SHUT: "shut a new meeting",
    Urgency.WATCH_STARTING: "watch a start",
    Urgency.PREPARE: "prepare",
    Urgency.STOP_AGAIN: "stop again",
    Urgency.WATCH_LIVE: "watch",
    Urgency.SWEEP: "sweep",
}
"""What a call of each urgency is there for."""

Tell = Callable[[Subject, Sequence[Condition]], None]


@dataclass(slots=True)
class QuotaWatch:
    """Watches the queue of one quota group, and tells of each of its accounts."""

    accounts: Sequence[str]
    queue: CallQueue
    tell: Tell
    """Says what holds of something now."""
    clock: Clock
    _short_at: float = field(init=False)
    """When a call last waited too long; before any did, since when this watches."""
    _told: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self._short_at = self.clock.monotonic()
        self.queue.follow(self.short)

    def short(self, urgency: Urgency) -> None:
        """Learn that a call of this urgency waited too long. What is critical stays so until it is over."""
        self._short_at = self.clock.monotonic()
        wanted = _short(self.queue) if urgency in PRESSING else _tight(self.queue)
        if self._told not in ("quota_short", wanted.name):
            self._told = wanted.name
            self._say([wanted])

    def look(self) -> None:
        """See whether it is over; so is what another worker told before this one began."""
        if self.clock.monotonic() - self._short_at >= OVER_AFTER:
            self._told = ""
            self._say([])

    def _say(self, conditions: Sequence[Condition]) -> None:
        for account in self.accounts:
            self.tell(Subject(SubjectKind.QUOTA, account), conditions)


def _short(queue: CallQueue) -> Condition:
    text = f"the quota is delaying openings, closings or stops: {_figures(queue)}"
    return Condition("quota_short", Severity.CRITICAL, text, CURE)


def _tight(queue: CallQueue) -> Condition:
    text = f"the quota is delaying less urgent calls, such as preparing meetings: {_figures(queue)}"
    return Condition("quota_tight", Severity.WARNING, text, CURE)


def _figures(queue: CallQueue) -> str:
    return (
        f"{queue.used:,} of {queue.budget.calls:,} calls in 5 minutes are used, {queue.left:,} are left, "
        f"{queue.spoken_for:,} are due within the next 5, and {_waiting(queue)}"
    )


def _waiting(queue: CallQueue) -> str:
    counts = [f"{count:,} to {_WORDS[urgency]}" for urgency, count in queue.in_line().items()]
    return f"{sum(queue.in_line().values()):,} wait ({', '.join(counts)})" if counts else "none are waiting"
