"""What is wanted, as operators change it and as commands show it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select, union_all, update

from jobs.model import Broadcast, Unreadable
from jobs.run.lifecycle import OVER, State
from jobs.schedule import durations
from jobs.schedule.planned import Existing
from worker.store.engine.reading import Row, sound
from worker.store.engine.writing import insert_or_leave
from worker.store.errors import ChangedMeanwhileError, IdTakenError, NotExtendedError
from worker.store.orders import Extended, Order, Version
from worker.store.queries import journal, json_text, rows, runs, windows
from worker.store.queries.bulk import among
from worker.store.queries.sources import FORGOTTEN, OPERATOR
from worker.store.records import Note, Overview
from worker.store.schema.conditions import STILL_TO_DO
from worker.store.schema.tables import broadcasts, unheeded
from worker.store.schema.tables import rooms as rooms_table
from worker.store.schema.tables import runs as runs_table

_VERSION = select(broadcasts.c.version).where(broadcasts.c.id == bindparam("id"))
_FIELDS = (
    select(broadcasts.c.operator_fields)
    .where(broadcasts.c.id == bindparam("id"))
    .with_for_update(key_share=True)
)
_UPDATE = update(broadcasts).where(broadcasts.c.id == bindparam("of_id"))
_BESIDE = select(broadcasts, runs_table, rooms_table).select_from(
    broadcasts.outerjoin(runs_table, runs_table.c.id == broadcasts.c.id).outerjoin(
        rooms_table, rooms_table.c.key == runs_table.c.room_key
    )
)
_LOCKED = _BESIDE.where(broadcasts.c.id == bindparam("of_id")).with_for_update(of=broadcasts, key_share=True)
_SEEN = (
    select(broadcasts.c.version, runs_table.c.version.label("of_run"))
    .select_from(broadcasts.outerjoin(runs_table, runs_table.c.id == broadcasts.c.id))
    .where(broadcasts.c.id == bindparam("of_id"))
    .with_for_update(of=broadcasts, key_share=True)
)
_ENDING = select(broadcasts.c.id).where(broadcasts.c.ends_utc > bindparam("after"))
_START = func.coalesce(runs_table.c.starts_at, broadcasts.c.starts_utc)
_IN_ORDER = (
    select(broadcasts.c.id)
    .select_from(broadcasts.outerjoin(runs_table, runs_table.c.id == broadcasts.c.id))
    .order_by(_START.nulls_first(), broadcasts.c.id)
)
IS_RECENT = broadcasts.c.id.in_(
    union_all(
        select(broadcasts.c.id).where(broadcasts.c.ends_utc.is_(None)),
        select(broadcasts.c.id).where(broadcasts.c.ends_utc > bindparam("since")),
        select(runs_table.c.id).where(STILL_TO_DO),
        select(runs_table.c.id).where(runs_table.c.looked_back_at > bindparam("since")),
    )
)
"""Whether a row was not over before `since`."""
_RECENT = _IN_ORDER.where(IS_RECENT)
_FIRST = runs_table.alias("first")
_DELAYED = (
    select(runs_table.c.id)
    .join(_FIRST, _FIRST.c.room_key == runs_table.c.room_key)
    .where(
        _FIRST.c.id == bindparam("of_id"),
        runs_table.c.id != _FIRST.c.id,
        runs_table.c.starts_at >= _FIRST.c.starts_at,
        runs_table.c.starts_at < _FIRST.c.ends_at,
        runs_table.c.state.not_in(OVER),
    )
    .order_by(runs_table.c.starts_at)
)
AT_ONCE = 2000
"""Rows that one statement reads."""
UNEXTENDABLE = OVER | {State.STOPPING}
"""Whose window is frozen: `reopen` puts one of these on air again."""


def add(connection: Connection, broadcast: Broadcast) -> int:
    """Insert an operator's broadcast; return its version.

    Raises:
        IdTakenError: there is one with its id.
    """
    values = {**rows.columns(broadcast), "source": OPERATOR}
    if not insert_or_leave(connection, broadcasts, values):
        raise IdTakenError(f"broadcast {broadcast.id!r} already exists: choose another id")
    return version(connection, broadcast.id)


def change(connection: Connection, broadcast_id: str, values: Mapping[str, Any]) -> int | None:
    """Write an operator's change, which outlives a re-applied schedule; return the row's new version.

    None: there is no such row.
    """
    row = connection.execute(_FIELDS, {"id": broadcast_id}).mappings().first()
    if row is None:
        return None
    kept = sorted(guarded(row) | values.keys())
    written = {**values, "operator_fields": json_text.of_names(kept)}
    connection.execute(_UPDATE, {"of_id": broadcast_id, **written})
    return version(connection, broadcast_id)


def hold(connection: Connection, broadcast_id: str, seen: Collection[str]) -> None:
    """Keep a row as it was seen until this is committed; one that is not there is nobody's to keep.

    Raises:
        ChangedMeanwhileError: it is in none of these versions any more.
    """
    row = connection.execute(_SEEN, {"of_id": broadcast_id}).first() if seen else None
    if row is not None and str(Version(row.version, row.of_run or 0)) not in seen:
        raise ChangedMeanwhileError(f"{broadcast_id} was changed in the meantime: read it again")


def edit(connection: Connection, broadcast_id: str, values: Mapping[str, Any], order: Order) -> int | None:
    """Write what somebody changes; return the row's new version. None: there is no such row.

    Raises:
        ChangedMeanwhileError: it is not in a version that was seen.
    """
    hold(connection, broadcast_id, order.seen)
    changed = change(connection, broadcast_id, values)
    if changed is not None:
        _note(connection, broadcast_id, order, f"changed {', '.join(sorted(values))}")
    return changed


def cancel(connection: Connection, broadcast_id: str, order: Order | None) -> int | None:
    """Call it off, as an operator's change; return the row's new version. None: there is no such row.

    Raises:
        ChangedMeanwhileError: it is not in a version that was seen.
    """
    hold(connection, broadcast_id, order.seen if order else ())
    changed = change(connection, broadcast_id, {"cancelled": True})
    if changed is not None:
        _note(connection, broadcast_id, order, "cancelled it")
    return changed


def extend(connection: Connection, broadcast_id: str, by: timedelta, order: Order | None) -> Extended | None:
    """Have it end so much later than it is to end now, as an operator's change; None: there is no such row.

    The end is read and written in one transaction, so that of two who extend at once neither is lost.

    Raises:
        NotExtendedError: it is over or being stopped, or neither end can be read.
        ChangedMeanwhileError: it is not in a version that was seen.
    """
    hold(connection, broadcast_id, order.seen if order else ())
    row = connection.execute(_LOCKED, {"of_id": broadcast_id}).mappings().first()
    if row is None:
        return None
    before = _overview(row)
    ends_at = windows.end_in_force(_wanted_end(row), before)
    if before.state in UNEXTENDABLE or ends_at is None:
        raise NotExtendedError(before.state if before.state in UNEXTENDABLE else None)
    changed = change(connection, broadcast_id, {"ends_at": rows.written(ends_at + by)})
    ends = f"ends_at {rows.written(ends_at)} -> {rows.written(ends_at + by)}"
    _note(connection, broadcast_id, order, f"extended it by {durations.format(by)}: {ends}")
    return Extended(ends_at + by, changed) if changed is not None else None


def _note(connection: Connection, broadcast_id: str, order: Order | None, what: str) -> None:
    if order is not None:
        note = Note(at=order.at, kind=journal.ORDER, who=order.who, why=what)
        journal.write(connection, broadcast_id, [note])


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Delete rows that have no run any more. The triggers let go of what is marked so."""
    connection.execute(update(broadcasts).where(broadcasts.c.id.in_(ids)).values(source=FORGOTTEN))
    connection.execute(delete(broadcasts).where(broadcasts.c.id.in_(ids)))
    connection.execute(delete(unheeded).where(unheeded.c.broadcast_id.in_(ids)))


