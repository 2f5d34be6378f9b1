"""Minutes on the air, those that were and those that are planned: summed up by the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, false, func, or_, select

from jobs.run.lifecycle import OVER, State
from worker.store.engine.columns import UTCDateTime
from worker.store.engine.lengths import begun_minutes
from worker.store.schema.tables import broadcasts, runs

_SINCE, _NOW, _UNTIL = (bindparam(name, type_=UTCDateTime) for name in ("since", "at", "until"))
_NO_MORE = [*OVER, State.REJECTED, State.STOPPING]


def _later(one: ColumnElement[datetime], other: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((one > other, one), else_=other)


def _earlier(one: ColumnElement[datetime], other: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((one < other, one), else_=other)


_LEFT_AT = case((runs.c.state.in_([*OVER]), runs.c.entered_at))
"""When it was over of which nobody saw how it went off, as in a copy of the database."""
_OFF = func.coalesce(runs.c.off_at, _LEFT_AT, _NOW, type_=UTCDateTime)
_AIRED = select(func.sum(begun_minutes(_later(runs.c.live_at, _SINCE), _earlier(_OFF, _NOW)))).where(
    runs.c.live_at < _NOW, or_(runs.c.off_at.is_(None), runs.c.off_at > _SINCE)
)
_PLANNED = (
    select(
        func.sum(
            begun_minutes(_later(broadcasts.c.starts_utc, _NOW), _earlier(broadcasts.c.ends_utc, _UNTIL))
        )
    )
    .select_from(broadcasts.outerjoin(runs, runs.c.id == broadcasts.c.id))
    .where(
        broadcasts.c.ends_utc > _NOW,
        broadcasts.c.starts_utc < _UNTIL,
        broadcasts.c.cancelled.is_(false()),
        or_(runs.c.state.is_(None), runs.c.state.not_in(_NO_MORE)),
    )
)


def aired(connection: Connection, since: datetime, now: datetime) -> int:
    """Return the begun minutes of all that was on the air between then and now."""
    return int(connection.execute(_AIRED, {"since": since, "at": now}).scalar() or 0)


def planned(connection: Connection, now: datetime, until: datetime) -> int:
    """Return the begun minutes of all that is wanted from now to then; of what is on the air, the rest."""
    return int(connection.execute(_PLANNED, {"at": now, "until": until}).scalar() or 0)


def within(connection: Connection, since: datetime, now: datetime, until: datetime) -> tuple[int, int]:
    """Return both."""
    return aired(connection, since, now), planned(connection, now, until)
