"""Instants that a clock wrote which was ahead, and has been set right since.

What is recorded as later than now would be waited for: a closing in an hour cannot be proven before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update

from worker.store.columns import UTCDateTime
from worker.store.tables import attempts, rooms, runs

_KEPT = frozenset({"starts_at", "ends_at"})
"""What is wanted, and may lie ahead."""


def rewind(connection: Connection, now: datetime) -> int:
    """Set every instant that is later than now back to now; return how many rows had one.

    Runs grow by a version, so that whoever decided on the old instants decides again.
    """
    return sum(_rewound(connection, table, now) for table in (runs, rooms, attempts))


def _rewound(connection: Connection, table: Table, now: datetime) -> int:
    count = 0
    for name in _instants(table):
        column = table.c[name]
        later = update(table).where(column > bindparam("now"))
        grown: dict[str, Any] = {"version": table.c.version + 1} if "version" in table.c else {}
        count += connection.execute(later.values({name: bindparam("now"), **grown}), {"now": now}).rowcount
    return count


def _instants(table: Table) -> list[str]:
    return [
        column.name for column in table.c if isinstance(column.type, UTCDateTime) and column.name not in _KEPT
    ]