def version(connection: Connection, broadcast_id: str) -> int:
    """Return the row's version as the triggers left it."""
    found: int = connection.execute(_VERSION, {"id": broadcast_id}).scalar_one()
    return found


def guarded(row: Row) -> frozenset[str]:
    """Return the columns that an operator changed; none if that cannot be read."""
    try:
        return rows.operator_fields(row)
    except ValueError:
        return frozenset()


def ending(connection: Connection, after: datetime) -> Sequence[str]:
    """Return the ids of the rows that end after then, in no order."""
    return connection.execute(_ENDING, {"after": after}).scalars().all()


def existing(connection: Connection, ids: Sequence[str]) -> list[Existing]:
    """Return those of the rows that are there and can be read, each beside its state."""
    found = (_existing(row) for row in _beside(connection, ids))
    return [each for each in found if each is not None]


def recent(connection: Connection, since: datetime) -> Sequence[str]:
    """Return the ids of all rows but those that were over before then, the earliest start first.

    Each part of it is found by an index: of what was over before, nothing is read. What two parts hold is no
    matter here, and to ask for it once has SQLite (3.53) read the whole table in the order of the ids.
    """
    return connection.execute(_RECENT, {"since": since}).scalars().all()


def everything(connection: Connection) -> Sequence[str]:
    """Return the ids of all rows, the earliest start first; those that have none before."""
    return connection.execute(_IN_ORDER).scalars().all()


