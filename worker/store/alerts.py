"""Alerts as rows: at most one open for each key."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from jobs.alarms import Severity
from jobs.subject import Subject, named
from worker.store.reading import Row, legible
from worker.store.records import Alert
from worker.store.tables import UNRESOLVED, alerts, rooms, runs
from worker.store.writing import insert_or_leave

_OPEN = (
    select(alerts, rooms.c.account, runs.c.looked_back_at)
    .outerjoin(runs, runs.c.id == alerts.c.run_id)
    .outerjoin(rooms, rooms.c.key == runs.c.room_key)
    .where(UNRESOLVED)
    .order_by(alerts.c.id)
)
_CHANGE = _RESOLVE = update(alerts).where(alerts.c.key == bindparam("of_key"), UNRESOLVED)


def open_one(connection: Connection, alert: Alert, at: datetime) -> None:
    """Open a row, unless one with its key is open."""
    values = {
        "key": alert.key,
        "run_id": alert.run_id,
        "subject_kind": alert.subject.kind,
        "subject_id": alert.subject.id,
        "severity": alert.severity,
        "title": alert.title,
        "text": alert.text,
        "cure": alert.cure,
        "raised_at": at,
    }
    insert_or_leave(connection, alerts, values)


def change(connection: Connection, alert: Alert) -> None:
    """Have the open row with its key, if there is one, say what this says."""
    values = {"severity": alert.severity, "text": alert.text, "cure": alert.cure}
    connection.execute(_CHANGE.values(values), {"of_key": alert.key})


def resolve(connection: Connection, key: str, at: datetime) -> None:
    """Close the open row with this key, if there is one."""
    connection.execute(_RESOLVE, {"of_key": key, "resolved_at": at})


def still_open(connection: Connection, run_id: str | None) -> list[Alert]:
    """Return the open rows, oldest first; those of one run if it is named."""
    statement = _OPEN if run_id is None else _OPEN.where(alerts.c.run_id == run_id)
    return legible(alerts, connection.execute(statement).mappings(), _alert)


def _alert(row: Row) -> Alert:
    return Alert(
        key=row["key"],
        subject=_subject(row),
        severity=Severity(row["severity"]),
        title=row["title"],
        text=row["text"],
        cure=row["cure"],
        raised_at=row["raised_at"],
        account=row["account"],
        is_over=row["looked_back_at"] is not None,
    )


def _subject(row: Row) -> Subject:
    """Return what it is about; a worker of the version before writes no more of it than the key."""
    if row["subject_kind"] is not None:
        return Subject(row["subject_kind"], row["subject_id"] or "")
    return named(row["key"].removesuffix(f"/{row['title']}"), row["run_id"])
