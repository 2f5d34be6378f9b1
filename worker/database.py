"""The database that the settings name."""

from pathlib import Path

from config.settings import Settings
from worker.permissions import make_folder, narrow
from worker.service_manager import state_directories
from worker.store.engine import is_sqlite, parsed
from worker.store.errors import StoreUnavailableError
from worker.store.opening import threaded
from worker.store.schema import NEWEST, migrate
from worker.store.soundness import refuse_damaged
from worker.store.store import Store


def open_store(settings: Settings, *, checked: bool = False) -> Store:
    """Open the database and bring its schema up to date. `checked`: if it is a file, see that it is sound.

    Raises:
        NotPrivateError: others may open it, and that cannot be changed from here.
        DamagedError: it is damaged.
        StoreUnavailableError: it cannot be opened.
        SchemaError: it is newer than this program, which does not work with it.
    """
    url = settings.database_url.get_secret_value()
    try:
        if is_sqlite(url):
            _make(database_path(settings).parent)
            narrow(database_path(settings), settings.state_dir, state_directories())
            if checked:
                refuse_damaged(database_path(settings))
        migrate(url)
        return threaded(url)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None


async def store_there(settings: Settings) -> Store:
    """Open the database as it is: whoever only reads makes none, and upgrades none under a running worker.

    Raises:
        NothingThereError: there is none yet.
        StoreUnavailableError: it cannot be opened, or its schema is not this program's.
    """
    url = settings.database_url.get_secret_value()
    try:
        path = database_path(settings) if is_sqlite(url) else None
        if path and not path.exists():
            raise NothingThereError(f"there is no database at {path} yet: {_CURE}")
        store = threaded(url)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None
    if misfit := await store.misfit(NEWEST):
        await store.close()
        raise StoreUnavailableError(misfit)
    return store


_CURE = "`cuelight add`, `apply` or `run` makes one; see whether CUELIGHT_STATE_DIR names the right folder"


class NothingThereError(StoreUnavailableError):
    """There is no database where the settings say."""


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        cure = "set CUELIGHT_STATE_DIR to a folder that can be written"
        raise StoreUnavailableError(f"{folder} cannot be made: {error.strerror}; {cure}") from error


def database_path(settings: Settings) -> Path:
    """Return the file that the database is."""
    return Path(parsed(settings.database_url.get_secret_value()).database or "")
