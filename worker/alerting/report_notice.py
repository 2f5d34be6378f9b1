"""The morning report as it leaves the house: nothing is wrong because of it, and nothing follows it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.alerting.message import VERSION
from worker.kit.json_values import plain

KEY = "report"
"""No alert has it: theirs hold a slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNotice:
    """A report of the time until it was due."""

    due_at: datetime
    heading: str
    words: str
    fields: Mapping[str, Any]
    """What the webhook is told beside: the report's own fields."""

    @property
    def key(self) -> str:
        """The same each day: a report that could not be delivered for a day gives way to the next."""
        return KEY

    @property
    def id(self) -> str:
        """The same for every delivery of one report."""
        return hashlib.sha256(f"{KEY}\0{self.due_at.isoformat()}".encode()).hexdigest()[:16]

    @property
    def message_id(self) -> str:
        """The same for every try."""
        return f"report_{self.id}"

    @property
    def repeats(self) -> bool:
        """It is sent once."""
        return False

    @property
    def is_last(self) -> bool:
        """Nothing follows."""
        return True

    @property
    def gives_way(self) -> bool:
        """There is one of it, so it keeps its place."""
        return False

    def repeated(self, due_at: datetime) -> "ReportNotice":  # noqa: ARG002  It is sent once.
        """Return itself: it is not repeated."""
        return self

    def body(self, installation: str, sent_at: datetime) -> bytes:
        """Return the JSON that the webhook is told."""
        told = {
            "version": VERSION,
            "id": self.id,
            "state": KEY,
            "key": KEY,
            "title": KEY,
            "text": self.words,
            "installation": installation,
            "due_at": self.due_at.isoformat(),
            "sent_at": sent_at.isoformat(),
            **self.fields,
        }
        return json.dumps(told, default=plain).encode()
