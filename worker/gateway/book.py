"""What was read of each run."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jobs.run.observations import NOTHING_SEEN, Seen
from jobs.run.polling import Read


@dataclass(slots=True)
class Book:
    """What was read. A read writes into the book that was open when it began, whoever looks there then."""

    runs: dict[str, Seen] = field(default_factory=dict)

    def seen(self, run_id: str) -> Seen:
        """Return what was read of this run so far."""
        return self.runs.get(run_id, NOTHING_SEEN)

    def put(self, run_id: str, **asked: Any) -> None:
        """Write what became of its questions."""
        seen = self.seen(run_id)
        stream = asked.pop(Read.STREAM, None)
        self.runs[run_id] = replace(seen.heard(stream) if stream else seen, **asked)

    def hint(self, run_id: str, at: datetime) -> None:
        """Write that it is to be looked at then."""
        self.runs[run_id] = replace(self.seen(run_id), hinted_at=at)
