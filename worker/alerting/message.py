"""An alert as it leaves the house."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime

from jobs.alert_names import FORMER
from jobs.conditions import Severity

VERSION = 1
"""Of the form of the JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """That an alert is raised, or that it is resolved."""

    key: str
    title: str
    severity: Severity
    text: str
    cure: str
    run_id: str | None
    raised_at: datetime
    resolved_at: datetime | None = None
    changed_at: datetime | None = None
    """When its text or its severity last became another; None: it is as it was raised."""
    repeated_at: datetime | None = None
    """When it fell due again, since it is critical and goes on; None: it is told for the first time."""

    @property
    def id(self) -> str:
        """The same for every delivery of one alert: whoever gets it twice can tell."""
        return hashlib.sha256(f"{self.key}\0{self.raised_at.isoformat()}".encode()).hexdigest()[:16]

    @property
    def message_id(self) -> str:
        """The same for every try to deliver this message: whoever got it already has nothing to do.

        That an alert is raised, that it became another, and that it is over are three messages. So is a
        critical one that goes on: it is repeated in order to be heard once more, and a receiver that took it
        for the first one would drop it, as Standard Webhooks asks. What a worker tells again when it begins
        is no further message: somebody may have heard it, and then it is done.
        """
        instants = (self.raised_at, self.changed_at, self.repeated_at)
        dated = (each.isoformat() if each else "" for each in instants)
        told = "\0".join((self.key, self.state, self.severity, self.text, *dated))
        return f"alert_{hashlib.sha256(told.encode()).hexdigest()[:32]}"

    @property
    def state(self) -> str:
        """`raised` or `resolved`."""
        return "resolved" if self.resolved_at else "raised"

    @property
    def heading(self) -> str:
        """Its state, name and severity."""
        return f"{self.state}: {self.title} ({self.severity})"

    @property
    def words(self) -> str:
        """What is wrong, what to do, and what it is about."""
        return f"{self.text}\n{self.cure}\n{self.run_id or self.key}"

    @property
    def repeats(self) -> bool:
        """Whether it is critical, and not resolved."""
        return self.severity is Severity.CRITICAL and not self.is_last

    @property
    def is_last(self) -> bool:
        """Whether it is resolved."""
        return self.resolved_at is not None

    @property
    def gives_way(self) -> bool:
        """Whether it is a warning."""
        return self.severity is Severity.WARNING

    def repeated(self, due_at: datetime) -> "Message":
        """Return it as it is sent again then, in order to be heard once more."""
        return replace(self, repeated_at=due_at)

    def body(self, installation: str, sent_at: datetime) -> bytes:
        """Return the JSON that the webhook is told."""
        return json.dumps(
            {
                "version": VERSION,
                "id": self.id,
                "state": self.state,
                "key": self.key,
                "title": self.title,
                "former_title": FORMER.get(self.title),
                "severity": self.severity,
                "text": self.text,
                "cure": self.cure,
                "run_id": self.run_id,
                "installation": installation,
                "raised_at": self.raised_at.isoformat(),
                "resolved_at": self.resolved_at.isoformat() if self.resolved_at else None,
                "changed_at": self.changed_at.isoformat() if self.changed_at else None,
                "sent_at": sent_at.isoformat(),
            }
        ).encode()
