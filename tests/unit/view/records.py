"""Records as the store has them, in short."""

from datetime import datetime, timedelta, timezone

from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from worker.store.records import Alert, Overview
from worker.store.standings import Worker

HOUR = timedelta(hours=1)
EAST = timezone(5 * HOUR)
"""A zone that no machine of ours is in."""
LONG = "A title that says in many words what everybody who reads it knows"
ALERT = Alert(
    key="show/no_picture",
    subject=Subject(SubjectKind.BROADCAST, "show"),
    severity="critical",
    title="",
    text="nothing is LIVE",
    cure="Look.",
)


def row(state: State | None, starts_in: timedelta = -HOUR / 2, **others: object) -> Overview:
    fields = {
        "id": "product-webinar@2026-12-01",
        "title": LONG,
        "account": "default",
        "why": "",
        "entered_at": NOON,
        "starts_at": NOON + starts_in,
        "ends_at": NOON + starts_in + HOUR,
        "entry": None,
        "source": "schedule",
        "cancelled": False,
    }
    return Overview(state=state, **{**fields, **others})  # type: ignore[arg-type]  # A test's own short form.


def worked(seen_at: datetime, left_at: datetime | None = None, name: str = "host/1-ab") -> Worker:
    return Worker(
        id=name, host="host", pid=1, version="1", started_at=NOON - HOUR, seen_at=seen_at, left_at=left_at
    )
