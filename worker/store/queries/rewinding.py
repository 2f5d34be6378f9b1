"""Instants that a clock wrote which was ahead, and has been set right since.

What is recorded as later than now would be waited for: a closing in an hour cannot be proven before.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    bindparam,
    case,
    or_,
    select,
    union_all,
    update,
)

from worker.store.engine.columns import UTCDateTime
from worker.store.schema.conditions import STILL_TO_DO
from worker.store.schema.tables import attempts, rooms, runs

_KEPT = frozenset({"starts_at", "ends_at", "planned_end", "live_at"})
"""What is wanted, and may lie ahead; and what tells in which window it has aired."""
_ROOM = rooms.alias("its_room")
_NOW = bindparam("now", type_=UTCDateTime)
_ITS_RUN = {
    runs: (runs.c.id, runs.c.id),
    attempts: (attempts.c.run_id, runs.c.id),
    rooms: (rooms.c.key, runs.c.room_key),
}
"""How each table is found by its run: a column of it, and the one of the run that it equals."""


def rewind(connection: Connection, now: datetime, accounts: Collection[str] | None = None) -> int:
    """Set every instant that is later than now back to now; return how many rows had one.

    Runs grow by a version, so that whoever decided on the old instants decides again. `accounts`: only what
    is theirs. What another session holds locked is left as it is: nobody's lock keeps a group from being run.
    """
    theirs = None if accounts is None else _ROOM.c.account.in_(accounts)
    return sum(_rewound(connection, table, now, theirs) for table in (attempts, rooms, runs))


def _rewound(connection: Connection, table: Table, now: datetime, theirs: ColumnElement[bool] | None) -> int:
    instants = [each for each in table.c if isinstance(each.type, UTCDateTime) and each.name not in _KEPT]
    is_ahead = or_(*(each > _NOW for each in instants))
    own, of_run = _ITS_RUN[table]
    ahead = select(*table.primary_key).where(own.in_(_late(of_run, theirs)), is_ahead)
    free = ahead.with_for_update(skip_locked=True, of=table)
    values: dict[str, Any] = {each.name: case((each > _NOW, _NOW), else_=each) for each in instants}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    statement = update(table).where(_primary(table).in_(free), is_ahead)
    return connection.execute(statement.values(values), {"now": now}).rowcount


def _late(column: Column[Any], theirs: ColumnElement[bool] | None) -> CompoundSelect[Any]:
    """Select this of the runs that may hold such an instant: of what is over no more is read.

    To be looked back at is the last that happens to a run: nothing that it did before lies later. One that is
    twice in the selection is no matter (see `broadcasts.recent`).
    """
    own = select(column)
    if theirs is not None:
        own = own.join(_ROOM, _ROOM.c.key == runs.c.room_key).where(theirs)
    return union_all(own.where(STILL_TO_DO), own.where(runs.c.looked_back_at > _NOW))


def _primary(table: Table) -> Column[Any]:
    (column,) = table.primary_key
    return column
