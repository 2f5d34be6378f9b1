"""Attempts: mutating calls, written down before they are made."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, union, update

from jobs.model import Attempt, Kind, Outcome, Run
from worker.store.engine.prepared import Prepared
from worker.store.engine.reading import Row, read
from worker.store.records import Save
from worker.store.schema.tables import attempts

_EVER = datetime(1, 1, 1, tzinfo=UTC)

_OF_ROUND = select(attempts).where(
    attempts.c.run_id == bindparam("run_id"), attempts.c.began_at >= bindparam("since")
)
_CREATES = select(attempts).where(
    attempts.c.room_key == bindparam("room_key"), attempts.c.kind == Kind.CREATE
)
_BOTH = union(_OF_ROUND, _CREATES).order_by("began_at", "id")
_WRITTEN = ("kind", "began_at", "answered_at", "outcome", "detail")
_INSERT = Prepared(insert(attempts).returning(attempts.c.id), "run_id", "room_key", *_WRITTEN)
_INSERT_MANY = insert(attempts).returning(attempts.c.id, sort_by_parameter_order=True)
_UPDATE = Prepared(
    update(attempts).where(attempts.c.id == bindparam("of_id"), attempts.c.run_id == bindparam("of_run")),
    *_WRITTEN,
)


def of_round(
    connection: Connection, run_id: str, room_key: str, since: datetime | None
) -> tuple[Attempt, ...]:
    """Return the run's attempts begun since then, and every create of its room, oldest first.

    Raises:
        GarbledRowError: one of them cannot be read.
    """
    which = {"run_id": run_id, "room_key": room_key, "since": since or _EVER}
    rows = connection.execute(_BOTH, which).mappings()
    return tuple(read(attempts, row, _attempt) for row in rows)


def save(connection: Connection, saves: Sequence[Save]) -> list[tuple[Attempt, ...]]:
    """Write the attempts; return those of each run with them among them, ids and all.

    Raises:
        LookupError: one has an id that no attempt of its run has.
    """
    made = [(each.after, attempt) for each in saves for attempt in each.attempts]
    _update(connection, [each for each in made if each[1].id is not None])
    ids = iter(_inserted(connection, [each for each in made if each[1].id is None]))
    return [_all(each, ids) for each in saves]


def _update(connection: Connection, known: Sequence[tuple[Run, Attempt]]) -> None:
    rows = [{"of_id": each.id, "of_run": run.id, **_values(each)} for run, each in known]
    if rows and _UPDATE.execute_many(connection, rows).rowcount < len(rows):
        raise LookupError("no attempt " + ", ".join(f"{each.id} of {run.id}" for run, each in known))


def _inserted(connection: Connection, fresh: Sequence[tuple[Run, Attempt]]) -> Sequence[int]:
    """Insert them; return their ids in this order."""
    rows = [{"run_id": run.id, "room_key": run.room.key, **_values(each)} for run, each in fresh]
    if len(rows) == 1:
        return [_INSERT.execute(connection, rows[0]).scalar_one()]
    return connection.execute(_INSERT_MANY, rows).scalars().all() if rows else []


def _all(save: Save, ids: Iterator[int]) -> tuple[Attempt, ...]:
    """Return the attempts of the run; those without an id take the next one."""
    known = save.after.attempts
    for each in save.attempts:
        stored = each if each.id is not None else replace(each, id=next(ids))
        known = _with(known, each, stored)
    return known


def _with(known: tuple[Attempt, ...], attempt: Attempt, stored: Attempt) -> tuple[Attempt, ...]:
    """Put what is stored in the attempt's place: the first that is equal or has its id, else the end."""
    for place, each in enumerate(known):
        if each.id == stored.id or each == attempt:
            return (*known[:place], stored, *known[place + 1 :])
    return (*known, stored)


def _values(attempt: Attempt) -> dict[str, Any]:
    return {
        "kind": attempt.kind.value,
        "began_at": attempt.began_at,
        "answered_at": attempt.answered_at,
        "outcome": attempt.outcome.value,
        "detail": attempt.detail,
    }


def _attempt(row: Row) -> Attempt:
    return Attempt(
        kind=Kind(row["kind"]),
        began_at=row["began_at"],
        answered_at=row["answered_at"],
        outcome=Outcome(row["outcome"]),
        detail=row["detail"],
        id=row["id"],
    )
