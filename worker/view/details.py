"""A broadcast by itself: in short as lists have it, and with everything known of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo

from jobs.reminders import Reminder
from jobs.run.lifecycle import State
from worker.store.records import Alert, Overview
from worker.view.instants import local

_REMINDER = ("host", "name", "what", "starts_at", "outcome", "at", "tries", "detail")
"""What programs are told of a reminder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A broadcast in short; programs are told each field by its name."""

    id: str
    title: str
    account: str
    state: State | None
    """None: no worker has taken it up."""
    starts_at: datetime | None
    ends_at: datetime | None
    meeting_id: str | None
    playback_url: str | None
    live_at: datetime | None
    off_at: datetime | None
    planned_end: datetime | None
    """The end before it was moved by rule; None: it was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Everything known of a broadcast."""

    summary: Summary
    why: str
    """Why it is in its state."""
    source: str
    cancelled: bool
    alerts: tuple[Alert, ...]
    """Those that are open."""
    reminders: tuple[Reminder, ...] = ()
    """What its hosts were sent. No link is in it."""

    def facts(self) -> dict[str, object]:
        """Return what is known of the broadcast itself, by name."""
        short = {each.name: getattr(self.summary, each.name) for each in fields(self.summary)}
        return {**short, "why": self.why, "source": self.source, "cancelled": self.cancelled}

    def texts(self, zone: tzinfo | None = None) -> Iterator[tuple[str, str]]:
        """Yield each fact for people: its name, and what it is."""
        for name, value in self.facts().items():
            yield name, _text(value, zone)
        for each in self.reminders:
            yield "reminder", _of_reminder(each, zone)

    def as_json(self) -> dict[str, object]:
        """Return the same for programs."""
        sent = [{name: getattr(each, name) for name in _REMINDER} for each in self.reminders]
        return {**self.facts(), "alerts": [each.text for each in self.alerts], "reminders": sent}


def summary(row: Overview) -> Summary:
    """Return a broadcast in short."""
    return Summary(
        id=row.id,
        title=row.title,
        account=row.account,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        meeting_id=row.meeting_id,
        playback_url=row.playback_url,
        live_at=row.live_at,
        off_at=row.off_at,
        planned_end=row.planned_end,
    )


def details(row: Overview, alerts: Iterable[Alert], reminders: Iterable[Reminder] = ()) -> Details:
    """Return everything known of a broadcast; these are its open alerts, and what its hosts were sent."""
    return Details(
        summary=summary(row),
        why=row.why,
        source=row.source,
        cancelled=row.cancelled,
        alerts=tuple(alerts),
        reminders=tuple(reminders),
    )


def _of_reminder(reminder: Reminder, zone: tzinfo | None) -> str:
    """Return what a host was sent, when, and what came of it."""
    came = f"{reminder.outcome} {local(reminder.at, zone)}"
    why = f": {reminder.detail}" if reminder.detail else ""
    return f"{reminder.name}, {reminder.what}, {came}{why}"


def _text(value: object, zone: tzinfo | None) -> str:
    if isinstance(value, datetime):
        return local(value, zone)
    return "" if value is None else str(value)
