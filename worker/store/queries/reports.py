"""Which report was sent last, a row of `installation`: whoever writes it may send it, and nobody else."""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, or_, select

from worker.store.engine.writing import inserting
from worker.store.schema.tables import installation

_NAME = "report"
_KEPT = select(installation.c.value).where(installation.c.name == _NAME)


def last(connection: Connection) -> datetime | None:
    """Return when the last one that somebody sent was due; None: none was, or it cannot be read."""
    found = connection.execute(_KEPT).scalar()
    try:
        return datetime.fromisoformat(str(found))
    except ValueError:
        return None


def claim(connection: Connection, due: datetime, now: datetime) -> bool:
    """Write that the report that was due then is being sent; False: somebody else has written so.

    One that falls due only later than now was written by a clock that was wrong, and is written over.
    """
    statement = inserting(connection, installation).values(name=_NAME, value=_written(due))
    written = installation.c.value
    claimed = statement.on_conflict_do_update(
        index_elements=[installation.c.name],
        set_={"value": statement.excluded.value},
        where=or_(written < statement.excluded.value, written > bindparam("now")),
    ).returning(written)
    return connection.execute(claimed, {"now": _written(now)}).first() is not None


def _written(instant: datetime) -> str:
    """Return it as text whose order is that of time."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
