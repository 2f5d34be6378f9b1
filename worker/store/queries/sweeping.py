"""What the sweep asks of the store: the rooms behind the meetings that it found."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, bindparam, select

from jobs.run.lifecycle import State
from jobs.sweep import Kept, Use
from worker.store.queries import journal
from worker.store.records import Note
from worker.store.schema.conditions import STILL_TO_DO
from worker.store.schema.tables import rooms, runs

_AT_ONCE = 400
"""Values in one statement; SQLite takes some thousands at most."""
_ROOMS = select(rooms.c.key, rooms.c.marker, rooms.c.meeting_id)
_USES = select(runs.c.id, runs.c.state, runs.c.starts_at).where(runs.c.room_key == bindparam("key"))
_IN_USE = _USES.where(STILL_TO_DO).order_by(runs.c.starts_at.nulls_first(), runs.c.id)
_LAST = (
    _USES.where(runs.c.starts_at.is_not(None)).order_by(runs.c.starts_at.desc(), runs.c.id.desc()).limit(1)
)
_STATES = frozenset(State)


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
    """Return the runs that use the room: those that are over are left out, but for the last of all."""
    rows = [*connection.execute(_IN_USE, {"key": key}), *connection.execute(_LAST, {"key": key})]
    found = {row.id: row.state for row in rows}
    return tuple(Use(id_, State(state), marker) for id_, state in found.items() if state in _STATES)


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
