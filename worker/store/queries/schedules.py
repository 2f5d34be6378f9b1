"""Schedules: applied in one transaction, and every revision kept; its text for as long as the journal."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, select, update

from jobs.model import Broadcast
from worker.store.engine.reading import Row
from worker.store.engine.writing import in_turn, insert_one, insert_or_leave
from worker.store.queries import broadcasts, calendars, json_text, rows
from worker.store.queries.renames import rename
from worker.store.records import Applied, Changes
from worker.store.schema.tables import broadcasts as table
from worker.store.schema.tables import schedules

_HASHES = select(schedules.c.content_hash).order_by(schedules.c.id.desc())
_NEWEST = select(schedules).order_by(schedules.c.id.desc())


def apply(connection: Connection, changes: Changes) -> Applied:
    """Change the rows that are as they were when this was planned; return the ids of the others.

    Those too that another session holds locked: the plan of everything else does not wait for it.
    """
    in_turn(connection, schedules)
    known_as = {old: rename(connection, old, new, changes) for old, new in changes.renames}
    renamed = {new for old, new in changes.renames if known_as[old]}
    done = {
        **known_as,
        **{each.id: _insert(connection, each, changes.source) for each in changes.inserts},
        **{
            each.id: _edit(connection, each, version + (each.id in renamed))
            for each, version in changes.updates
        },
        **{id_: _cancel(connection, id_, version + (id_ in renamed)) for id_, version in changes.cancels},
    }
    for copy in changes.calendars:
        calendars.keep(connection, copy)
    _record(connection, changes)
    return Applied(tuple(id_ for id_, is_done in done.items() if not is_done))


def hashes(connection: Connection) -> list[str]:
    """Return what every revision is recognised by, newest first; their texts stay where they are."""
    return list(connection.execute(_HASHES).scalars())


def content_hash(text: str) -> str:
    """Return what a schedule is recognised by: its content, however an editor ends its lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(lines.encode()).hexdigest()


def _insert(connection: Connection, broadcast: Broadcast, source: str) -> bool:
    return insert_or_leave(connection, table, {**rows.columns(broadcast), "source": source})


def _edit(connection: Connection, broadcast: Broadcast, version: int) -> bool:
    """Write the columns that differ. Where an operator's was among them, the schedule has it back."""
    row = connection.execute(_free(select(table).where(table.c.id == broadcast.id))).mappings().first()
    if row is None:
        return False
    differing = _differing(row, broadcast)
    kept = json_text.of_names(sorted(broadcasts.guarded(row) - differing.keys()))
    return _write(connection, broadcast.id, version, {**differing, "operator_fields": kept})


def _cancel(connection: Connection, id_: str, version: int) -> bool:
    return _write(connection, id_, version, {"cancelled": True})


def _write(connection: Connection, id_: str, version: int, values: Mapping[str, Any]) -> bool:
    found = _free(select(table.c.id).where(table.c.id == id_, table.c.version == version))
    if connection.execute(found).first() is None:
        return False
    statement = update(table).where(table.c.id == id_, table.c.version == version)
    return connection.execute(statement.values(**values)).rowcount > 0


def _free(rows: Select[Any]) -> Select[Any]:
    """Keep the rows as they are for others until this is committed; leave out what others hold."""
    return rows.with_for_update(key_share=True, skip_locked=True)


def _differing(row: Row, broadcast: Broadcast) -> dict[str, Any]:
    """Return the columns whose meaning is another; an instant may be spelled in more than one way."""
    found = rows.parse(row)
    said = rows.columns(found) if isinstance(found, Broadcast) else {}
    wanted = rows.columns(broadcast)
    return {name: value for name, value in wanted.items() if name not in said or said[name] != value}


def _record(connection: Connection, changes: Changes) -> None:
    """Keep the revision, unless it is the one applied last."""
    digest = content_hash(changes.text)
    if connection.execute(_HASHES.limit(1)).scalar() == digest:
        return
    values = {"content_hash": digest, "text": changes.text, "applied_at": changes.at, "by": changes.by}
    insert_one(connection, schedules, values)
