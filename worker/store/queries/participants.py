"""How long people were in the meetings of what was on the air; of a meeting for several it is not known."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, select

from jobs.model import RoomUse
from worker.store.duties import Awaited
from worker.store.engine.columns import UTCDateTime
from worker.store.engine.reading import sound
from worker.store.engine.writing import inserting
from worker.store.schema.tables import broadcasts, participant_minutes, rooms, runs

_OTHER = runs.alias("other")
_SINCE, _UNTIL = (bindparam(name, type_=UTCDateTime) for name in ("since", "until"))
_AWAITED = (
    select(runs.c.id, rooms.c.meeting_id, runs.c.live_at)
    .join(rooms, rooms.c.key == runs.c.room_key)
    .join(broadcasts, broadcasts.c.id == runs.c.id)
    .where(
        runs.c.looked_back_at > _SINCE,
        runs.c.looked_back_at <= _UNTIL,
        rooms.c.account == bindparam("account"),
        rooms.c.meeting_id.is_not(None),
        broadcasts.c.room == RoomUse.OWN.value,
        ~exists().where(_OTHER.c.room_key == runs.c.room_key, _OTHER.c.id != runs.c.id),
        ~exists().where(participant_minutes.c.run_id == runs.c.id),
    )
    .order_by(runs.c.id)
)
_KNOWN = select(participant_minutes.c.run_id, participant_minutes.c.seconds)


def awaited(connection: Connection, account: str, since: datetime, until: datetime) -> list[Awaited]:
    """Return what was done with between two instants, and of which it is not known."""
    found = connection.execute(_AWAITED, {"account": account, "since": since, "until": until})
    return [
        Awaited(row.id, row.meeting_id, live_at)
        for row in found
        if (live_at := sound(row.live_at)) is not None
    ]


def keep(connection: Connection, found: Mapping[str, timedelta], at: datetime) -> None:
    """Write it down by run; what is known stays as it is."""
    statement = inserting(connection, participant_minutes).on_conflict_do_nothing(index_elements=["run_id"])
    rows = [
        {"run_id": run_id, "seconds": round(time.total_seconds()), "read_at": at}
        for run_id, time in sorted(found.items())
    ]
    connection.execute(statement, rows)


def known(connection: Connection, ids: Collection[str]) -> Mapping[str, timedelta]:
    """Return it by run, as far as it is known."""
    found = connection.execute(_KNOWN.where(participant_minutes.c.run_id.in_(ids)))
    return {row.run_id: timedelta(seconds=row.seconds) for row in found}
