"""Why a broadcast is as it is, or why there is none: the whole story in sentences, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from jobs.model import Broadcast
from jobs.run.lifecycle import State
from jobs.schedule.explain import Reason
from jobs.schedule.origin import Origin
from jobs.schedule.planned import SCHEDULE
from worker.store.records import Alert, Note, Overview, Request
from worker.view.origins import of_file, of_schedule
from worker.view.prospects import of_next, of_present
from worker.view.sentences import Sentence, of_alert, of_note, of_request

_SOURCES = {
    SCHEDULE: "from the schedule",
    "operator": "with `cuelight add`",
    "reopen": "by `cuelight reopen`",
    "sql": "by another system, in the database",
}


class Known(Protocol):
    """What was gathered of one id."""

    @property
    def row(self) -> Overview | None:
        """Its row; None: there is none."""
        ...

    @property
    def wanted(self) -> Broadcast | None:
        """The row as it stands; None: there is none, or it cannot be read."""
        ...

    @property
    def origin(self) -> Origin:
        """What the schedule says of it."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its journal."""
        ...

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked of it."""
        ...

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What was told of it."""
        ...

    @property
    def worker_seen_at(self) -> datetime | None:
        """When a worker was last heard of."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known of one id, up to an instant."""

    broadcast_id: str
    now: datetime
    row: Overview | None
    wanted: Broadcast | None
    """The row as it stands; None: there is none, or it cannot be read."""
    origin: Origin
    notes: tuple[Note, ...]
    requests: tuple[Request, ...]
    alerts: tuple[Alert, ...]
    worker_seen_at: datetime | None
    until: datetime | None = None
    """None: up to now."""

    @classmethod
    def of(cls, known: Known, broadcast_id: str, now: datetime) -> "Explanation":
        """Return what is known of it, up to now."""
        return cls(
            broadcast_id=broadcast_id,
            now=now,
            row=known.row,
            wanted=known.wanted,
            origin=known.origin,
            notes=known.notes,
            requests=known.requests,
            alerts=known.alerts,
            worker_seen_at=known.worker_seen_at,
        )

    @property
    def zone(self) -> tzinfo | None:
        """The zone of its entry; None: it has none, and this machine's is used."""
        return ZoneInfo(self.origin.entry.zone) if self.origin.entry else None

    def up_to(self, typed: datetime | None) -> "Explanation":
        """Return the same up to an instant; without an offset, it is a time by the clock that is used."""
        if typed is None:
            return self
        if typed.tzinfo is None:
            typed = typed.replace(tzinfo=self.zone) if self.zone else typed.astimezone()
        return replace(self, until=typed.astimezone(UTC))

    @property
    def title(self) -> str:
        """Its title, or that of its entry; empty: it has neither."""
        if self.row is not None:
            return self.row.title
        return self.origin.entry.title if self.origin.entry else ""

    @property
    def reason(self) -> Reason | None:
        """Why the schedule does not have it; of a row that no schedule made, no schedule says anything."""
        is_by_schedule = self.row is None or self.row.source == SCHEDULE
        return self.origin.reason if is_by_schedule else None

    @property
    def heading(self) -> str:
        """What it is, and by which clock it is told."""
        entry, title = self.origin.entry, self.title
        about = f"{self.broadcast_id}: {title}" if title else self.broadcast_id
        return f"{about} (times are by the clock of {entry.zone if entry else 'this machine'})"

    @property
    def steps(self) -> tuple[Note, ...]:
        """The journal up to then, oldest first."""
        return tuple(each for each in self.notes if each.at <= self._at)

    @property
    def state(self) -> State | None:
        """The state that it was in at that instant; None: no worker had taken it up."""
        if self.until is None:
            return self.row.state if self.row else None
        moves = [each.after for each in self.steps if each.kind == "move"]
        return State(moves[-1]) if moves else None

    def sentences(self) -> Iterator[Sentence]:
        """Yield the story: where it comes from, what happened, how it is, what is next, what was told."""
        yield from self._of_schedule()
        yield from sorted(self._events(), key=lambda each: each.at or self._at)
        yield from self._present()
        for alert in self.alerts:
            if alert.raised_at is None or alert.raised_at <= self._at:
                yield Sentence(alert.raised_at, "alert", of_alert(alert, self.zone))
        yield from of_file(self.origin.file)

    @property
    def _at(self) -> datetime:
        return self.until or self.now

    def _of_schedule(self) -> Iterator[Sentence]:
        if self.row is None or self.row.source == SCHEDULE:
            yield from of_schedule(self.origin, self.broadcast_id, self.zone)

    def _events(self) -> Iterator[Sentence]:
        row = self.row
        if row and row.added_at and row.added_at <= self._at:
            source = _SOURCES.get(row.source, f"by {row.source}")
            yield Sentence(row.added_at, "row", f"Its row was added {source}.")
        for note in self.steps:
            yield Sentence(note.at, "step", of_note(note, self.zone))
        for request in self.requests:
            if request.asked_at <= self._at:
                yield Sentence(request.asked_at, "request", of_request(request))

    def _present(self) -> Iterator[Sentence]:
        if self.row is None:
            if self.notes:
                yield Sentence(None, "now", "It has no row: this is all that the journal has of it.")
            return
        if self.row.added_at and self.row.added_at > self._at:
            yield Sentence(self._at, "now", "It had no row yet.")
            return
        yield of_present(self.row, self.state, self._at, self.zone, is_past=self.until is not None)
        if self.until is None:
            yield from of_next(self.state, self.wanted, self.worker_seen_at, self.now, self.zone)
