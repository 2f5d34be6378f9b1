"""A look at one run: what is asked of its meeting, and what became of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jobs.model import Run
from jobs.run.decision import Urgency
from jobs.run.observations import Asked, Seen, put_off
from jobs.run.polling import Read, urgency
from worker.gateway.book import Book


@dataclass(frozen=True, slots=True)
class Look:
    """One run's questions: how urgent they are, how often they are asked, and how long they may wait."""

    book: Book
    run: Run
    every: timedelta
    patience: float

    def rank(self, read: Read) -> Urgency:
        """Return how urgent a question is."""
        return urgency(self.run.state, read)

    @property
    def meeting_id(self) -> str:
        """The meeting that is asked about; empty: none."""
        return self.run.room.meeting_id or ""

    @property
    def seen(self) -> Seen:
        """What was read of the run so far."""
        return self.book.seen(self.run.id)

    @property
    def is_hinted(self) -> bool:
        """Whether its stream is to be read by itself: a list may have been read before what happened."""
        asked, hinted_at = self.seen.stream, self.seen.hinted_at
        return hinted_at is not None and (asked is None or asked.tried_at < hinted_at)

    def asked(self, read: Read) -> Asked[Any] | None:
        """What became of this question so far."""
        found: Asked[Any] | None = getattr(self.seen, read)
        return found

    def put(self, **asked: Any) -> None:
        """Write what became of a question."""
        self.book.put(self.run.id, **asked)

    def put_off(self, read: Read, now: datetime) -> None:
        """Note that it was this run's turn to ask, and that nothing new is known."""
        self.put(**{read: put_off(self.asked(read), now)})
