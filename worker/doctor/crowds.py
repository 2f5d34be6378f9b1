"""What is planned in the database and no quota will carry."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from jobs.model import Broadcast
from jobs.quota.foreseen import CURE, MOST_TOLD, Quotas, foresee
from jobs.schedule import durations
from worker.doctor.finding import Finding, ok, warning
from worker.store.queries import broadcasts

NAME = "quota"

Tell = Callable[[Iterable[Broadcast]], None]
Foresee = Callable[[Connection], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Crowds:
    """Looks for them over the coming horizon."""

    quotas: Quotas
    horizon: timedelta
    now: datetime
    tell: Tell = lambda _: None
    """Told of what is to come within it."""

    def look(self, connection: Connection) -> Iterator[Finding]:
        """Tell of the minutes in which too much falls due; the first of them, if they are many."""
        coming = [
            each.broadcast
            for each in broadcasts.existing(connection, broadcasts.ending(connection, self.now))
            if each.needs_calls(self.now) and each.broadcast.window.starts_at < self.now + self.horizon
        ]
        self.tell(coming)
        found = foresee(coming, self.quotas, self.now)
        for each in found[:MOST_TOLD]:
            yield warning(NAME, str(each), CURE)
        if len(found) > MOST_TOLD:
            yield warning(NAME, f"{len(found) - MOST_TOLD} more such periods follow", CURE)
        elif not found:
            yield ok(
                NAME, f"it is enough for the {len(coming):,} of the next {durations.format(self.horizon)}"
            )


def nothing(_connection: Connection) -> Iterator[Finding]:
    """Foresee nothing."""
    return iter(())
