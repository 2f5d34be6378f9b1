"""The version of a database's tables, and the way to the newest.

Alembic takes 0.15 s to import and is needed only once in a database's life, so it waits until then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select
from sqlalchemy.exc import DBAPIError

from worker.store.blame import told
from worker.store.engine import BUSY_SECONDS, is_sqlite, open_engine
from worker.store.errors import SchemaError, StoreUnavailableError

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0001"
"""The version that this program works with: the last migration's."""

MIGRATING_SECONDS = 60.0
"""So long a step of a migration may take in PostgreSQL, and another program that migrates is waited for."""

_TURN = 0x6375656C69676874
"""The lock that programs take in turn to migrate; any number that nobody else chose."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = Table("alembic_version", MetaData(), Column("version_num", Text))
"""Alembic's own table of one row."""


def migrate(url: str) -> None:
    """Bring the database to the newest version; a database that is not there yet is made.

    Raises:
        StoreUnavailableError: it cannot be opened or written.
        SchemaError: it is newer than this program.
    """
    with _transaction(url, busy=BUSY_SECONDS if is_sqlite(url) else MIGRATING_SECONDS) as connection:
        _take_turns(connection)
        if revision_on(connection) != NEWEST:
            migrate_on(connection)


def current_revision(url: str) -> str | None:
    """Return the version of the database; None if nothing was ever made there.

    Raises:
        StoreUnavailableError: it cannot be opened or read.
    """
    with _transaction(url, writes=False) as connection:
        return revision_on(connection)


def revision_on(connection: Connection) -> str | None:
    """Return the version of the database at the other end; None if nothing was ever made there."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found = connection.execute(select(_VERSION.c.version_num)).scalar()
    return str(found) if found else None


def migrate_on(connection: Connection) -> None:
    """Bring the database at the other end to the newest version, within the transaction that is begun.

    Raises:
        SchemaError: it is newer than this program.
    """
    from alembic import command  # noqa: PLC0415  See above.
    from alembic.util import CommandError  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError(f"{error}: the database is newer than this cuelight; upgrade cuelight") from error


def revisions() -> list[str]:
    """Return every version that this program knows, the newest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  See above.

    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]


def _take_turns(connection: Connection) -> None:
    """Wait until nobody else migrates; let go with the transaction. SQLite's is the only writer anyway."""
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        cure = "make another: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        raise SchemaError(f"the database keeps text as {encoding}, which cannot hold every title; {cure}")


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  See above.

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _transaction(url: str, *, writes: bool = True, busy: float = BUSY_SECONDS) -> Iterator[Connection]:
    engine = open_engine(url, writes=writes, busy=busy)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        name = engine.url.database if is_sqlite(url) else "the database"
        raise StoreUnavailableError(f"{name}: {told(error)}") from None
    finally:
        engine.dispose()
