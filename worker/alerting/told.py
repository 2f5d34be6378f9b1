"""What is told of a subject under one name: as it was told last, and as it holds now."""

from dataclasses import dataclass, replace
from datetime import datetime

from jobs.alert_names import present
from jobs.conditions import Condition, Severity
from jobs.subject import Subject
from worker.alerting.message import Message
from worker.store.records import Alert

STANDS_FOR = 60.0
"""Seconds for which what is told has to be another before that is told, too; each time twice as long."""
STANDS_AT_MOST = 3600.0


@dataclass(slots=True)
class Told:
    """An alert that is open, as this worker knows it."""

    condition: Condition
    """As it was told last."""
    at: datetime
    key: str
    """As its row has it: one that was opened before 0005, or under a former name, keeps its key."""
    latest: Condition
    """As it holds now."""
    is_said: bool = False
    """Whether somebody in this process says that it holds; what a row says may be a dead worker's."""
    differs_since: float | None = None
    """Since when it is another than what was told, in monotonic seconds."""
    changes: int = 0
    changed_at: datetime | None = None

    def hear(self, condition: Condition, now: float) -> None:
        """Learn how it holds now."""
        self.latest, self.is_said = condition, True
        if not condition.says_other_than(self.condition):
            self.differs_since = None
            if not self.condition.cause:  # A row does not keep it.
                self.condition = replace(self.condition, cause=condition.cause)
        elif self.differs_since is None:
            self.differs_since = now

    def is_changed(self, now: float) -> bool:
        """Whether it is to be told anew: it is worse, or another for long enough."""
        if self.differs_since is None:
            return False
        is_worse = self.latest.severity is Severity.CRITICAL is not self.condition.severity
        return is_worse or now - self.differs_since >= min(STANDS_FOR * 2.0**self.changes, STANDS_AT_MOST)

    def change(self, at: datetime) -> None:
        """Have it told as it holds now."""
        self.condition, self.changed_at = self.latest, at
        self.changes, self.differs_since = self.changes + 1, None

    def row(self, about: Subject) -> Alert:
        """Return it as the database keeps it."""
        condition = self.condition
        return Alert(
            key=self.key,
            subject=about,
            severity=condition.severity,
            title=condition.name,
            text=condition.text,
            cure=condition.cure,
        )

    def message(self, about: Subject, resolved_at: datetime | None = None) -> Message:
        """Return it as it leaves the house."""
        condition = self.condition
        return Message(
            key=self.key,
            title=condition.name,
            severity=condition.severity,
            text=condition.text,
            cure=condition.cure,
            run_id=about.run_id,
            raised_at=self.at,
            resolved_at=resolved_at,
            changed_at=self.changed_at,
        )


def told_by(alert: Alert, now: datetime) -> Told:
    """Return what a row says was told."""
    condition = Condition(present(alert.title), Severity(alert.severity), alert.text, alert.cure)
    return Told(condition, alert.raised_at or now, alert.key, condition)
