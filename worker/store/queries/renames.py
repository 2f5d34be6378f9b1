"""A broadcast under a new id: everything recorded of it follows, its meeting and links with it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, exists, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from jobs.ids import room_of_entry
from jobs.model import RoomUse
from worker.store.engine.driver_errors import is_locked_row
from worker.store.engine.reading import Row
from worker.store.engine.writing import insert_or_replace
from worker.store.queries import documents, journal
from worker.store.queries.broadcasts import remove
from worker.store.records import Changes, Note
from worker.store.schema.conditions import OF_REOPENED
from worker.store.schema.tables import alerts, broadcasts, requests, rooms, runs, unheeded
from worker.store.schema.tables import journal as journal_table

_NAMES = ("id", "entry")
_STAMPED = ("version", "created_at", "changed_at", "starts_utc", "ends_utc")
"""What the triggers write."""
_SAME = [each for each in broadcasts.c if each.name not in (*_NAMES, *_STAMPED)]
"""What a rename copies."""


def rename(connection: Connection, old: str, new: str, changes: Changes) -> bool:
    """Move a row, its run and its room to the new id.

    False: it is gone, the new id is taken, or another session holds a lock on something of it.
    """
    try:
        with connection.begin_nested():
            return _rename(connection, old, new, changes)
    except IntegrityError:
        return False  # somebody took the new id just now
    except DBAPIError as error:
        if is_locked_row(error):
            return False
        raise


def _rename(connection: Connection, old: str, new: str, changes: Changes) -> bool:
    """Rename, from top to bottom.

    Attempts and hosts follow by foreign key. Versions grow, so that whatever was decided on the old names is
    stale.
    """
    row = _found(connection, old)
    if row is None or _found(connection, new) is not None:
        return False
    entry = new.partition("@")[0]
    _copy(connection, old, new, entry)
    _grow(connection, old, new, row["version"] + 1)
    connection.execute(update(runs).where(runs.c.id == old).values(id=new))
    remove(connection, [old])
    is_shared = row["room"] == RoomUse.SHARED and row["entry"]
    _rename_room(connection, *(map(room_of_entry, (row["entry"], entry)) if is_shared else (old, new)))
    _rename_holder(connection, old, new)
    _rename_accepted(connection, new, entry)
    _rename_mentions(connection, old, new)
    _close_alerts(connection, old, new, changes.at)
    why = "its entry has a new key"
    note = Note(at=changes.at, kind="edit", who=changes.by, before=old, after=new, why=why)
    journal.write(connection, new, [note])
    return True


def _found(connection: Connection, id_: str) -> Row | None:
    columns = broadcasts.c.entry, broadcasts.c.room, broadcasts.c.version
    statement = select(*columns).where(broadcasts.c.id == id_).with_for_update()
    return connection.execute(statement).mappings().first()


def _copy(connection: Connection, old: str, new: str, entry: str) -> None:
    """Insert the row under its new names. An id is never changed: the database refuses it, whoever asks."""
    names = literal(new, Text), literal(entry, Text)
    same = select(*names, *_SAME).where(broadcasts.c.id == old)
    connection.execute(insert(broadcasts).from_select([*_NAMES, *_SAME], same))


def _grow(connection: Connection, old: str, new: str, version: int) -> None:
    """Have the new row count on from the old one, which is as old as it."""
    before = broadcasts.alias("before")
    created_at = select(before.c.created_at).where(before.c.id == old).scalar_subquery()
    grown = update(broadcasts).where(broadcasts.c.id == new)
    connection.execute(grown.values(version=version, created_at=created_at))
    insert_or_replace(connection, unheeded, {"broadcast_id": new, "version": version})


def _rename_room(connection: Connection, old: str, new: str) -> None:
    """Runs, hosts and attempts follow by foreign key; what is reopened in the room is told its new key."""
    taken = exists().where(rooms.alias("other").c.key == new)
    statement = update(rooms).where(rooms.c.key == old, ~taken)
    if connection.execute(statement.values(key=new, version=rooms.c.version + 1)).rowcount:
        reopened = update(broadcasts).where(OF_REOPENED, broadcasts.c.entry == old)
        connection.execute(reopened.values(entry=new))


def _rename_holder(connection: Connection, old: str, new: str) -> None:
    """A run holds no other room than its own."""
    its_own = select(runs.c.room_key).where(runs.c.id == new).scalar_subquery()
    statement = update(rooms).where(rooms.c.key == its_own, rooms.c.held_by == old)
    connection.execute(statement.values(held_by=new, version=rooms.c.version + 1))


def _rename_accepted(connection: Connection, new: str, entry: str) -> None:
    """The run is named anew by foreign key; the document in it is not."""
    text = connection.execute(select(runs.c.accepted).where(runs.c.id == new)).scalar()
    values: dict[str, Any] = {"version": runs.c.version + 1}
    if text:
        values["accepted"] = documents.encode(replace(documents.decode(text), id=new, entry=entry))
    connection.execute(update(runs).where(runs.c.id == new).values(**values))


def _rename_mentions(connection: Connection, old: str, new: str) -> None:
    of_run, asked = journal_table.c.run_id == old, requests.c.broadcast_id == old
    connection.execute(update(journal_table).where(of_run).values(run_id=new))
    connection.execute(update(requests).where(asked).values(broadcast_id=new))


def _close_alerts(connection: Connection, old: str, new: str, at: datetime) -> None:
    """What still holds is told again under the new id."""
    of_run = update(alerts).where(alerts.c.run_id == old)
    connection.execute(of_run.where(alerts.c.resolved_at.is_(None)).values(resolved_at=at))
    connection.execute(of_run.values(run_id=new, subject_id=new))