def overview(connection: Connection, ids: Sequence[str]) -> list[Overview]:
    """Return those of the rows that are there, each beside what became of it, in the order of their ids."""
    found = {row[broadcasts.c.id]: _overview(row) for row in _beside(connection, ids)}
    return [found[each] for each in ids if each in found]


def _beside(connection: Connection, ids: Sequence[str]) -> Iterator[Row]:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        yield from connection.execute(_BESIDE.where(among(connection, broadcasts.c.id, part))).mappings()


def find(connection: Connection, broadcast_id: str) -> Overview | None:
    """Return one row beside what became of it; None: there is no such row."""
    row = connection.execute(_BESIDE.where(broadcasts.c.id == broadcast_id)).mappings().first()
    return _overview(row) if row is not None else None


def delayed(connection: Connection, broadcast_id: str) -> list[Overview]:
    """Return what shares a broadcast's room and starts before that ends, by the windows that are in force."""
    ids = connection.execute(_DELAYED, {"of_id": broadcast_id}).scalars().all()
    return overview(connection, ids)


def _part(row: Row, table: Table) -> dict[str, Any]:
    """Return one table's columns of a joined row."""
    return {column.name: row[column] for column in table.c}


def _existing(row: Row) -> Existing | None:
    own = _part(row, broadcasts)
    wanted = rows.parse(own)
    if isinstance(wanted, Unreadable):
        return None
    return Existing(
        broadcast=wanted,
        version=own["version"],
        state=runs.state(_part(row, runs_table)),
        operator_fields=guarded(own),
        source=own["source"],
    )


def _overview(row: Row) -> Overview:
    own, run = _part(row, broadcasts), _part(row, runs_table)
    wanted = rows.parse(own)
    unreadable = wanted.reason if isinstance(wanted, Unreadable) else ""
    starts_at, ends_at = windows.times(wanted, run)
    return Overview(
        id=own["id"],
        title=str(own["title"]),
        account=row[rooms_table.c.account] or str(own["account"]),
        state=runs.state(run),
        why=unreadable or run["why"] or "",
        entered_at=sound(run["entered_at"]),
        starts_at=starts_at,
        ends_at=ends_at,
        entry=own["entry"],
        source=str(own["source"]),
        cancelled=own["cancelled"] is True,
        meeting_id=row[rooms_table.c.meeting_id],
        playback_url=run["playback_url"],
        live_at=sound(run["live_at"]),
        off_at=sound(run["off_at"]),
        added_at=sound(own["created_at"]),
        planned_end=windows.planned_end(run, ends_at),
        version=Version(own["version"], run["version"] or 0),
    )


def _wanted_end(row: Row) -> datetime | None:
    wanted = rows.parse(_part(row, broadcasts))
    return None if isinstance(wanted, Unreadable) else wanted.window.ends_at
