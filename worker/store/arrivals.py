"""New rows taken up by the hundred: the same as one by one, in a few statements."""

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from worker.store import journal, rooms, runs
from worker.store.blame import told
from worker.store.errors import StoreUnavailableError
from worker.store.lanes import Lane
from worker.store.leases import lasts
from worker.store.many import delete_many, insert_many_or_leave, there
from worker.store.records import Arrival
from worker.store.tables import journal as journal_table
from worker.store.tables import rooms as rooms_table
from worker.store.tables import runs as runs_table
from worker.store.tables import unheeded

AT_ONCE = 1250
"""Rows in one transaction: it takes 0.2 s or so, far below the patience of whoever waits for it."""


log = structlog.get_logger(__name__)


class ContestedError(Exception):
    """Somebody else takes up the same rows just now."""


async def take_up_many(lane: Lane, arrivals: Sequence[Arrival]) -> list[bool]:
    """Take them up, a part at a time; tell of each whether it was.

    Raises:
        StoreUnavailableError: the database did not answer; a part of them may be taken up.
    """
    done: list[bool] = []
    for start in range(0, len(arrivals), AT_ONCE):
        done += await _take_up_part(lane, arrivals[start : start + AT_ONCE])
    return done


async def _take_up_part(lane: Lane, part: Sequence[Arrival]) -> list[bool]:
    """In one transaction; if that fails for one of them, one by one."""
    try:
        return await lane.call(partial(take_up, arrivals=part))
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one row's: the others are taken up
        log.info("taken_up_one_by_one", reason=type(error).__name__)
    return [await _take_up_alone(lane, each) for each in part]


async def _take_up_alone(lane: Lane, each: Arrival) -> bool:
    try:
        return await lane.call(partial(runs.take_up, what=each))
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        log.error("not_taken_up", run=each.run.id, reason=told(error))  # noqa: TRY400 - the rows are many
        return False


def take_up(connection: Connection, arrivals: Sequence[Arrival]) -> list[bool]:
    """Write the runs of those that have none yet, and their rooms; tell of each whether it was done.

    What is done in the name of a term that is over is not.

    Raises:
        ContestedError: another worker took one up meanwhile.
    """
    known = there(connection, runs_table.c.id, [each.run.id for each in arrivals])
    lasting = {fence for fence in {each.fence for each in arrivals} if lasts(connection, fence)}
    fresh = {
        each.run.id: each for each in reversed(arrivals) if each.run.id not in known and each.fence in lasting
    }
    _write(connection, list(fresh.values()))
    return [fresh.pop(each.run.id, None) is each for each in arrivals]


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
