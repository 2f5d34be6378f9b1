"""What is too old to be kept. A bounded part of it at a time, so that no write takes long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select, update

from jobs.run.lifecycle import State
from worker.store.queries.broadcasts import remove
from worker.store.schema.tables import (
    alerts,
    broadcasts,
    calendars,
    journal,
    requests,
    rooms,
    runs,
    schedules,
    unheeded,
    webhook_positions,
    workers,
)

AT_ONCE = 500
"""Rows of one kind that one call forgets."""
TEXTS_AT_ONCE = 20
"""Texts of schedules that one call forgets: each may have 2 MiB."""


def forget(connection: Connection, before: datetime) -> int:
    """Delete what was over before then; return how many rows, 0 when there is nothing left to forget.

    Of a schedule that others followed the text alone goes: by its hash it is known for ever, so that a file
    which brings it back is still told from a new one (law 13).
    """
    dated = (
        (journal, journal.c.at),
        (alerts, alerts.c.resolved_at),
        (requests, requests.c.answered_at),
        (workers, workers.c.left_at),
    )
    gone = sum(_delete(connection, table, column < before) for table, column in dated)
    unread = connection.execute(delete(calendars).where(calendars.c.checked_at < before)).rowcount
    unposted = connection.execute(delete(webhook_positions).where(webhook_positions.c.at < before)).rowcount
    return gone + unread + unposted + _forget_texts(connection, before) + _forget_runs(connection, before)


def _forget_texts(connection: Connection, before: datetime) -> int:
    """Drop the texts of revisions, but for the one in force."""
    newest = select(func.max(schedules.c.id)).scalar_subquery()
    is_old = and_(schedules.c.applied_at < before, schedules.c.text != "", schedules.c.id != newest)
    part = select(schedules.c.id).where(is_old).limit(TEXTS_AT_ONCE).with_for_update(skip_locked=True)
    return connection.execute(update(schedules).where(schedules.c.id.in_(part)).values(text="")).rowcount


def _forget_runs(connection: Connection, before: datetime) -> int:
    """Delete runs, what was wanted of them, and rooms that no run is left in."""
    old = _long_over(connection, before)
    if old:
        keys = connection.execute(select(runs.c.room_key).where(runs.c.id.in_(old))).scalars().all()
        connection.execute(delete(runs).where(runs.c.id.in_(old)))
        remove(connection, old)
        _forget_rooms(connection, keys)
    return len(old)


def _long_over(connection: Connection, before: datetime) -> Sequence[str]:
    """Return the ids of runs to forget. They are looked at once more when nobody else can change them."""
    joined = select(runs.c.id).join(broadcasts, broadcasts.c.id == runs.c.id)
    statement = joined.where(_is_long_over(before)).limit(AT_ONCE).with_for_update(skip_locked=True)
    held = connection.execute(statement).scalars().all()
    return connection.execute(joined.where(_is_long_over(before), runs.c.id.in_(held))).scalars().all()


def _forget_rooms(connection: Connection, keys: Sequence[str]) -> None:
    """Delete those that are not used; who takes one up meanwhile keeps it, or makes it anew."""
    statement = select(rooms.c.key).where(rooms.c.key.in_(keys)).with_for_update(skip_locked=True)
    held = connection.execute(statement).scalars().all()
    unused = ~exists().where(runs.c.room_key == rooms.c.key)
    connection.execute(delete(rooms).where(rooms.c.key.in_(held), unused))


def _is_long_over(before: datetime) -> ColumnElement[bool]:
    """Looked back at, or never possible, or too long ago; and nobody has changed what is wanted since."""
    past = or_(broadcasts.c.ends_utc < before, broadcasts.c.ends_utc.is_(None))
    done = or_(runs.c.looked_back_at < before, runs.c.state == State.REJECTED)
    untouched = ~exists().where(unheeded.c.broadcast_id == runs.c.id)
    return and_(runs.c.entered_at < before, past, done, untouched)


def _delete(connection: Connection, table: Table, is_old: ColumnElement[Any]) -> int:
    key = table.c.id
    part = select(key).where(is_old).limit(AT_ONCE).with_for_update(skip_locked=True)
    return connection.execute(delete(table).where(key.in_(part))).rowcount
