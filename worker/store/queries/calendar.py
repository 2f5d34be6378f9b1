"""What calendars are told of each broadcast: the window in force, and how often it was changed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, union_all

from worker.store.calendars import Appointment
from worker.store.engine.reading import Row, sound
from worker.store.queries import runs
from worker.store.queries.bulk import among
from worker.store.schema.tables import broadcasts, rooms, unheeded
from worker.store.schema.tables import runs as runs_table

_BESIDE = (
    broadcasts.outerjoin(runs_table, runs_table.c.id == broadcasts.c.id)
    .outerjoin(rooms, rooms.c.key == runs_table.c.room_key)
    .outerjoin(unheeded, unheeded.c.broadcast_id == broadcasts.c.id)
)
_STARTS = func.coalesce(runs_table.c.starts_at, broadcasts.c.starts_utc)
_ENDS = func.coalesce(runs_table.c.ends_at, broadcasts.c.ends_utc)
_ACCOUNT = func.coalesce(rooms.c.account, broadcasts.c.account)
_IDS = (
    select(broadcasts.c.id)
    .select_from(_BESIDE)
    .where(
        broadcasts.c.id.in_(
            union_all(
                select(broadcasts.c.id).where(broadcasts.c.ends_utc > bindparam("since")),
                select(broadcasts.c.id).where(broadcasts.c.ends_utc.is_(None)),
            )
        ),
        bindparam("since") < _ENDS,
    )
    .order_by(_STARTS, broadcasts.c.id)
)
_COLUMNS = select(
    broadcasts.c.id,
    broadcasts.c.title,
    _STARTS.label("starts_at"),
    _ENDS.label("ends_at"),
    broadcasts.c.cancelled,
    broadcasts.c.version,
    broadcasts.c.changed_at,
    unheeded.c.version.label("waits"),
    runs_table.c.state,
    runs_table.c.entered_at,
    runs_table.c.playback_url,
).select_from(_BESIDE)


def listed(connection: Connection, since: datetime, accounts: Collection[str], most: int) -> Sequence[str]:
    """Return the ids of those that end after then and whose window is known, the earliest start first.

    `accounts`: of these alone, unless there are none.
    """
    wanted = _IDS.where(_ACCOUNT.in_(sorted(accounts))) if accounts else _IDS
    return connection.execute(wanted.limit(most), {"since": since}).scalars().all()


def appointments(connection: Connection, ids: Sequence[str]) -> list[Appointment]:
    """Return those of them that are there and whose window is known, in the order of their ids."""
    rows = connection.execute(_COLUMNS.where(among(connection, broadcasts.c.id, ids))).mappings()
    read = ((row["id"], _appointment(row)) for row in rows)
    found = {id_: each for id_, each in read if each is not None}
    return [found[each] for each in ids if each in found]


def _appointment(row: Row) -> Appointment | None:
    starts_at, ends_at = sound(row["starts_at"]), sound(row["ends_at"])
    if starts_at is None or ends_at is None:
        return None
    return Appointment(
        id=row["id"],
        title=str(row["title"]),
        starts_at=starts_at,
        ends_at=ends_at,
        cancelled=row["cancelled"] is True,
        state=runs.state(row),
        revision=2 * row["version"] - (row["waits"] is not None),
        changed_at=max(filter(None, (sound(row["changed_at"]), sound(row["entered_at"]))), default=starts_at),
        playback_url=row["playback_url"],
    )
