"""Rows of `broadcasts` that changed and that no worker has looked at."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, exists, or_, select

from jobs.model import Broadcast, Unreadable
from worker.store.queries import rows
from worker.store.queries.bulk import among
from worker.store.records import Unheeded
from worker.store.schema.conditions import UNANSWERED
from worker.store.schema.tables import broadcasts, requests, rooms, runs, unheeded

_FIRST = (broadcasts.c.starts_utc.nulls_last(), broadcasts.c.id)
_ALL = (
    select(unheeded, rooms.c.account, rooms.c.marker)
    .join(broadcasts, broadcasts.c.id == unheeded.c.broadcast_id)
    .outerjoin(runs, runs.c.id == unheeded.c.broadcast_id)
    .outerjoin(rooms, rooms.c.key == runs.c.room_key)
    .order_by(*_FIRST)
)
_STIRS = select(or_(exists(select(unheeded.c.version)), exists(select(requests.c.id).where(UNANSWERED))))
_READ = select(*(broadcasts.c[name] for name in rows.READ))
_WITHOUT_RUN = _READ.where(~exists().where(runs.c.id == broadcasts.c.id))
_FRESH = _WITHOUT_RUN.where(broadcasts.c.id == bindparam("id"))
_WANTED = _READ.where(broadcasts.c.id == bindparam("id"))
_STILL = select(unheeded.c.broadcast_id).where(
    unheeded.c.broadcast_id == bindparam("id"), unheeded.c.version == bindparam("version")
)
_HEED = delete(unheeded).where(
    unheeded.c.broadcast_id.in_(_STILL.with_for_update(skip_locked=True)),
    unheeded.c.version == bindparam("version"),
)
_WAITS = select(unheeded.c.version).where(
    unheeded.c.broadcast_id == bindparam("id"), unheeded.c.version >= bindparam("version")
)

Wanted = tuple[Broadcast | Unreadable, int]
"""What a row asks for, and the row's version."""


def stirs(connection: Connection) -> bool:
    """Whether any row or request waits."""
    return bool(connection.execute(_STIRS).scalar())


def waiting(connection: Connection) -> list[Unheeded]:
    """Return the rows that wait; the first to start first."""
    found = connection.execute(_ALL)
    return [Unheeded(row.broadcast_id, row.version, row.account, row.marker) for row in found]


def fresh(connection: Connection, broadcast_id: str) -> Wanted | None:
    """Return a row that has no run yet; None if it has one, or is not there."""
    row = connection.execute(_FRESH, {"id": broadcast_id}).mappings().first()
    return (rows.parse(row), row["version"]) if row else None


def fresh_many(connection: Connection, ids: Sequence[str]) -> list[Wanted]:
    """Return those of these rows that have no run yet, each read on its own: the first to start first."""
    found = connection.execute(_WITHOUT_RUN.where(among(connection, broadcasts.c.id, ids)).order_by(*_FIRST))
    return [(rows.parse(row), row["version"]) for row in found.mappings()]


def wanted(connection: Connection, broadcast_id: str) -> Wanted | None:
    """Return a row, whatever became of it."""
    row = connection.execute(_WANTED, {"id": broadcast_id}).mappings().first()
    return (rows.parse(row), row["version"]) if row else None


def heed(connection: Connection, broadcast_id: str, version: int) -> bool:
    """Note that this version was looked at; a newer one goes on waiting.

    False: it goes on waiting itself, for somebody else is changing the row just now.
    """
    which = {"id": broadcast_id, "version": version}
    return connection.execute(_HEED, which).rowcount > 0 or connection.execute(_STILL, which).first() is None


def is_heeded(connection: Connection, broadcast_id: str, version: int) -> bool:
    """Whether nothing of this version or a newer one waits."""
    return connection.execute(_WAITS, {"id": broadcast_id, "version": version}).first() is None
