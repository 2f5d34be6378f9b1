"""A copied database becomes an installation of its own: nothing of what the original made is known any more.

A worker stops what it has adopted, and what bears its tag. So a copy gets another tag, and every meeting in
it is forgotten: of what is over, too, for the sweep would stop a show that goes on in such a room. What is
still to come is taken up anew, as if it had just been added. What is under way is the original's to finish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    TextClause,
    and_,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)

from jobs.run.lifecycle import HOLDING, OVER, State
from worker.store.engine.writing import inserting
from worker.store.queries import journal
from worker.store.queries.broadcasts import change
from worker.store.queries.workers import change_tag, kept_tag
from worker.store.records import Note
from worker.store.schema.conditions import UNANSWERED, UNRESOLVED
from worker.store.schema.tables import (
    alerts,
    attempts,
    broadcasts,
    hosts,
    requests,
    rooms,
    runs,
    unheeded,
    workers,
)

_BESIDE = broadcasts.outerjoin(runs, runs.c.id == broadcasts.c.id)
_GOES_ON = "this is a copy: the original continues it, and here it is cancelled"
_ANEW = "this is a copy: here it gets a new meeting"


@dataclass(frozen=True, slots=True)
class Effects:
    """What it comes to that a database is adopted as a copy."""

    was: str | None
    """The original's tag; None: no worker ever ran on it."""
    under_way: Sequence[str]
    """The broadcasts that are cancelled here, because they have begun and are not over."""
    to_come: int
    """So many broadcasts are prepared anew."""
    meetings: int
    """So many meetings are the original's, and are forgotten."""
    requests: int
    """So many requests wait for a worker, and are refused."""
    alerts: int
    """So many alerts are open, and are closed."""


def effects(connection: Connection, now: datetime) -> Effects:
    """Return what `as_copy` would do now."""
    left = _count(connection, runs, runs.c.state.not_in(OVER))
    return Effects(
        was=kept_tag(connection),
        under_way=_under_way(connection, now),
        to_come=left - _count(connection, _BESIDE, _taken_up(now)),
        meetings=_count(connection, rooms, rooms.c.meeting_id.is_not(None)),
        requests=_count(connection, requests, UNANSWERED),
        alerts=_count(connection, alerts, UNRESOLVED),
    )


def as_copy(connection: Connection, tag: str, *, by: str, answer: str, now: datetime) -> None:
    """Have the database be another installation's, of this tag. `answer`: what requests get that wait."""
    for each in _under_way(connection, now):
        _call_off(connection, each, by, now)
    _begin_anew(connection, by, now)
    finished = update(runs).where(runs.c.looked_back_at.is_(None))
    connection.execute(finished.values(looked_back_at=now, version=runs.c.version + 1))
    _forget_meetings(connection, tag)
    answered = update(requests).where(UNANSWERED)
    connection.execute(answered.values(answer=answer, answered_at=now))
    connection.execute(update(alerts).where(UNRESOLVED).values(resolved_at=now))
    connection.execute(update(workers).where(workers.c.left_at.is_(None)).values(left_at=workers.c.seen_at))
    change_tag(connection, tag)


def _under_way(connection: Connection, now: datetime) -> list[str]:
    """Return what has begun and is not over, whether a worker has taken it up or not."""
    statement = select(broadcasts.c.id).select_from(_BESIDE).where(or_(_taken_up(now), _fresh(now)))
    return list(connection.execute(statement.order_by(broadcasts.c.id)).scalars())


def _taken_up(now: datetime) -> ColumnElement[bool]:
    is_on_air = runs.c.state.in_([*HOLDING, State.STOPPING])
    starts_at = func.coalesce(broadcasts.c.starts_utc, runs.c.starts_at)
    return or_(is_on_air, and_(runs.c.state.not_in(OVER), starts_at <= now))


def _fresh(now: datetime) -> ColumnElement[bool]:
    window = broadcasts.c.starts_utc <= now, broadcasts.c.ends_utc > now
    return and_(runs.c.id.is_(None), *window, broadcasts.c.cancelled.is_(false()))


def _call_off(connection: Connection, broadcast_id: str, by: str, now: datetime) -> None:
    """Have it be over here, and never begun: its meeting is not asked about."""
    change(connection, broadcast_id, {"cancelled": True})
    before = connection.execute(select(runs.c.state).where(runs.c.id == broadcast_id)).scalar()
    if before is None:
        return
    over = {"state": State.CANCELLED, "why": _GOES_ON, "entered_at": now, "looked_back_at": now}
    connection.execute(
        update(runs).where(runs.c.id == broadcast_id).values(version=runs.c.version + 1, **over)
    )
    note = Note(at=now, kind="move", who=by, before=before, after=State.CANCELLED, why=_GOES_ON)
    journal.write(connection, broadcast_id, [note])


def _begin_anew(connection: Connection, by: str, now: datetime) -> None:
    """Let go of every run that is not over, and have its broadcast taken up like one that was just added."""
    is_left = runs.c.state.not_in(OVER)
    found = connection.execute(select(runs.c.id, runs.c.state).where(is_left)).all()
    notes = [(row.id, Note(at=now, kind="move", who=by, before=row.state, why=_ANEW)) for row in found]
    journal.write_all(connection, notes)
    wanted = (
        select(broadcasts.c.id, broadcasts.c.version).join(runs, runs.c.id == broadcasts.c.id).where(is_left)
    )
    waiting = inserting(connection, unheeded).from_select(["broadcast_id", "version"], wanted)
    connection.execute(waiting.on_conflict_do_nothing())
    connection.execute(delete(runs).where(is_left))


def _forget_meetings(connection: Connection, tag: str) -> None:
    """Leave the rooms that runs are left in as if nothing had ever been made for them."""
    unused = ~exists().where(runs.c.room_key == rooms.c.key) & ~exists().where(
        attempts.c.room_key == rooms.c.key
    )
    connection.execute(delete(rooms).where(unused))
    connection.execute(delete(hosts))
    empty = dict.fromkeys(("meeting_id", "doors", "held_by", "free_since"))
    marker = literal(f" [{tag}-", Text).concat(func.substr(rooms.c.marker, len(" [iiii-") + 1))
    values = {**empty, "tenant": "", "title": "", "options": "{}", "marker": marker}
    connection.execute(update(rooms).values(version=rooms.c.version + 1, **values))


def _count(connection: Connection, table: FromClause, *which: ColumnElement[bool] | TextClause) -> int:
    statement = select(func.count()).select_from(table).where(*which)
    return int(connection.execute(statement).scalar_one())
