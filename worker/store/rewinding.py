"""Instants that a clock wrote which was ahead, and has been set right since.

What is recorded as later than now would be waited for: a closing in an hour cannot be proven before.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, bindparam, select, update

from worker.store.columns import UTCDateTime
from worker.store.tables import attempts, rooms, runs

_KEPT = frozenset({"starts_at", "ends_at", "live_at"})
"""What is wanted, and may lie ahead; and what tells in which window it has aired."""


def rewind(connection: Connection, now: datetime, accounts: Collection[str] | None = None) -> int:
    """Set every instant that is later than now back to now; return how many rows had one.

    Runs grow by a version, so that whoever decided on the old instants decides again. `accounts`: only what
    is theirs. What another session holds locked is left as it is: nobody's lock keeps a group from being run.
    """
    theirs = select(rooms.c.key)
    if accounts is not None:
        theirs = theirs.where(rooms.c.account.in_(accounts))
    return sum(_rewound(connection, table, now, theirs) for table in (runs, rooms, attempts))


def _rewound(connection: Connection, table: Table, now: datetime, theirs: Select[tuple[str]]) -> int:
    count = 0
    key = table.c["key" if table is rooms else "room_key"]
    for name in _instants(table):
        column = table.c[name]
        ahead = select(*table.primary_key).where(column > bindparam("now"), key.in_(theirs))
        later = update(table).where(
            _primary(table).in_(ahead.with_for_update(skip_locked=True, of=table)), column > bindparam("now")
        )
        grown: dict[str, Any] = {"version": table.c.version + 1} if "version" in table.c else {}
        count += connection.execute(later.values({name: bindparam("now"), **grown}), {"now": now}).rowcount
    return count


def _primary(table: Table) -> Column[Any]:
    (column,) = table.primary_key
    return column


def _instants(table: Table) -> list[str]:
    return [
        column.name for column in table.c if isinstance(column.type, UTCDateTime) and column.name not in _KEPT
    ]
