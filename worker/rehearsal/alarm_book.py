"""What an operator would have been told: the channel of a rehearsal, which sends nothing anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from jobs.conditions import Severity
from worker.alerting.message import Message
from worker.alerting.notice import Notice
from worker.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it was told, by the true time."""

    name: str
    severity: Severity
    about: str
    """The broadcast that it is about, else what its key says."""
    text: str
    cure: str
    at: datetime
    over_at: datetime | None = None
    """When it was resolved; None: it never was."""


@dataclass(slots=True)
class AlarmBook:
    """Takes down every alert once, and when it was over."""

    clock: Clock
    name: str = "rehearsal"
    _told: dict[str, Told] = field(default_factory=dict)

    async def send(self, notice: Notice) -> None:
        """Take it down, if it is an alert."""
        if isinstance(notice, Message):
            self._take_down(notice)

    def _take_down(self, message: Message) -> None:
        now, known = self.clock.now(), self._told.get(message.id)
        if known is None:
            self._told[message.id] = known = _told(message, now)
        severity = max(known.severity, message.severity, key=list(Severity).index)
        over_at = (known.over_at or now) if message.resolved_at else None
        self._told[message.id] = replace(known, severity=severity, over_at=over_at)

    def told(self) -> Sequence[Told]:
        """Return everything that was told, oldest first."""
        return sorted(self._told.values(), key=lambda each: (each.at, each.about, each.name))


def _told(message: Message, now: datetime) -> Told:
    about = message.run_id or message.key.rpartition("/")[0]
    return Told(message.title, message.severity, about, message.text, message.cure, now)
