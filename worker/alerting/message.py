"""An alert as it leaves the house."""

import hashlib
import json
from dataclasses import dataclass
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

    @property
    def id(self) -> str:
        """The same for every delivery of one alert: whoever gets it twice can tell."""
        return hashlib.sha256(f"{self.key}\0{self.raised_at.isoformat()}".encode()).hexdigest()[:16]

    @property
    def state(self) -> str:
        """`raised` or `resolved`."""
        return "resolved" if self.resolved_at else "raised"

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
