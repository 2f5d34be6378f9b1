"""How far the events of the journal are posted to each address."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from worker.store.engine.writing import insert_or_replace
from worker.store.queries.leases import hold
from worker.store.records import Fence
from worker.store.schema.tables import webhook_positions

_POSITIONS = select(webhook_positions.c.endpoint, webhook_positions.c.seq)


def positions(connection: Connection) -> Mapping[str, int]:
    """Return, by endpoint, the number of the last event that is done there."""
    return {row.endpoint: row.seq for row in connection.execute(_POSITIONS)}


def keep(connection: Connection, endpoint: str, seq: int, at: datetime, fence: Fence) -> bool:
    """Have this be the last event that is done there.

    Raises:
        Undo: the term is over in whose name this is.
    """
    hold(connection, fence, otherwise=False)
    insert_or_replace(connection, webhook_positions, {"endpoint": endpoint, "seq": seq, "at": at})
    return True
