"""Broadcasts of a list: all of them written, or none."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from jobs.model import Broadcast
from worker.store.engine.writing import Undo
from worker.store.queries import rows
from worker.store.queries.bulk import among, insert_many_or_leave, update_many
from worker.store.queries.sources import OPERATOR
from worker.store.schema.tables import broadcasts

_SAID = (
    "title",
    "starts_at",
    "ends_at",
    "account",
    "go_live",
    "room",
    "doors",
    "prepare",
    "live_within",
    "late_start",
    "overrun",
    "end_session",
    "keep_recording",
)
"""The columns that a list can say something of."""


def write(
    connection: Connection, inserts: Sequence[Broadcast], updates: Sequence[tuple[Broadcast, int]]
) -> tuple[str, ...]:
    """Insert an operator's broadcasts, and update those that are still of the version they were read in.

    Returns the ids that were changed or taken meanwhile; if there is one, nothing is written.
    """
    expected = {**{each.id: None for each in inserts}, **{each.id: version for each, version in updates}}
    if stale := _stale(connection, expected):
        return stale
    if inserts and insert_many_or_leave(connection, broadcasts, _values(inserts)) < len(inserts):
        raise Undo(tuple(each.id for each in inserts))
    if updates:
        update_many(connection, broadcasts, [rows.columns(each) for each, _ in updates], _SAID)
    return ()


def _stale(connection: Connection, expected: dict[str, int | None]) -> tuple[str, ...]:
    """Return those whose version is another by now, and keep the rest as they are until this is committed."""
    wanted = among(connection, broadcasts.c.id, sorted(expected))
    found = select(broadcasts.c.id, broadcasts.c.version).where(wanted).with_for_update(key_share=True)
    versions = {row.id: row.version for row in connection.execute(found)}
    return tuple(id_ for id_, version in expected.items() if versions.get(id_) != version)


def _values(inserts: Sequence[Broadcast]) -> list[dict[str, object]]:
    return [{**rows.columns(each), "source": OPERATOR} for each in inserts]
