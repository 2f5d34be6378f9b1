"""Rows of `broadcasts` that changed and that no worker has looked at."""

from sqlalchemy import Connection, bindparam, delete, exists, select

from jobs.model import Broadcast, Unreadable
from worker.store import rows
from worker.store.records import Unheeded
from worker.store.tables import broadcasts, rooms, runs, unheeded

_ALL = (
    select(unheeded, rooms.c.account)
    .join(broadcasts, broadcasts.c.id == unheeded.c.broadcast_id)
    .outerjoin(runs, runs.c.id == unheeded.c.broadcast_id)
    .outerjoin(rooms, rooms.c.key == runs.c.room_key)
)
_FRESH = select(broadcasts).where(
    broadcasts.c.id == bindparam("id"), ~exists().where(runs.c.id == broadcasts.c.id)
)
_FRESH_MANY = (
    select(broadcasts)
    .join(unheeded, unheeded.c.broadcast_id == broadcasts.c.id)
    .where(~exists().where(runs.c.id == broadcasts.c.id))
    .order_by(broadcasts.c.starts_utc.nulls_last(), broadcasts.c.id)
    .limit(bindparam("limit"))
)
_WANTED = select(broadcasts).where(broadcasts.c.id == bindparam("id"))
_HEED = delete(unheeded).where(
    unheeded.c.broadcast_id == bindparam("id"), unheeded.c.version == bindparam("version")
)
_WAITS = select(unheeded.c.version).where(
    unheeded.c.broadcast_id == bindparam("id"), unheeded.c.version >= bindparam("version")
)

Wanted = tuple[Broadcast | Unreadable, int]
"""What a row asks for, and the row's version."""


def waiting(connection: Connection) -> list[Unheeded]:
    """Return the rows that wait."""
    return [Unheeded(row.broadcast_id, row.version, row.account) for row in connection.execute(_ALL)]


def fresh(connection: Connection, broadcast_id: str) -> Wanted | None:
    """Return a row that has no run yet; None if it has one, or is not there."""
    row = connection.execute(_FRESH, {"id": broadcast_id}).mappings().first()
    return (rows.parse(row), row["version"]) if row else None


def fresh_many(connection: Connection, limit: int) -> list[Wanted]:
    """Return rows that wait and have no run yet, each read on its own: the first to start come first."""
    found = connection.execute(_FRESH_MANY, {"limit": limit}).mappings()
    return [(rows.parse(row), row["version"]) for row in found]


def wanted(connection: Connection, broadcast_id: str) -> Wanted | None:
    """Return a row, whatever became of it."""
    row = connection.execute(_WANTED, {"id": broadcast_id}).mappings().first()
    return (rows.parse(row), row["version"]) if row else None


def heed(connection: Connection, broadcast_id: str, version: int) -> None:
    """Note that this version was looked at; a newer one goes on waiting."""
    connection.execute(_HEED, {"id": broadcast_id, "version": version})


def is_heeded(connection: Connection, broadcast_id: str, version: int) -> bool:
    """Whether nothing of this version or a newer one waits."""
    return connection.execute(_WAITS, {"id": broadcast_id, "version": version}).first() is None
