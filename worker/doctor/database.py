"""The database: whole, of this version, and who works with it."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from jobs.place import FilePlace
from worker.doctor import origin
from worker.doctor.crowds import Foresee, nothing
from worker.doctor.finding import Finding, ok, problem, warning
from worker.doctor.folder import size
from worker.doctor.people import look as look_at_people
from worker.doctor.reading import LeftOverError, beside, looking
from worker.installation import place
from worker.kit.clock import SystemClock
from worker.store.queries.alerts import still_open
from worker.store.records import Alert
from worker.store.schema import migration

NAME = "database"

LOOKED_WITHIN = 0.4
"""Seconds for which the file is looked at: some 60,000 broadcasts take 3 s."""
STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""
_RESTORE = "Stop the worker, and restore the file from a backup."


def look(database: Path, now: datetime, foresee: Foresee = nothing) -> Sequence[Finding]:
    """Check the database, and tell who works with it and what it foresees."""
    try:
        if not database.exists():
            return [ok(NAME, f"{database} does not exist yet; `cuelight run` creates it")]
        here = place.of_file(database)
        with looking(database) as connection:
            return [*_told(connection, database, now, foresee), *_origin(connection, here)]
    except LeftOverError:
        text = f"{database} was not closed cleanly: its last changes are in {beside(database, '-wal').name}"
        return [warning(NAME, text, "`cuelight migrate` or `cuelight run` merges them; then check again.")]
    except DBAPIError as error:
        return [problem(NAME, f"{database} cannot be read: {error.orig}", _RESTORE)]
    except OSError as error:
        cure = "Let the user that runs cuelight read it."
        return [problem(NAME, f"{database} cannot be read: {error.strerror}", cure)]


def _told(connection: Connection, database: Path, now: datetime, foresee: Foresee) -> Iterator[Finding]:
    yield _whole(connection, database)
    if not migration.misfit(connection):
        yield from look_at_people(connection, database, now)
    yield from told(connection, foresee)


def _origin(connection: Connection, here: FilePlace | None) -> Iterator[Finding]:
    if not migration.misfit(connection):
        yield origin.look(connection, here)


def told(connection: Connection, foresee: Foresee) -> Iterator[Finding]:
    """Tell of the schema, of the alerts that are open, and of what is foreseen."""
    yield _version(connection)
    if not migration.misfit(connection):
        yield _alerts(still_open(connection, None))
        yield from foresee(connection)


def _whole(connection: Connection, database: Path) -> Finding:
    """Look at the file for a while; of years of broadcasts that is a part."""
    said = _damage(connection, SystemClock().monotonic() + LOOKED_WITHIN)
    if said not in ("ok", ""):
        return problem(NAME, f"{database} is damaged: {said}", _RESTORE)
    log = beside(database, "-wal")
    taken = database.stat().st_size + (log.stat().st_size if log.exists() else 0)
    if said:
        return ok(NAME, f"{database} is intact, and takes {size(taken)}")
    all_of_it = f"with the worker stopped, `sqlite3 {database} 'PRAGMA quick_check'` checks all of it"
    part = f"as far as {LOOKED_WITHIN:g} s of checking show"
    return ok(NAME, f"{database} is intact {part}, and takes {size(taken)}; {all_of_it}")


def _damage(connection: Connection, until: float) -> str:
    """Return the first damage, or `ok`; empty: none was found until then."""
    driver: Any = connection.connection.driver_connection
    clock = SystemClock()
    driver.set_progress_handler(lambda: clock.monotonic() > until, STEPS)
    try:
        return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        return ""
    finally:
        driver.set_progress_handler(None, 0)


def _version(connection: Connection) -> Finding:
    found, newest = migration.revision_on(connection), migration.NEWEST
    if found == newest:
        return ok("schema", f"it is at {newest}, as this cuelight requires")
    if found is None or found in migration.revisions():
        return ok("schema", f"it is at {found or 'nothing'}; `cuelight run` upgrades it to {newest}")
    if not migration.misfit(connection):
        return ok("schema", f"it is at {found}, newer than this cuelight ({newest}), which can use it")
    return problem("schema", f"it is at {found}, newer than this cuelight ({newest})", "Upgrade cuelight.")


def _alerts(alerts: Sequence[Alert]) -> Finding:
    if not alerts:
        return ok("alerts", "none is open")
    worst = next((each for each in alerts if each.severity == "critical"), alerts[0])
    text = f"{len(alerts)} open, the worst is {worst.severity}: {worst.title}: {worst.text}"
    tell = problem if worst.severity == "critical" else warning
    return tell("alerts", text, f"{worst.cure} `cuelight status` shows them all.")
