"""Runs: taken up, loaded whole, and saved on the version they were decided on."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, bindparam, or_, select, update

from jobs.model import Attempt, Broadcast, Room, Run
from jobs.run.go_live import doors_at
from jobs.run.lifecycle import OVER, State, moved_to
from worker.store.engine.prepared import Prepared
from worker.store.engine.reading import Row, read, sound
from worker.store.engine.writing import Undo, insert_or_leave
from worker.store.queries import attempts, documents, inbox, journal, rooms
from worker.store.queries.leases import LASTS, hold, named
from worker.store.records import Arrival, Glance, Record, Save, Saved, Stale
from worker.store.schema.conditions import STILL_TO_DO
from worker.store.schema.tables import rooms as rooms_table
from worker.store.schema.tables import runs

_RUN = select(runs).where(runs.c.id == bindparam("id"))
_WRITTEN = (
    "state",
    "entered_at",
    "version",
    "why",
    "room_key",
    "round_at",
    "stop_asked_at",
    "live_at",
    "playback_url",
    "off_wanted_at",
    "closed_at",
    "off_at",
    "looked_back_at",
)
_AS_DECIDED_ON = update(runs).where(
    runs.c.id == bindparam("of_id"), runs.c.version == bindparam("before_version"), LASTS
)
_UPDATE = Prepared(_AS_DECIDED_ON, *_WRITTEN)
_UPDATE_ACCEPTED = Prepared(_AS_DECIDED_ON, *_WRITTEN, "accepted", "starts_at", "ends_at", "planned_end")
_GLANCE = (
    select(
        runs.c.id,
        runs.c.state,
        runs.c.starts_at,
        runs.c.ends_at,
        runs.c.accepted,
        rooms_table.c.account,
        rooms_table.c.marker,
    )
    .join(rooms_table, rooms_table.c.key == runs.c.room_key)
    .where(STILL_TO_DO)
)
_NEAR = _GLANCE.where(or_(runs.c.starts_at <= bindparam("until"), runs.c.starts_at.is_(None))).order_by(
    runs.c.starts_at.nulls_first()
)
_AFTER = _GLANCE.where(runs.c.id > bindparam("after")).order_by(runs.c.id).limit(bindparam("most"))
_PREPARE = re.compile(r'"prepare":"([^"]+)"')
_TURN = (
    select(runs.c.id)
    .where(runs.c.room_key == bindparam("key"), runs.c.state.not_in([*OVER, State.REJECTED]))
    .where(STILL_TO_DO)  # It is: so that those that are over are not read.
    .order_by(runs.c.starts_at.nulls_first(), runs.c.id)
    .limit(1)
)
_NEXT = (
    select(runs.c.id, runs.c.accepted)
    .where(runs.c.room_key == bindparam("key"), runs.c.id != bindparam("but"), runs.c.state.not_in(OVER))
    .where(STILL_TO_DO, runs.c.starts_at.is_not(None))
    .order_by(runs.c.starts_at)
    .limit(1)
)
_STATES = frozenset(State)


def load(connection: Connection, run_id: str) -> Record | None:
    """Return everything recorded of the run; None if there is none.

    Raises:
        GarbledRowError: a row of it cannot be read.
    """
    row = connection.execute(_RUN, {"id": run_id}).mappings().first()
    wanted = inbox.wanted(connection, run_id) if row else None
    if row is None or wanted is None:
        return None
    room = rooms.load(connection, row["room_key"])
    if room.key != run_id:
        turn_of = connection.execute(_TURN, {"key": room.key}).scalar()
        room = replace(room, turn_of=turn_of, needed_at=_needed_at(connection, room.key, run_id))
    run = read(runs, row, lambda row: _run(row, room))
    made = attempts.of_round(connection, run.id, room.key, run.round_at)
    return Record(replace(run, attempts=made), read(runs, row, accepted), *wanted)


def unfinished(connection: Connection, until: datetime) -> list[Glance]:
    """Return the runs that are not over and looked back at and start by then, earliest start first."""
    return [_glance(row) for row in connection.execute(_NEAR, {"until": until}).mappings()]


def unfinished_after(connection: Connection, after: str, most: int) -> list[Glance]:
    """Return so many of the runs that are not over and looked back at, by their ids after that one."""
    return [_glance(row) for row in connection.execute(_AFTER, {"after": after, "most": most}).mappings()]


def take_up(connection: Connection, what: Arrival) -> bool:
    """Write a new run, and its room unless one with its key is there.

    Raises:
        Undo: the broadcast has a run already, or the term is over in whose name this is.
    """
    hold(connection, what.fence, otherwise=False)
    run = what.run
    rooms.take(connection, run.room)
    if not insert_or_leave(connection, runs, first_values(run, what.accepted)):
        raise Undo(verdict=False)
    journal.write(connection, run.id, [what.note])
    inbox.heed(connection, run.id, what.version)
    return True


def save(connection: Connection, saves: Sequence[Save]) -> list[Saved | Stale]:
    """Write changes, each of another run: all of them, in as many statements as one takes.

    Raises:
        Undo: a run or its room changed meanwhile, or the term is over in whose name this is.
        IllegalMoveError: the table of moves does not know one of the moves.
        LookupError: an attempt to be updated is not there.
    """
    for each in saves:
        _check_moves(each)
    used = rooms.save(connection, saves)
    _update(connection, saves)
    made = attempts.save(connection, saves)
    journal.write_all(connection, [(each.after.id, note) for each in saves for note in each.notes])
    heeded = [_heed(connection, each) for each in saves]
    written = [_written(*each) for each in zip(saves, used, made, strict=True)]
    return [Saved(*each) for each in zip(written, heeded, strict=True)]


def _heed(connection: Connection, save: Save) -> bool:
    return save.heeded is None or inbox.heed(connection, save.after.id, save.heeded)


def first_values(run: Run, accepted: Broadcast | None) -> dict[str, Any]:
    """Return the columns of a run that is taken up."""
    return {"id": run.id, "version": run.version, **_values(run), **_window(accepted)}


def accepted(row: Row) -> Broadcast | None:
    """Return what was accepted last.

    Raises:
        ValueError: the column holds something else.
    """
    return documents.decode(row["accepted"]) if row["accepted"] else None


def _needed_at(connection: Connection, key: str, run_id: str) -> datetime | None:
    """Return from when on another run needs the room: the first to start of those that are not over."""
    row = connection.execute(_NEXT, {"key": key, "but": run_id}).mappings().first()
    other = read(runs, row, accepted) if row else None
    return doors_at(other) if other else None


def state(row: Row) -> State | None:
    """Return the state; None if there is no such state."""
    return State(row["state"]) if row["state"] in _STATES else None


def _check_moves(save: Save) -> None:
    """Refuse a step that the table of moves does not know."""
    if save.through or save.after.state is not save.before.state:
        for before, after in pairwise((save.before.state, *save.through, save.after.state)):
            moved_to(before, after)


def _update(connection: Connection, saves: Sequence[Save]) -> None:
    plain = [_changed(each) for each in saves if each.accepted is None]
    accepting = [{**_changed(each), **_window(each.accepted)} for each in saves if each.accepted is not None]
    for statement, rows in ((_UPDATE, plain), (_UPDATE_ACCEPTED, accepting)):
        if rows and statement.execute_many(connection, rows).rowcount < len(rows):
            raise Undo(Stale())


def _changed(save: Save) -> dict[str, Any]:
    before = save.before
    which = {"of_id": before.id, "before_version": before.version, **named(save.fence)}
    return {**which, **_values(save.after), "version": before.version + 1}


def _written(save: Save, room: Room, made: tuple[Attempt, ...]) -> Run:
    """Return the run as it is recorded now."""
    return replace(save.after, version=save.before.version + 1, room=room, attempts=made)


def _values(run: Run) -> dict[str, Any]:
    return {
        "state": run.state.value,
        "entered_at": run.entered_at,
        "why": run.why,
        "room_key": run.room.key,
        "round_at": run.round_at,
        "stop_asked_at": run.stop_asked_at,
        "live_at": run.live_at,
        "playback_url": run.playback_url,
        "off_wanted_at": run.off_wanted_at,
        "closed_at": run.closed_at,
        "off_at": run.off_at,
        "looked_back_at": run.looked_back_at,
    }


def _window(accepted: Broadcast | None) -> dict[str, Any]:
    if accepted is None:
        return {"accepted": None, "starts_at": None, "ends_at": None, "planned_end": None}
    window = accepted.window
    return {
        "accepted": documents.encode(accepted),
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "planned_end": accepted.planned_end,
    }


def _run(row: Row, room: Room) -> Run:
    return Run(
        id=row["id"],
        state=State(row["state"]),
        room=room,
        entered_at=row["entered_at"],
        version=row["version"],
        why=row["why"],
        round_at=row["round_at"],
        stop_asked_at=row["stop_asked_at"],
        live_at=row["live_at"],
        playback_url=row["playback_url"],
        off_wanted_at=row["off_wanted_at"],
        closed_at=row["closed_at"],
        off_at=row["off_at"],
        looked_back_at=row["looked_back_at"],
    )


def _glance(row: Row) -> Glance:
    starts_at = sound(row["starts_at"])
    return Glance(
        run_id=row["id"],
        marker=row["marker"],
        account=row["account"],
        state=state(row),
        starts_at=starts_at,
        ends_at=sound(row["ends_at"]),
        due_at=_due_at(row, starts_at) if row["state"] == State.PLANNED else None,
    )


def _due_at(row: Row, starts_at: datetime | None) -> datetime | None:
    """Return when a meeting is due, as the accepted broadcast says; reading it whole would cost ten times."""
    said = _PREPARE.search(row["accepted"] or "")
    prepare = _duration(said[1]) if said else None
    return starts_at - prepare if starts_at and prepare is not None else None


@lru_cache(maxsize=256)
def _duration(text: str) -> timedelta | None:
    """Read an ISO 8601 duration; None: it is none."""
    try:
        return _DURATION.validate_strings(text)
    except ValidationError:
        return None


_DURATION = TypeAdapter(timedelta)
