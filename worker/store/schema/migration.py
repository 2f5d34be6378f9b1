"""The version of a database's tables, which programs work with them, and the way to the newest.

Versions are numbers of four digits. A database says in `installation` which is the oldest version whose
program still works with its tables: a migration that only adds to them leaves that as it was. So a worker of
yesterday goes on, and can be started anew, after one of today has migrated; one that does not fit refuses.

Alembic takes 0.15 s to import and is needed only once in a database's life, so it waits until then.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select
from sqlalchemy.exc import DBAPIError

from worker.store.engine.driver_errors import told
from worker.store.engine.engines import BUSY_SECONDS, is_sqlite, open_engine
from worker.store.engine.writing import insert_or_replace
from worker.store.errors import SchemaError, StoreUnavailableError
from worker.store.schema.tables import installation

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

NEWEST = "0013"
"""The version that this program works with: the last migration's."""

MIGRATING_SECONDS = 60.0
"""So long a step of a migration may take in PostgreSQL, and another program that migrates is waited for."""

_TURN = 0x6375656C69676874
"""The lock that programs take in turn to migrate; any number that nobody else chose."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_OLDEST_NAME = "oldest_schema"
_OLDEST = select(installation.c.value).where(installation.c.name == _OLDEST_NAME)
_VERSION = Table("alembic_version", MetaData(), Column("version_num", Text))
"""Alembic's own table of one row."""


def migrate(url: str) -> None:
    """Bring the database to the newest version; a database that is not there yet is made.

    A newer one that this program works with is left as it is.

    Raises:
        StoreUnavailableError: it cannot be opened or written.
        SchemaError: it is newer than this program, which does not work with it.
    """
    with transaction(url, busy=BUSY_SECONDS if is_sqlite(url) else MIGRATING_SECONDS) as connection:
        _take_turns(connection)
        if misfit(connection):
            migrate_on(connection)


def revision_on(connection: Connection) -> str | None:
    """Return the version of the database at the other end; None if nothing was ever made there."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found = connection.execute(select(_VERSION.c.version_num)).scalar()
    return str(found) if found else None


def misfit(connection: Connection, newest: str = NEWEST) -> str:
    """Return why a program of this version cannot work with the database as it is; empty if it can."""
    found = revision_on(connection)
    if found is None:
        return "the database has no tables yet; `cuelight migrate` creates them"
    if found == newest:
        return ""
    where = f"the schema is at {found}, but this program needs {newest}"
    if found < newest:
        return f"{where}; `cuelight migrate` upgrades it"
    oldest = connection.execute(_OLDEST).scalar()
    if oldest and oldest <= newest:
        return ""
    wanted = f"schema {oldest} or newer" if oldest else "that schema"
    return f"{where}; upgrade cuelight to one of {wanted}"


def migrate_on(connection: Connection) -> None:
    """Bring the database at the other end to the newest version, within the transaction that is begun.

    Raises:
        SchemaError: it is newer than this program.
    """
    from alembic import command  # noqa: PLC0415  See above.

    if (revision_on(connection) or "") > NEWEST:
        raise SchemaError(misfit(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    oldest = oldest_that_works([(each.revision, each.module.ONLY_EXPANDS) for each in _migrations()])
    insert_or_replace(connection, installation, {"name": _OLDEST_NAME, "value": oldest})


def oldest_that_works(migrations: Sequence[tuple[str, bool]]) -> str:
    """Return the oldest version whose program works with the last one's tables.

    `migrations`: each version, the newest first, and whether coming to it only added to the tables.
    """
    for version, only_expands in migrations:
        if not only_expands:
            return version
    return migrations[-1][0]


def revisions() -> list[str]:
    """Return every version that this program knows, the newest first."""
    return [each.revision for each in _migrations()]


def _migrations() -> "list[Script]":
    from alembic.script import ScriptDirectory  # noqa: PLC0415  See above.

    return list(ScriptDirectory.from_config(_config()).walk_revisions())


def _take_turns(connection: Connection) -> None:
    """Wait until nobody else migrates; let go with the transaction. SQLite's is the only writer anyway."""
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        cure = "create another: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        raise SchemaError(f"the database stores text as {encoding}, which cannot hold every title; {cure}")


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  See above.

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def transaction(url: str, *, writes: bool = True, busy: float = BUSY_SECONDS) -> Iterator[Connection]:
    """Do some work at once, on a connection of its own. `busy`: seconds a statement or a lock may take.

    Raises:
        StoreUnavailableError: the database does not answer, or does not take it.
    """
    engine = open_engine(url, writes=writes, busy=busy)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        name = engine.url.database if is_sqlite(url) else "the database"
        raise StoreUnavailableError(f"{name}: {told(error)}") from None
    finally:
        engine.dispose()
