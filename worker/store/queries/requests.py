"""Requests: what operators ask of workers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select, update

from worker.store.engine.reading import Row, legible, read
from worker.store.engine.writing import insert_one
from worker.store.queries import broadcasts
from worker.store.records import Request
from worker.store.schema.conditions import UNANSWERED
from worker.store.schema.tables import requests, rooms, runs

_BESIDE = (
    select(requests, rooms.c.account, rooms.c.marker)
    .outerjoin(runs, runs.c.id == requests.c.broadcast_id)
    .outerjoin(rooms, rooms.c.key == runs.c.room_key)
)
_PENDING = _BESIDE.where(UNANSWERED).order_by(requests.c.id)
_ONE = _BESIDE.where(requests.c.id == bindparam("id"))
_OF_BROADCAST = _BESIDE.where(requests.c.broadcast_id == bindparam("broadcast_id")).order_by(requests.c.id)
_STOPS = _BESIDE.where(requests.c.kind == "stop", requests.c.asked_at >= bindparam("since")).order_by(
    requests.c.id
)
_LATEST = _BESIDE.order_by(requests.c.id.desc()).limit(bindparam("most", type_=Integer))
_CLAIM = select(requests.c.id).where(requests.c.id == bindparam("id"), UNANSWERED).with_for_update()
_ANSWER = update(requests).where(requests.c.id == bindparam("of_id"), UNANSWERED)


def leave(connection: Connection, values: Mapping[str, Any], seen: Collection[str] = ()) -> int:
    """Write a request from its columns; return its id.

    Raises:
        ChangedMeanwhileError: what it is about is in none of the versions that were seen.
    """
    broadcasts.hold(connection, values["broadcast_id"], seen)
    return insert_one(connection, requests, values)


def pending(connection: Connection) -> list[Request]:
    """Return the requests without an answer, oldest first."""
    return legible(requests, connection.execute(_PENDING).mappings(), _request)


def find(connection: Connection, request_id: int) -> Request | None:
    """Return a request, answered or not.

    Raises:
        GarbledRowError: its row cannot be read.
    """
    row = connection.execute(_ONE, {"id": request_id}).mappings().first()
    return read(requests, row, _request) if row else None


def of_broadcast(connection: Connection, broadcast_id: str) -> list[Request]:
    """Return what was asked of one broadcast and is kept, oldest first."""
    found = connection.execute(_OF_BROADCAST, {"broadcast_id": broadcast_id}).mappings()
    return legible(requests, found, _request)


def stops(connection: Connection, since: datetime) -> list[Request]:
    """Return the stops that were asked for since then, oldest first."""
    found = connection.execute(_STOPS, {"since": since}).mappings()
    return legible(requests, found, _request)


def latest(connection: Connection, most: int) -> list[Request]:
    """Return so many requests at most, newest first."""
    return legible(requests, connection.execute(_LATEST, {"most": most}).mappings(), _request)


def claim(connection: Connection, request_id: int) -> bool:
    """Keep others from answering a request until this is committed; return whether it waits for an answer."""
    return connection.execute(_CLAIM, {"id": request_id}).first() is not None


def answer(connection: Connection, request_id: int, text: str, at: datetime) -> None:
    """Answer a request, unless it is answered."""
    connection.execute(_ANSWER, {"of_id": request_id, "answer": text, "answered_at": at})


def _request(row: Row) -> Request:
    return Request(
        id=row["id"],
        kind=row["kind"],
        broadcast_id=row["broadcast_id"],
        argument=row["argument"],
        by=row["by"],
        asked_at=row["asked_at"],
        answer=row["answer"],
        answered_at=row["answered_at"],
        account=row["account"],
        marker=row["marker"],
    )
