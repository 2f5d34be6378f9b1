"""The database that the settings name."""

from pathlib import Path

from config.settings import Settings
from worker.installation import place
from worker.installation.permissions import make_folder, narrow
from worker.kit.service_manager import state_directories
from worker.store.engine.engines import is_sqlite, parsed
from worker.store.engine.lanes import PATIENCE
from worker.store.engine.soundness import refuse_damaged
from worker.store.errors import StoreUnavailableError
from worker.store.opening import threaded
from worker.store.schema.migration import MIGRATING_SECONDS, NEWEST, migrate, transaction
from worker.store.store import Store


def open_store(settings: Settings, *, patience: float = PATIENCE) -> Store:
    """Open the database and bring its schema up to date. `patience`: seconds that a call may take.

    Raises:
        NotPrivateError: others may open it, and that cannot be changed from here.
        StoreUnavailableError: it cannot be opened.
        SchemaError: it is newer than this program, which does not work with it.
    """
    url = settings.database_url.get_secret_value()
    try:
        if is_sqlite(url):
            make_private(settings)
        migrate(url)
        return threaded(url, patience=patience)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None


def open_to_run(settings: Settings) -> Store:
    """Open the database as `open_store` does, if it is sound and no copy, and remember where it is.

    Nothing is written before that is looked at.

    Raises:
        NotPrivateError: others may open it, and that cannot be changed from here.
        DamagedError: it is damaged.
        CopyError: it is a copy.
        StoreUnavailableError: it cannot be opened.
        SchemaError: it is newer than this program, which does not work with it.
    """
    url = settings.database_url.get_secret_value()
    try:
        if not is_sqlite(url):
            return _opened_on_server(url)
        make_private(settings)
        refuse_damaged(database_path(settings))
        return _opened_file(url, database_path(settings))
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None


def _opened_file(url: str, path: Path) -> Store:
    if here := place.of_file(path):
        with transaction(url, writes=False) as connection:
            place.refuse_copy(connection, here)
    migrate(url)
    here = place.of_file(path)
    with transaction(url) as connection:
        place.remember(connection, here)
    return threaded(url)


def _opened_on_server(url: str) -> Store:
    with transaction(url, writes=False, busy=MIGRATING_SECONDS) as connection:
        place.refuse_copy(connection, None)
    migrate(url)
    with transaction(url, busy=MIGRATING_SECONDS) as connection:
        place.remember(connection, None)
    return threaded(url)


def make_private(settings: Settings) -> None:
    """Make the folder of a SQLite database if it is not there, and keep others out of what lies in it.

    Raises:
        NotPrivateError: others may open it, and that cannot be changed from here.
        StoreUnavailableError: the folder cannot be made.
    """
    path = database_path(settings)
    _make(path.parent)
    narrow(path, settings.state_dir, state_directories())


async def store_there(settings: Settings, *, patience: float = PATIENCE) -> Store:
    """Open the database as it is: whoever only reads makes none, and upgrades none under a running worker.

    Raises:
        NothingThereError: there is none yet.
        StoreUnavailableError: it cannot be opened, or its schema is not this program's.
    """
    url = settings.database_url.get_secret_value()
    try:
        if is_sqlite(url):
            file_there(settings)
        store = threaded(url, patience=patience)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None
    if misfit := await store.misfit(NEWEST):
        await store.close()
        raise StoreUnavailableError(misfit)
    return store


def file_there(settings: Settings) -> Path:
    """Return the file that the database is.

    Raises:
        NothingThereError: there is none yet.
    """
    path = database_path(settings)
    if not path.exists():
        raise NothingThereError(f"there is no database at {path} yet: {_CURE}")
    return path


_CURE = "`cuelight add`, `apply` or `run` creates one; check that CUELIGHT_STATE_DIR names the right folder"


class NothingThereError(StoreUnavailableError):
    """There is no database where the settings say."""


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        cure = "set CUELIGHT_STATE_DIR to a folder that can be written"
        raise StoreUnavailableError(f"{folder} cannot be created: {error.strerror}; {cure}") from error


def database_path(settings: Settings) -> Path:
    """Return the file that the database is."""
    return Path(parsed(settings.database_url.get_secret_value()).database or "")
