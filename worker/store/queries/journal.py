"""The journal: when, who, from, to, why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, insert, select

from worker.store.engine.prepared import Prepared
from worker.store.engine.reading import Row, legible
from worker.store.queries.bulk import among
from worker.store.records import Event, Note
from worker.store.schema.tables import journal

ORDER = "order"
"""The kind of a row that says who changed what is wanted."""
BY_HAND = "alert"
"""That of a row that says who resolved an alert, and why."""
_OF_RUN = select(journal).where(journal.c.run_id == bindparam("run_id")).order_by(journal.c.id)
_FOLLOWING = (
    select(journal)
    .where(journal.c.id > bindparam("after"))
    .order_by(journal.c.id)
    .limit(bindparam("most", type_=Integer))
)
_ORDERS = (
    select(journal)
    .where(journal.c.at >= bindparam("since"), journal.c.kind.in_((ORDER, BY_HAND)))
    .order_by(journal.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_LAST = select(func.max(journal.c.id))
_INSERT = Prepared(insert(journal).inline(), "run_id", "at", "kind", "who", "before", "after", "why")


def write(connection: Connection, run_id: str, notes: Sequence[Note]) -> None:
    """Add rows."""
    write_all(connection, [(run_id, note) for note in notes])


def write_all(connection: Connection, notes: Sequence[tuple[str, Note]]) -> None:
    """Add rows, each with the id of its run."""
    if notes:
        _INSERT.execute_many(connection, [values(*each) for each in notes])


def of_run(connection: Connection, run_id: str) -> list[Note]:
    """Return the rows of one run, oldest first."""
    rows = connection.execute(_OF_RUN, {"run_id": run_id}).mappings()
    return legible(journal, rows, _note)


def following(connection: Connection, after: int, most: int, settled: datetime) -> list[Event]:
    """Return so many rows at most with greater numbers than this, in their order.

    A number is given before its row is committed, so that a greater one may be there first: where one is
    missing, nothing is returned beyond it that is not older than `settled`, by when it would be there.
    """
    rows = connection.execute(_FOLLOWING, {"after": after, "most": most}).mappings()
    found, last = list[Event](), after
    for each in legible(journal, rows, _event):
        if each.seq != last + 1 and each.at > settled:
            break
        found.append(each)
        last = each.seq
    return found


def orders(connection: Connection, since: datetime, most: int) -> list[Event]:
    """Return the rows since then that say what somebody changed, newest first: so many at most."""
    rows = connection.execute(_ORDERS, {"since": since, "most": most}).mappings()
    return legible(journal, rows, _event)


def last(connection: Connection) -> int:
    """Return the greatest number there is; 0: there is no row."""
    return int(connection.execute(_LAST).scalar() or 0)


def _event(row: Row) -> Event:
    note = _note(row)
    return Event(
        seq=row["id"],
        broadcast_id=row["run_id"],
        at=note.at,
        kind=note.kind,
        who=note.who,
        before=note.before,
        after=note.after,
        why=note.why,
    )


def of_runs(connection: Connection, ids: Sequence[str], kinds: Sequence[str]) -> dict[str, list[Note]]:
    """Return those rows of these runs that are of these kinds, oldest first, by the runs' ids."""
    wanted = select(journal).where(among(connection, journal.c.run_id, ids), journal.c.kind.in_(kinds))
    found: dict[str, list[Note]] = {}
    for each in legible(journal, connection.execute(wanted.order_by(journal.c.id)).mappings(), _event):
        note = Note(
            at=each.at, kind=each.kind, who=each.who, before=each.before, after=each.after, why=each.why
        )
        found.setdefault(each.broadcast_id, []).append(note)
    return found


def values(run_id: str, note: Note) -> dict[str, object]:
    """Return the columns of a row."""
    return {
        "run_id": run_id,
        "at": note.at,
        "kind": note.kind,
        "who": note.who,
        "before": note.before,
        "after": note.after,
        "why": note.why,
    }


def _note(row: Row) -> Note:
    return Note(
        at=row["at"],
        kind=row["kind"],
        who=row["who"],
        before=row["before"],
        after=row["after"],
        why=row["why"],
    )
