"""Alerts as rows: at most one open for each key."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select, update

from jobs.conditions import Severity
from jobs.subject import Subject, named
from worker.store.engine.reading import Row, legible, sound
from worker.store.engine.writing import insert_or_leave
from worker.store.errors import AlreadyResolvedError
from worker.store.queries import journal
from worker.store.records import Alert, Note
from worker.store.schema.conditions import UNRESOLVED
from worker.store.schema.tables import alerts, rooms, runs
from worker.store.schema.tables import journal as journal_table

_AT_ONCE = 400
"""Values in one statement; SQLite takes some thousands at most."""
_BESIDE = (
    select(alerts, rooms.c.account, runs.c.looked_back_at)
    .outerjoin(runs, runs.c.id == alerts.c.run_id)
    .outerjoin(rooms, rooms.c.key == runs.c.room_key)
)
_OPEN = _BESIDE.where(UNRESOLVED).order_by(alerts.c.raised_at, alerts.c.id)
_OF_RUN = _BESIDE.order_by(alerts.c.raised_at, alerts.c.id)
_OPEN_KEYS = select(alerts.c.key).where(UNRESOLVED)
_CHANGE = _RESOLVE = update(alerts).where(alerts.c.key == bindparam("of_key"), UNRESOLVED)
_ONE = (
    select(alerts.c.key, alerts.c.run_id, alerts.c.title, alerts.c.resolved_at)
    .where(alerts.c.id == bindparam("of_id"))
    .with_for_update()
)
_IS_BY_HAND = exists().where(
    journal_table.c.run_id == func.coalesce(alerts.c.run_id, alerts.c.key),
    journal_table.c.kind == journal.BY_HAND,
    journal_table.c.at == alerts.c.resolved_at,
)


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


def resolve_by_hand(connection: Connection, alert_id: int, by: str, why: str, at: datetime) -> str | None:
    """Close this row and write into the journal who did so; return its key. None: there is no such row.

    The journal is its broadcast's; that of what is about none has the alert's key for a name, which no
    broadcast has: there is a slash in it.

    Raises:
        AlreadyResolvedError: it was closed before.
    """
    row = connection.execute(_ONE, {"of_id": alert_id}).mappings().first()
    if row is None:
        return None
    if row["resolved_at"] is not None:
        raise AlreadyResolvedError(sound(row["resolved_at"]))
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(resolved_at=at))
    note = Note(at=at, kind=journal.BY_HAND, who=by, before=row["title"], after="resolved", why=why)
    journal.write(connection, row["run_id"] or row["key"], [note])
    key: str = row["key"]
    return key


def resolved_by_hand(connection: Connection, keys: Collection[str]) -> list[Alert]:
    """Return, of those keys whose newest row was closed by hand, that row."""
    found: list[Alert] = []
    for part in _parts(sorted(keys)):
        newest = select(func.max(alerts.c.id)).where(alerts.c.key.in_(part)).group_by(alerts.c.key)
        found += _read(connection, _BESIDE.where(alerts.c.id.in_(newest), _IS_BY_HAND))
    return found


def still_open(connection: Connection, run_id: str | None) -> list[Alert]:
    """Return the open rows, oldest first; those of one run if it is named."""
    return _read(connection, _OPEN if run_id is None else _OPEN.where(alerts.c.run_id == run_id))


def of_run(connection: Connection, run_id: str) -> list[Alert]:
    """Return the rows of one run that are kept, open or not, oldest first."""
    return _read(connection, _OF_RUN.where(alerts.c.run_id == run_id))


def open_keys(connection: Connection) -> frozenset[str]:
    """Return the keys of the open rows, those that cannot be read among them."""
    return frozenset(connection.execute(_OPEN_KEYS).scalars())


def before(connection: Connection, alert_id: int | None, most: int) -> tuple[list[Alert], int | None]:
    """Return a part of all rows, newest first: those before this one, and before which the next part begins.

    None: from the newest on; there is no further part.
    """
    numbers = select(alerts.c.id).order_by(alerts.c.id.desc()).limit(most)
    if alert_id is not None:
        numbers = numbers.where(alerts.c.id < alert_id)
    ids = connection.execute(numbers).scalars().all()
    if not ids:
        return [], None
    part = alerts.c.id.between(ids[-1], ids[0])
    return _read(connection, _BESIDE.where(part).order_by(alerts.c.id.desc())), ids[-1]


def since(connection: Connection, instant: datetime) -> list[Alert]:
    """Return the alerts that were raised since then or are open, oldest first."""
    wanted = _BESIDE.where(or_(alerts.c.raised_at >= instant, UNRESOLVED))
    return _read(connection, wanted.order_by(alerts.c.id))


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _read(connection: Connection, statement: Select[tuple[object, ...]]) -> list[Alert]:
    return legible(alerts, connection.execute(statement).mappings(), _alert)


def _alert(row: Row) -> Alert:
    return Alert(
        id=row["id"],
        key=row["key"],
        subject=_subject(row),
        severity=Severity(row["severity"]),
        title=row["title"],
        text=row["text"],
        cure=row["cure"],
        raised_at=row["raised_at"],
        resolved_at=row["resolved_at"],
        account=row["account"],
        is_over=row["looked_back_at"] is not None,
    )


def _subject(row: Row) -> Subject:
    """Return what it is about; a worker of the version before writes no more of it than the key."""
    if row["subject_kind"] is not None:
        return Subject(row["subject_kind"], row["subject_id"] or "")
    return named(row["key"].removesuffix(f"/{row['title']}"), row["run_id"])
