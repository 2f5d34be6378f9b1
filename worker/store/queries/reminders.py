"""Messages to hosts: written down before they are sent, each once, and what came of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from jobs.reminders import Delivery, Reminder
from jobs.run.lifecycle import State
from worker.store.duties import ToNotify
from worker.store.engine.columns import UTCDateTime
from worker.store.engine.reading import Row, legible
from worker.store.engine.writing import insert_or_leave
from worker.store.queries.leases import hold
from worker.store.records import Fence
from worker.store.schema.conditions import PREPARED
from worker.store.schema.tables import broadcasts, reminders, rooms, runs

_HEARD_OF_FOR = timedelta(days=1)
"""So long after the start that a host was told of, they may still be told that it is called off."""

_OF_RUN = select(reminders).where(reminders.c.run_id == bindparam("run_id")).order_by(reminders.c.id)
_RUNS = (
    select(runs.c.id, rooms.c.account, runs.c.version, broadcasts.c.version.label("row_version"))
    .select_from(runs)
    .join(broadcasts, broadcasts.c.id == runs.c.id)
    .join(rooms, rooms.c.key == runs.c.room_key)
)
_PREPARED = _RUNS.where(PREPARED, broadcasts.c.notify != "{}")
_TOLD = select(reminders.c.run_id).where(reminders.c.starts_at > bindparam("since", type_=UTCDateTime))
_CALLED_OFF = _RUNS.where(runs.c.state.in_([State.STOPPING, State.CANCELLED]), runs.c.id.in_(_TOLD))
_KEY = tuple(reminders.c[name] == bindparam(f"of_{name}") for name in ("run_id", "host_id", "round", "what"))
_AGAIN = update(reminders).where(
    *_KEY, reminders.c.outcome == Delivery.FAILED.value, reminders.c.tries == bindparam("before_tries")
)
_SETTLE = update(reminders).where(
    *_KEY,
    reminders.c.tries == bindparam("of_tries"),
    reminders.c.outcome.in_([Delivery.SENDING.value, Delivery.UNKNOWN.value]),
)


def to_notify(connection: Connection, now: datetime) -> list[ToNotify]:
    """Return the runs that people can be let into and whose hosts are told, and those that are called off."""
    found = [
        *connection.execute(_PREPARED),
        *connection.execute(_CALLED_OFF, {"since": now - _HEARD_OF_FOR}),
    ]
    return [ToNotify(row.id, row.account, (row.version, row.row_version)) for row in found]


def of_run(connection: Connection, run_id: str) -> list[Reminder]:
    """Return every message of one run, oldest first."""
    return legible(reminders, connection.execute(_OF_RUN, {"run_id": run_id}).mappings(), _reminder)


def begin(connection: Connection, run_id: str, reminder: Reminder, fence: Fence) -> bool:
    """Write that it is being sent: for the first time, or again after a try that certainly failed.

    Raises:
        Undo: the term is over in whose name this is.
    """
    hold(connection, fence, otherwise=False)
    values = _values(run_id, reminder)
    if insert_or_leave(connection, reminders, values):
        return True
    which = {**_key(run_id, reminder), "before_tries": reminder.tries - 1}
    return connection.execute(_AGAIN.values(**values), which).rowcount > 0


def settle(connection: Connection, run_id: str, reminder: Reminder) -> None:
    """Write what came of this try, unless that is known."""
    said = {"outcome": reminder.outcome.value, "detail": reminder.detail}
    connection.execute(_SETTLE.values(**said), {**_key(run_id, reminder), "of_tries": reminder.tries})


def _key(run_id: str, reminder: Reminder) -> Mapping[str, Any]:
    return {
        "of_run_id": run_id,
        "of_host_id": reminder.host,
        "of_round": reminder.round,
        "of_what": reminder.what,
    }


def _values(run_id: str, reminder: Reminder) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "host_id": reminder.host,
        "name": reminder.name,
        "round": reminder.round,
        "what": reminder.what,
        "starts_at": reminder.starts_at,
        "tried_at": reminder.at,
        "tries": reminder.tries,
        "outcome": reminder.outcome.value,
        "detail": reminder.detail,
    }


def _reminder(row: Row) -> Reminder:
    return Reminder(
        host=row["host_id"],
        name=row["name"],
        round=row["round"],
        what=row["what"],
        starts_at=row["starts_at"],
        outcome=Delivery(row["outcome"]),
        at=row["tried_at"],
        tries=row["tries"],
        detail=row["detail"],
    )
