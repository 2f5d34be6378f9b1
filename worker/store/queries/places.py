"""The place that this installation remembers, a row of `installation`; and where a PostgreSQL database is."""

import json
from dataclasses import asdict
from typing import Any, get_type_hints

import structlog
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import InternalError, NotSupportedError, ProgrammingError

from jobs.place import FilePlace, Original, Place, ServerPlace
from worker.store.engine.writing import insert_or_replace
from worker.store.schema.tables import installation

_NAME = "place"
_KINDS: dict[str, type[FilePlace | ServerPlace]] = {"file": FilePlace, "server": ServerPlace}
_KEPT = select(installation.c.value).where(installation.c.name == _NAME)
_SYSTEM = text("SELECT CAST(system_identifier AS text) FROM pg_catalog.pg_control_system()")
_SELF = text(
    "SELECT datname AS name, CAST(oid AS bigint) AS database,"
    " COALESCE(CAST(CAST(to_regclass('broadcasts') AS oid) AS bigint), 0) AS table,"
    " CAST(current_setting('server_version_num') AS int) / 10000 AS version"
    " FROM pg_catalog.pg_database WHERE datname = current_database()"
)
_DATABASE_STANDS = text("SELECT count(*) FROM pg_catalog.pg_database WHERE oid = :number")
_TABLE_STANDS = text("SELECT count(*) FROM pg_catalog.pg_class WHERE oid = :number")

log = structlog.get_logger(__name__)


def remembered(connection: Connection) -> Place | None:
    """Return where it was worked on last; None: nobody wrote that down, or it cannot be read."""
    if not inspect(connection).has_table(installation.name):
        return None
    found = connection.execute(_KEPT).scalar()
    return _decoded(str(found)) if found else None


def remember(connection: Connection, place: Place) -> None:
    """Write down where it is worked on from now on."""
    insert_or_replace(connection, installation, {"name": _NAME, "value": _encoded(place)})


def of_server(connection: Connection) -> ServerPlace:
    """Return the place of the database at the other end, which is PostgreSQL's."""
    row = connection.execute(_SELF).mappings().one()
    return ServerPlace(system=_system(connection), **row)


def original_on_server(connection: Connection, before: ServerPlace, here: ServerPlace) -> Original:
    """Return what is to be seen, on the server of both, of the database or the tables that were worked on."""
    if before.database != here.database:
        return _seen(connection, _DATABASE_STANDS, before.database)
    if before.table != here.table:
        return _seen(connection, _TABLE_STANDS, before.table)
    return Original.GONE


def _system(connection: Connection) -> str:
    """Return the cluster's identity; empty: this role may not read it, or there is no such function."""
    try:
        with connection.begin_nested():
            return str(connection.execute(_SYSTEM).scalar_one())
    except (ProgrammingError, NotSupportedError, InternalError):
        return ""


def _seen(connection: Connection, statement: Any, number: int) -> Original:
    found = connection.execute(statement, {"number": number}).scalar_one()
    return Original.STANDS if found else Original.GONE


def _encoded(place: Place) -> str:
    kind = next(name for name, made in _KINDS.items() if isinstance(place, made))
    return json.dumps({"kind": kind, **asdict(place)})


def _decoded(written: str) -> Place | None:
    """Read what was written, by a newer version too: what it knows beside is left out."""
    try:
        found = json.loads(written)
        kind = _KINDS[found["kind"]]
        types = get_type_hints(kind)
        known = {name: value for name, value in found.items() if isinstance(value, types.get(name, ()))}
        return kind(**known)
    except (ValueError, TypeError, KeyError):
        log.warning("place_garbled", cure="it is recorded again")
        return None
