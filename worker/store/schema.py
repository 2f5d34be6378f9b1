"""The version of a database's tables, and the way to the newest."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.store.engine import open_engine
from worker.store.errors import SchemaError, StoreUnavailableError

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Bring the database to the newest version; a database that is not there yet is made.

    Raises:
        StoreUnavailableError: it cannot be opened or written.
        SchemaError: it is newer than this program.
    """
    with _transaction(url) as connection:
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
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the newest version, which `migrate` leads to."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return newest or ""


def migrate_on(connection: Connection) -> None:
    """Bring the database at the other end to the newest version, within the transaction that is begun.

    Raises:
        SchemaError: it is newer than this program.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError(f"{error}: the database is newer than this cuelight; upgrade cuelight") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _transaction(url: str, *, writes: bool = True) -> Iterator[Connection]:
    engine = open_engine(url, writes=writes)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise StoreUnavailableError(f"{engine.url.database}: {error.orig}") from error
    finally:
        engine.dispose()
