"""What is on, what was just over, and what comes: in few columns, for there are many."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from worker.store.engine.columns import UTCDateTime
from worker.store.engine.reading import sound
from worker.store.queries.broadcasts import IS_RECENT
from worker.store.queries.runs import state
from worker.store.records import Upcoming
from worker.store.schema.tables import broadcasts, runs

_STARTS = func.coalesce(runs.c.starts_at, broadcasts.c.starts_utc)
_ENDS = func.coalesce(runs.c.ends_at, broadcasts.c.ends_utc)
_UPCOMING = (
    select(
        broadcasts.c.id,
        broadcasts.c.title,
        runs.c.state,
        _STARTS.label("starts_at"),
        _ENDS.label("ends_at"),
    )
    .select_from(broadcasts.outerjoin(runs, runs.c.id == broadcasts.c.id))
    .where(IS_RECENT, or_(_STARTS.is_(None), bindparam("until", type_=UTCDateTime) >= _STARTS))
    .order_by(_STARTS.nulls_first(), broadcasts.c.id)
)


def upcoming(connection: Connection, since: datetime, until: datetime) -> list[Upcoming]:
    """Return what was not over before `since` and starts by `until`, or at no instant that can be read.

    The earliest start comes first.
    """
    found = connection.execute(_UPCOMING, {"since": since, "until": until}).mappings()
    return [
        Upcoming(
            id=row["id"],
            title=str(row["title"]),
            state=state(row),
            starts_at=sound(row["starts_at"]),
            ends_at=sound(row["ends_at"]),
        )
        for row in found
    ]
