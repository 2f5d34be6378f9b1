"""Schedules: applied in one transaction, and every revision kept."""

import hashlib
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from jobs.model import Broadcast
from worker.store import broadcasts, json_text, renames, rows
from worker.store.reading import Row, legible
from worker.store.records import Applied, Changes, Revision
from worker.store.tables import broadcasts as broadcasts_table
from worker.store.tables import entries, schedules
from worker.store.writing import insert_one, insert_or_leave

_NEWEST = select(schedules).order_by(schedules.c.id.desc())


def apply(
    connection: Connection, plan: Plan, revision: Revision, items: Mapping[str, str] | None
) -> list[str]:
    """Change the rows that are as they were when this was planned; return the ids of the others."""
    renamed = {each.broadcast.id for each in plan.rename if rename(connection, each, revision)}
    stale = [each.existing.broadcast.id for each in plan.rename if each.broadcast.id not in renamed]
    stale += [each.id for each in plan.add if not _insert(connection, each)]
    for each in (*plan.move, *plan.change):
        if not _update(connection, each.broadcast, each.existing.version + (each.broadcast.id in renamed)):
            stale.append(each.broadcast.id)
    stale += [id_ for each in plan.cancel if (id_ := each.existing.broadcast.id)
              and not _cancel(connection, each, each.existing.version + (id_ in renamed), revision)]
    _record(connection, revision, items)
    return list(dict.fromkeys(stale))


def revisions(connection: Connection) -> list[Revision]:
    """Return every revision, newest first."""
    return legible(schedules, connection.execute(_NEWEST).mappings(), _revision)


def content_hash(text: str) -> str:
    """Return what a schedule is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()


def _insert(connection: Connection, broadcast: Broadcast, source: str) -> bool:
    return insert_or_leave(connection, broadcasts_table, {**rows.columns(broadcast), "source": source})


def _update(connection: Connection, broadcast: Broadcast, version: int) -> bool:
    """Write the columns that differ. Where an operator's was among them, the schedule has it back."""
    statement = select(broadcasts_table).where(broadcasts_table.c.id == broadcast.id)
    row = connection.execute(statement).mappings().first()
    if row is None:
        return False
    differing = _differing(row, broadcast)
    kept = sorted(broadcasts.guarded(row) - differing.keys())
    return _write(
        connection, broadcast.id, version, {**differing, "operator_fields": json_text.of_names(kept)}
    )


def _differing(row: Row, broadcast: Broadcast) -> dict[str, Any]:
    """Return the columns whose meaning is another; instants may be spelled in more than one way."""
    now = rows.parse(row)
    said = rows.columns(now) if isinstance(now, Broadcast) else {}
    wanted = rows.columns(broadcast)
    return {name: value for name, value in wanted.items() if name not in said or said[name] != value}


def _write(connection: Connection, id_: str, version: int, values: dict[str, Any]) -> bool:
    table = broadcasts_table
    statement = update(table).where(table.c.id == id_, table.c.version == version).values(values)
    return connection.execute(statement).rowcount > 0


def _record(connection: Connection, changes: Changes) -> None:
    """Keep the revision, unless it is the one applied last, and the entries as it has them."""
    newest = connection.execute(_NEWEST.limit(1)).first()
    digest = content_hash(changes.text)
    if newest and newest.content_hash == digest:
        return
    values = {"content_hash": digest, "text": changes.text, "applied_at": changes.at, "by": changes.by}
    revision = insert_one(connection, schedules, values)
    connection.execute(delete(entries))
    if changes.entries:
        listed = [{"key": key, "document": text} for key, text in changes.entries.items()]
        connection.execute(insert(entries), [{**each, "revision": revision} for each in listed])


def _revision(row: Row) -> Revision:
    return Revision(row["content_hash"], row["text"], row["applied_at"], row["by"])
