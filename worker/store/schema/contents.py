"""What a SQLite file holds that may be a backup, found out without changing it."""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from worker.store.engine.driver_errors import told
from worker.store.engine.soundness import at_rest
from worker.store.errors import SchemaError, StoreUnavailableError
from worker.store.schema.migration import NEWEST, misfit, revision_on

_OURS = frozenset({"alembic_version", "broadcasts", "runs", "rooms", "journal", "workers", "installation"})
"""Tables that every version has; another program's database may have some of these names."""
_LAST = "SELECT max(at) FROM (SELECT max(at) AS at FROM journal UNION SELECT max(seen_at) FROM workers)"


@dataclass(frozen=True, slots=True)
class Contents:
    """A database of cuelight's, as it is in a file."""

    schema: str
    """The version of its tables."""
    last_at: datetime | None
    """The last that is written in it: a worker that works writes every five seconds."""
    misfit: str
    """Why this program does not work with a schema that is newer; empty if it does, or can upgrade it."""


def contents(file: Path) -> Contents:
    """Return what is in a file.

    Raises:
        SchemaError: it is not a cuelight database.
        StoreUnavailableError: it cannot be read.
    """
    engine = create_engine(
        "sqlite://", creator=partial(sqlite3.connect, at_rest(file), uri=True), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            return _read(connection, file)
    except DBAPIError as error:
        raise StoreUnavailableError(f"{file} cannot be read: {told(error)}") from None
    finally:
        engine.dispose()


def _read(connection: Connection, file: Path) -> Contents:
    schema = revision_on(connection) if set(inspect(connection).get_table_names()) >= _OURS else None
    if schema is None:
        raise SchemaError(f"{file} is not a cuelight database")
    newer = misfit(connection) if schema > NEWEST else ""
    return Contents(schema, _instant(connection.exec_driver_sql(_LAST).scalar()), newer)


def _instant(text: object) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(str(text))
    return None
