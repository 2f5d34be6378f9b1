"""The next occurrence of what was over: `ID.2`, `ID.3`, inserted together with the answer to its request."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, bindparam, select

from jobs.model import Broadcast
from worker.store.engine.writing import insert_or_leave
from worker.store.queries import requests, rows
from worker.store.queries.sources import REOPENED
from worker.store.schema.tables import broadcasts

_SOURCE = select(broadcasts.c.source).where(broadcasts.c.id == bindparam("id"))


def reopen(connection: Connection, request_id: int, wanted: Broadcast, at: datetime) -> str | None:
    """Insert it under the next free number, and answer the request with its id; None if that is answered.

    Raises:
        ValueError: the id is too long to have a number.
    """
    if not requests.claim(connection, request_id):
        return None
    for each in _numbered(connection, wanted):
        if insert_or_leave(connection, broadcasts, {**rows.columns(each), "source": REOPENED}):
            requests.answer(connection, request_id, each.id, at)
            return each.id
    return None


def _numbered(connection: Connection, wanted: Broadcast) -> Iterator[Broadcast]:
    base = _base(connection, wanted.id)
    for number in count(2):
        yield replace(wanted, id=f"{base}.{number}")


def _base(connection: Connection, broadcast_id: str) -> str:
    """Return the id without the number of an earlier reopening."""
    source = connection.execute(_SOURCE, {"id": broadcast_id}).scalar()
    return re.sub(r"\.\d+$", "", broadcast_id) if source == REOPENED else broadcast_id
