"""Leases as rows: who runs which quota group, in which term, and until when by the database's clock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Text, bindparam, exists, null, or_, select, update

from worker.store.engine.instant import now_and
from worker.store.engine.reading import sound
from worker.store.engine.writing import Undo, inserting
from worker.store.records import Fence
from worker.store.schema.tables import leases, workers
from worker.store.standings import SILENT_AFTER, LeaseRecord, Standings

_IS_TERM = (leases.c.quota_group == bindparam("of_group", type_=Text), leases.c.term == bindparam("of_term"))
_TERM = select(leases.c.term).where(*_IS_TERM)
LASTS = or_(bindparam("of_group", type_=Text).is_(None), exists().where(*_IS_TERM))
"""That the term which `named` names is the group's, read by the statement that writes in its name.

The row is not locked, or a write that hangs would hang the renewal too. A lease that is taken between this
statement and the commit is no harm: whoever took it is told by the versions that the run was written.
"""
_ALL = select(leases).order_by(leases.c.quota_group)
_NOW = select(now_and(0))
_SILENT_SINCE = select(now_and(-SILENT_AFTER.total_seconds())).scalar_subquery()
"""As a query of its own it is asked once, not for each row."""
_WORKERS = select(workers.c.id).where(workers.c.left_at.is_(None), workers.c.seen_at > _SILENT_SINCE)
_OURS = (
    leases.c.quota_group == bindparam("of_group"),
    leases.c.term == bindparam("of_term"),
    leases.c.holder == bindparam("of_holder"),
)
_RENEW = update(leases).where(*_OURS, leases.c.expires_at > now_and(0))
_RESIGN = update(leases).where(*_OURS).values(expires_at=null())


def hold(connection: Connection, fence: Fence | None, *, otherwise: Any) -> None:
    """Go on only while the term lasts in whose name this is done.

    Raises:
        Undo: it is over; `otherwise` is what the work comes to.
    """
    if not lasts(connection, fence):
        raise Undo(otherwise)


def lasts(connection: Connection, fence: Fence | None) -> bool:
    """Whether the term is still the group's in whose name something is done."""
    if fence is None:
        return True
    return connection.execute(_TERM, named(fence)).first() is not None


def named(fence: Fence | None) -> dict[str, Any]:
    """Return the values that `LASTS` asks for."""
    if fence is None:
        return {"of_group": None, "of_term": None}
    return {"of_group": fence.quota_group, "of_term": fence.term}


def standings(connection: Connection) -> Standings:
    """Return who holds what, and who is there."""
    now = connection.execute(_NOW).scalar_one()
    terms = tuple(
        LeaseRecord(row["quota_group"], row["holder"], row["term"], sound(row["expires_at"]))
        for row in connection.execute(_ALL).mappings()
    )
    return Standings(now, terms, frozenset(connection.execute(_WORKERS).scalars()))


def take(connection: Connection, group: str, holder: str, seconds: float) -> int | None:
    """Take the group for so long if nobody holds it; return the new term, or None."""
    statement = inserting(connection, leases).values(
        quota_group=group, holder=holder, term=1, expires_at=now_and(seconds)
    )
    taken = statement.on_conflict_do_update(
        index_elements=[leases.c.quota_group],
        set_={
            "holder": statement.excluded.holder,
            "term": leases.c.term + 1,
            "expires_at": statement.excluded.expires_at,
        },
        where=or_(leases.c.expires_at.is_(None), leases.c.expires_at <= now_and(0)),
    )
    found = connection.execute(taken.returning(leases.c.term)).scalar()
    return int(found) if found is not None else None


def renew(connection: Connection, terms: Mapping[str, int], holder: str, seconds: float) -> frozenset[str]:
    """Let the holder's terms go on for so long from now; return the groups where that was still possible."""
    statement = _RENEW.values(expires_at=now_and(seconds))
    return frozenset(
        group
        for group, term in sorted(terms.items())
        if connection.execute(statement, _which(group, term, holder)).rowcount
    )


def resign(connection: Connection, terms: Mapping[str, int], holder: str) -> None:
    """Free the groups whose term is still the holder's."""
    for group, term in sorted(terms.items()):
        connection.execute(_RESIGN, _which(group, term, holder))


def _which(group: str, term: int, holder: str) -> dict[str, Any]:
    return {"of_group": group, "of_term": term, "of_holder": holder}
