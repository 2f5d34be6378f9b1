"""The database: whole, of this version, and who works with it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from jobs.place import FilePlace
from worker import place
from worker.doctor import origin
from worker.doctor.crowds import Foresee, nothing
from worker.doctor.finding import Finding, ok, problem, warning
from worker.doctor.folder import size
from worker.doctor.people import look as look_at_people
from worker.doctor.reading import LeftOverError, beside, looking
from worker.store import schema
from worker.store.alerts import still_open
from worker.store.records import Alert

NAME = "database"

_RESTORE = "Stop the worker, and restore the file from a backup."


def look(database: Path, now: datetime, foresee: Foresee = nothing) -> Sequence[Finding]:
    """Check the database, and tell who works with it and what it foresees."""
    try:
        if not database.exists():
            return [ok(NAME, f"{database} is not there yet; `cuelight run` makes it")]
        here = place.of_file(database)
        with looking(database) as connection:
            return [*_told(connection, database, now, foresee), *_origin(connection, here)]
    except LeftOverError:
        text = f"{database} was left in the middle: its last changes lie in {beside(database, '-wal').name}"
        return [warning(NAME, text, "`cuelight migrate` or `cuelight run` takes them in; then look again.")]
    except DBAPIError as error:
        return [problem(NAME, f"{database} cannot be read: {error.orig}", _RESTORE)]
    except OSError as error:
        cure = "Let the user that runs cuelight read it."
        return [problem(NAME, f"{database} cannot be read: {error.strerror}", cure)]


def _told(connection: Connection, database: Path, now: datetime, foresee: Foresee) -> Iterator[Finding]:
    yield _whole(connection, database)
    if not schema.misfit(connection):
        yield from look_at_people(connection, database, now)
    yield from told(connection, foresee)


def _origin(connection: Connection, here: FilePlace | None) -> Iterator[Finding]:
    if not schema.misfit(connection):
        yield origin.look(connection, here)


def told(connection: Connection, foresee: Foresee) -> Iterator[Finding]:
    """Tell of the schema, of the alerts that are open, and of what is foreseen."""
    yield _version(connection)
    if not schema.misfit(connection):
        yield _alerts(still_open(connection, None))
        yield from foresee(connection)


def _whole(connection: Connection, database: Path) -> Finding:
    said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    if said != "ok":
        return problem(NAME, f"{database} is damaged: {said}", _RESTORE)
    log = beside(database, "-wal")
    taken = database.stat().st_size + (log.stat().st_size if log.exists() else 0)
    return ok(NAME, f"{database} is whole, and takes {size(taken)}")


def _version(connection: Connection) -> Finding:
    found, newest = schema.revision_on(connection), schema.NEWEST
    if found == newest:
        return ok("schema", f"it is at {newest}, as this cuelight wants it")
    if found is None or found in schema.revisions():
        return ok("schema", f"it is at {found or 'nothing'}; `cuelight run` brings it to {newest} by itself")
    if not schema.misfit(connection):
        return ok("schema", f"it is at {found}, newer than this cuelight ({newest}), which works with it")
    return problem("schema", f"it is at {found}, newer than this cuelight ({newest})", "Upgrade cuelight.")


def _alerts(alerts: Sequence[Alert]) -> Finding:
    if not alerts:
        return ok("alerts", "none is open")
    worst = next((each for each in alerts if each.severity == "critical"), alerts[0])
    text = f"{len(alerts)} open, the worst is {worst.severity}: {worst.title}: {worst.text}"
    tell = problem if worst.severity == "critical" else warning
    return tell("alerts", text, f"{worst.cure} `cuelight status` shows them all.")
