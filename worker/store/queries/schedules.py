"""Schedules: applied in one transaction, and every revision kept; its text for as long as the journal."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from jobs.model import Broadcast, Unreadable
from jobs.run.intake import differences
from worker.store.engine.reading import Row, legible
from worker.store.engine.writing import in_turn, insert_one, insert_or_leave
from worker.store.errors import ChangedMeanwhileError
from worker.store.queries import broadcasts, calendars, journal, json_text, rows
from worker.store.queries.renames import rename
from worker.store.records import Applied, Changes, Note, Revision
from worker.store.schema.tables import broadcasts as table
from worker.store.schema.tables import schedules

_HASHES = select(schedules.c.content_hash).order_by(schedules.c.id.desc())
_NEWEST = select(func.max(schedules.c.id))
_REVISIONS = select(*(each for each in schedules.c if each.name != "text")).order_by(schedules.c.id.desc())
_TEXT = select(schedules.c.text).where(schedules.c.id == bindparam("number"))


def apply(connection: Connection, changes: Changes) -> Applied:
    """Change the rows that are as they were when this was planned; return the ids of the others.

    Those too that another session holds locked: the plan of everything else does not wait for it.

    Raises:
        ChangedMeanwhileError: another schedule is in force than the one to be superseded.
    """
    in_turn(connection, schedules)
    if changes.after is not None and (connection.execute(_NEWEST).scalar() or 0) != changes.after:
        raise ChangedMeanwhileError("another schedule is in force by now: read it, and plan again")
    known_as = {old: rename(connection, old, new, changes) for old, new in changes.renames}
    renamed = {new for old, new in changes.renames if known_as[old]}
    told = _Told(changes)
    done = {
        **known_as,
        **{each.id: _insert(connection, each, changes.source) for each in changes.inserts},
        **{
            each.id: _edit(connection, each, version + (each.id in renamed), told)
            for each, version in changes.updates
        },
        **{
            id_: _cancel(connection, id_, version + (id_ in renamed), told)
            for id_, version in changes.cancels
        },
    }
    for copy in changes.calendars:
        calendars.keep(connection, copy)
    _record(connection, changes)
    journal.write_all(connection, told.notes)
    return Applied(tuple(id_ for id_, is_done in done.items() if not is_done))


class _Told:
    """What the journals of the rows are told that a schedule changes."""

    def __init__(self, changes: Changes) -> None:
        self.notes: list[tuple[str, Note]] = []
        self._changes = changes

    def edited(self, before: Broadcast | Unreadable, after: Broadcast) -> None:
        known = before if isinstance(before, Broadcast) else None
        self._note(after.id, differences(known, after) if known else "corrected it")

    def cancelled(self, id_: str) -> None:
        why = self._changes.whys.get(id_, "")
        self._note(id_, f"cancelled it: {why}" if why else "cancelled it")

    def _note(self, id_: str, what: str) -> None:
        note = Note(at=self._changes.at, kind=journal.ORDER, who=self._changes.by, why=what)
        self.notes.append((id_, note))


def hashes(connection: Connection) -> list[str]:
    """Return what every revision is recognised by, newest first; their texts stay where they are."""
    return list(connection.execute(_HASHES).scalars())


def revisions(connection: Connection) -> list[Revision]:
    """Return every schedule that was put in force, newest first."""
    return legible(schedules, connection.execute(_REVISIONS).mappings(), _revision)


def text_of(connection: Connection, number: int) -> str:
    """Return what a schedule says; empty: it is too old to be kept, or there is none."""
    return connection.execute(_TEXT, {"number": number}).scalar() or ""


def naming(connection: Connection, word: str) -> list[int]:
    """Return the numbers of the schedules in whose text this word is, newest first."""
    statement = select(schedules.c.id).where(schedules.c.text.contains(word, autoescape=True))
    return list(connection.execute(statement.order_by(schedules.c.id.desc())).scalars())


def content_hash(text: str) -> str:
    """Return what a schedule is recognised by: its content, however an editor ends its lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(lines.encode()).hexdigest()


def _insert(connection: Connection, broadcast: Broadcast, source: str) -> bool:
    return insert_or_leave(connection, table, {**rows.columns(broadcast), "source": source})


def _edit(connection: Connection, broadcast: Broadcast, version: int, told: _Told) -> bool:
    """Write the columns that differ. Where an operator's was among them, the schedule has it back."""
    row = connection.execute(_free(select(table).where(table.c.id == broadcast.id))).mappings().first()
    if row is None:
        return False
    differing = _differing(row, broadcast)
    kept = json_text.of_names(sorted(broadcasts.guarded(row) - differing.keys()))
    is_done = _write(connection, broadcast.id, version, {**differing, "operator_fields": kept})
    if is_done and differing:
        told.edited(rows.parse(row), broadcast)
    return is_done


def _cancel(connection: Connection, id_: str, version: int, told: _Told) -> bool:
    is_done = _write(connection, id_, version, {"cancelled": True})
    if is_done:
        told.cancelled(id_)
    return is_done


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


def _revision(row: Row) -> Revision:
    return Revision(row["id"], row["content_hash"], row["applied_at"], row["by"])
