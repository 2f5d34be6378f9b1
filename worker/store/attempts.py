"""Attempts: mutating calls, written down before they are made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, union, update

from jobs.model import Attempt, Kind, Outcome, Run
from worker.store.prepared import Prepared
from worker.store.reading import Row, read
from worker.store.tables import attempts

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


def save(connection: Connection, run: Run, changed: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """Write the attempts; return the run's attempts with them among them, ids and all.

    Raises:
        LookupError: one has an id that no attempt of this run has.
    """
    _update(connection, run, [each for each in changed if each.id is not None])
    known = run.attempts
    for each in changed:
        stored = each if each.id is not None else _inserted(connection, run, each)
        known = _with(known, each, stored)
    return known


def _update(connection: Connection, run: Run, known: Sequence[Attempt]) -> None:
    if not known:
        return
    rows = [{"of_id": each.id, "of_run": run.id, **_values(each)} for each in known]
    if _UPDATE.execute_many(connection, rows).rowcount < len(known):
        raise LookupError(f"{run.id} has no attempt {', '.join(str(each.id) for each in known)}")


def _inserted(connection: Connection, run: Run, attempt: Attempt) -> Attempt:
    values = {"run_id": run.id, "room_key": run.room.key, **_values(attempt)}
    return replace(attempt, id=_INSERT.execute(connection, values).scalar_one())


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
