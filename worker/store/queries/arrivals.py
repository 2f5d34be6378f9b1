"""New rows taken up by the hundred: the same as one by one, in a few statements."""

from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from worker.store.engine.driver_errors import told
from worker.store.engine.lanes import Lane
from worker.store.engine.reading import LOGGED
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.queries import journal, rooms, runs
from worker.store.queries.bulk import delete_many, insert_many_or_leave, lockable, there
from worker.store.queries.leases import lasts
from worker.store.records import Arrival, Taken
from worker.store.schema.tables import broadcasts, unheeded
from worker.store.schema.tables import journal as journal_table
from worker.store.schema.tables import rooms as rooms_table
from worker.store.schema.tables import runs as runs_table

AT_ONCE = 1250
"""Rows in one transaction: it takes 0.2 s or so, far below the patience of whoever waits for it."""


log = structlog.get_logger(__name__)


class ContestedError(Exception):
    """Somebody else takes up the same rows just now."""


async def take_up_many(lane: Lane, arrivals: Sequence[Arrival]) -> list[Taken]:
    """Take them up, a part at a time; tell of each whether it was.

    Raises:
        StoreUnavailableError: the database did not answer; a part of them may be taken up.
    """
    done: list[Taken] = []
    for start in range(0, len(arrivals), AT_ONCE):
        done += await _take_up_part(lane, arrivals[start : start + AT_ONCE])
    return done


async def _take_up_part(lane: Lane, part: Sequence[Arrival]) -> list[Taken]:
    """In one transaction; if that fails for one of them, one by one."""
    try:
        return await lane.call(partial(take_up, arrivals=part))
    except Exception as error:
        if isinstance(error, StoreUnavailableError) and not isinstance(error, LockedError):
            raise
        log.info("taken_up_one_by_one", reason=type(error).__name__)
    verdicts = [await _taken_up_alone(lane, each) for each in part]
    failed = [
        (each.run.id, told(was))
        for each, was in zip(part, verdicts, strict=True)
        if isinstance(was, Exception)
    ]
    for run_id, reason in failed[:LOGGED]:
        log.error("not_taken_up", run=run_id, reason=reason)
    if len(failed) > LOGGED:
        log.error("not_taken_up_either", others=len(failed) - LOGGED)
    return [Taken.NO if isinstance(was, Exception) else was for was in verdicts]


async def _taken_up_alone(lane: Lane, each: Arrival) -> Taken | Exception:
    try:
        return Taken(await lane.call(partial(runs.take_up, what=each)))
    except LockedError as error:
        log.info("not_taken_up_yet", run=each.run.id, reason=told(error))
        return Taken.LOCKED
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        return error


def take_up(connection: Connection, arrivals: Sequence[Arrival]) -> list[Taken]:
    """Write the runs of those that have none yet, and their rooms; tell of each whether it was done.

    What is done in the name of a term that is over is not, nor what another session's lock is in the way of.

    Raises:
        ContestedError: another worker took one up meanwhile.
    """
    known = there(connection, runs_table.c.id, [each.run.id for each in arrivals])
    lasting = {fence for fence in {each.fence for each in arrivals} if lasts(connection, fence)}
    fresh = {
        each.run.id: each for each in reversed(arrivals) if each.run.id not in known and each.fence in lasting
    }
    free = _free(connection, list(fresh.values()))
    _write(connection, free)
    became = dict.fromkeys(fresh, Taken.LOCKED) | {each.run.id: Taken.YES for each in free}
    return [became.pop(each.run.id) if _is_first(each, fresh, became) else Taken.NO for each in arrivals]


def _is_first(each: Arrival, fresh: Mapping[str, Arrival], became: Mapping[str, Taken]) -> bool:
    """Whether it is the one of its run that was written, and has not been told of."""
    return each.run.id in became and fresh[each.run.id] is each


def _free(connection: Connection, fresh: Sequence[Arrival]) -> list[Arrival]:
    """Leave out those whose row, or the room that they are to share, somebody else holds locked."""
    if not fresh:
        return []
    rows = lockable(connection, broadcasts.c.id, [each.run.id for each in fresh])
    keys = there(connection, rooms_table.c.key, [each.run.room.key for each in fresh])
    held = keys - lockable(connection, rooms_table.c.key, sorted(keys)) if keys else set()
    return [each for each in fresh if each.run.id in rows and each.run.room.key not in held]


def _write(connection: Connection, fresh: Sequence[Arrival]) -> None:
    if not fresh:
        return
    made = {each.run.room.key: rooms.first_values(each.run.room) for each in fresh}
    insert_many_or_leave(connection, rooms_table, list(made.values()))
    taken = [runs.first_values(each.run, each.accepted) for each in fresh]
    if insert_many_or_leave(connection, runs_table, taken) < len(fresh):
        raise ContestedError
    insert_many_or_leave(
        connection, journal_table, [journal.values(each.run.id, each.note) for each in fresh]
    )
    seen = [{"broadcast_id": each.run.id, "version": each.version} for each in fresh]
    delete_many(connection, unheeded, seen)
