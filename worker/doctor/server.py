"""The database on a server: whether it answers, of which version it is, and who works with it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.doctor import origin
from worker.doctor.crowds import Foresee, nothing
from worker.doctor.database import NAME, told
from worker.doctor.finding import Finding, ok, problem, warning
from worker.doctor.people import NAME as WORKER
from worker.doctor.people import SILENT_AFTER
from worker.doctor.rights import role, way
from worker.store.engine import driver_errors
from worker.store.engine.engines import open_engine
from worker.store.errors import StoreUnavailableError
from worker.store.queries.workers import known
from worker.store.schema import migration

BUSY_SECONDS = 3.0
"""So long a statement may take."""

_REACH = "Check that the server runs and accepts this machine, and check CUELIGHT_DATABASE_URL."


def look(url: str, now: datetime, foresee: Foresee = nothing) -> Sequence[Finding]:
    """Check the database, and tell who works with it. Where it is, and the password, are not told."""
    try:
        engine = open_engine(url, writes=False, busy=BUSY_SECONDS)
        with engine.begin() as connection:
            return [*_told(connection, now, foresee)]
    except (StoreUnavailableError, ValueError) as error:
        return [problem(NAME, str(error), "Set CUELIGHT_DATABASE_URL, or unset it for a file.")]
    except DBAPIError as error:
        return [problem(NAME, f"it cannot be read: {driver_errors.told(error)}", _REACH)]


def _told(connection: Connection, now: datetime, foresee: Foresee) -> Iterator[Finding]:
    version = connection.exec_driver_sql("SHOW server_version").scalar()
    yield ok(NAME, f"PostgreSQL {version} answers")
    yield role(connection)
    yield way(connection)
    yield from told(connection, foresee)
    if not migration.misfit(connection):
        yield _workers(connection, now)
        yield origin.look(connection, None)


def _workers(connection: Connection, now: datetime) -> Finding:
    here = [each for each in known(connection) if each.left_at is None]
    heard = sum(now - each.seen_at <= SILENT_AFTER for each in here)
    if heard:
        return ok(WORKER, f"{heard} heard from within {SILENT_AFTER.seconds} s")
    if not here:
        return ok(WORKER, "none running; start one with `cuelight run`")
    last = max(each.seen_at for each in here)
    text = f"none running; one was last heard from at {last:%Y-%m-%d %H:%M:%SZ} and did not shut down cleanly"
    return warning(WORKER, text, "It was killed or crashed: see its log, and start it with `cuelight run`.")
