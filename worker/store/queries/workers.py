"""The processes that work, the terms of their leases, and what this installation is known by."""

import re
import secrets
import string
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from worker.store.engine.reading import Row, legible, sound
from worker.store.engine.writing import insert_or_leave, insert_or_replace
from worker.store.errors import InstallationTagError
from worker.store.schema.tables import installation, leases, workers
from worker.store.standings import LeaseRecord, Worker

_TAG = re.compile(r"[a-z0-9]{4}")
_ALPHABET = string.ascii_lowercase + string.digits

_SEEN = update(workers).where(workers.c.id == bindparam("of_id"))
_LAST = select(func.max(workers.c.seen_at))
_LEASE = select(leases).where(leases.c.quota_group == bindparam("quota_group"))
_LEASES = select(leases).order_by(leases.c.quota_group)
_KEPT_TAG = select(installation.c.value).where(installation.c.name == "tag")


def sign_in(connection: Connection, worker: Worker) -> None:
    """Write that a worker has begun."""
    values = {
        "id": worker.id,
        "host": worker.host,
        "pid": worker.pid,
        "version": worker.version,
        "started_at": worker.started_at,
        "seen_at": worker.seen_at,
        "left_at": None,
    }
    insert_or_replace(connection, workers, values)


def beat(connection: Connection, worker_id: str, at: datetime) -> None:
    """Write that a worker works."""
    connection.execute(_SEEN, {"of_id": worker_id, "seen_at": at})


def sign_out(connection: Connection, worker_id: str, at: datetime) -> None:
    """Write that a worker has left."""
    connection.execute(_SEEN, {"of_id": worker_id, "seen_at": at, "left_at": at})


def known(connection: Connection) -> list[Worker]:
    """Return the workers that are remembered, the latest to begin first."""
    statement = select(workers).order_by(workers.c.started_at.desc())
    return legible(workers, connection.execute(statement).mappings(), _worker)


def last_seen(connection: Connection) -> datetime | None:
    """Return when any worker last wrote that it works."""
    found = connection.execute(_LAST).scalar()
    return found if isinstance(found, datetime) else None


def next_term(connection: Connection, group: str, holder: str) -> int:
    """Begin a new term of the group's lease; terms only grow."""
    row = connection.execute(_LEASE, {"quota_group": group}).first()
    term: int = 1 + (row.term if row else 0)
    insert_or_replace(connection, leases, {"quota_group": group, "holder": holder, "term": term})
    return term


def terms(connection: Connection) -> list[LeaseRecord]:
    """Return who last took the lease of each quota group."""
    return [_term(row) for row in connection.execute(_LEASES).mappings() if row["term"]]


def reserved(connection: Connection, group: str) -> str:
    """Return what is written of the quota that is spoken for: JSON."""
    row = connection.execute(_LEASE, {"quota_group": group}).first()
    return str(row.reserved) if row else "{}"


def reserve(connection: Connection, group: str, text: str) -> None:
    """Write what of the quota is spoken for."""
    insert_or_replace(connection, leases, {"quota_group": group, "reserved": text})


def installation_tag(connection: Connection, preferred: str | None) -> str:
    """Return the four characters that mark what is ours: made once, and kept.

    Raises:
        InstallationTagError: `preferred` is no tag, or is not the one that is kept.
    """
    if preferred is not None and not _TAG.fullmatch(preferred):
        raise InstallationTagError(f"installation tag {preferred!r}: use four characters from a-z and 0-9")
    made = preferred or new_tag()
    insert_or_leave(connection, installation, {"name": "tag", "value": made})
    kept = kept_tag(connection) or made
    if preferred not in (None, kept):
        raise InstallationTagError(
            f"installation tag {preferred!r}: this database has {kept!r}; use that one"
        )
    return kept


def kept_tag(connection: Connection) -> str | None:
    """Return the tag that is kept; None: none was ever made."""
    found = connection.execute(_KEPT_TAG).scalar()
    return str(found) if found is not None else None


def new_tag() -> str:
    """Return four characters, drawn."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def change_tag(connection: Connection, tag: str) -> None:
    """Have this be another installation."""
    insert_or_replace(connection, installation, {"name": "tag", "value": tag})


def _term(row: Row) -> LeaseRecord:
    return LeaseRecord(row["quota_group"], row["holder"], row["term"], sound(row["expires_at"]))


def _worker(row: Row) -> Worker:
    return Worker(
        id=row["id"],
        host=row["host"],
        pid=row["pid"],
        version=row["version"],
        started_at=row["started_at"],
        seen_at=row["seen_at"],
        left_at=row["left_at"],
    )
