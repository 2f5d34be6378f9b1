"""What the sweep asks of the store: the rooms behind the meetings that it found."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from jobs.lifecycle import State
from jobs.sweep import Kept, Use
from worker.store import journal
from worker.store.records import Note
from worker.store.tables import rooms, runs

_AT_ONCE = 400
"""Values in one statement; SQLite takes some thousands at most."""
_ROOMS = select(rooms.c.key, rooms.c.marker, rooms.c.meeting_id)


def behind(connection: Connection, meeting_ids: Collection[str], markers: Collection[str]) -> list[Kept]:
    """Return the rooms that adopted one of these meetings, or have one of these markers."""
    asked = [(rooms.c.meeting_id, meeting_ids), (rooms.c.marker, markers)]
    found = {}
    for column, values in asked:
        for part in _parts(values):
            rows = connection.execute(_ROOMS.where(column.in_(part)))
            found.update(
                {
                    row.key: Kept(row.marker, row.meeting_id, _uses(connection, row.key, row.marker))
                    for row in rows
                }
            )
    return list(found.values())


def note(connection: Connection, run_id: str, what: Note) -> None:
    """Write a row of a run's journal that goes with no change of it."""
    journal.write(connection, run_id, [what])


def _uses(connection: Connection, key: str, marker: str) -> tuple[Use, ...]:
    statement = select(runs.c.id, runs.c.state).where(runs.c.room_key == key)
    statement = statement.order_by(runs.c.starts_at.nulls_first())
    known = frozenset(State)
    found = connection.execute(statement)
    return tuple(Use(row.id, State(row.state), marker) for row in found if row.state in known)


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
