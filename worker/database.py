"""The database that the settings name."""

from pathlib import Path

from config.settings import Settings
from worker.permissions import make_folder, narrow
from worker.service_manager import state_directories
from worker.store.engine import is_sqlite, parsed
from worker.store.errors import StoreUnavailableError
from worker.store.opening import threaded
from worker.store.schema import migrate
from worker.store.store import Store


def open_store(settings: Settings) -> Store:
    """Open the database and bring its schema up to date.

    Raises:
        NotPrivateError: others may open it, and that cannot be changed from here.
        StoreUnavailableError: it cannot be opened.
        SchemaError: it is newer than this program, which does not work with it.
    """
    url = settings.database_url.get_secret_value()
    try:
        if is_sqlite(url):
            _make(database_path(settings).parent)
            narrow(database_path(settings), settings.state_dir, state_directories())
        migrate(url)
        return threaded(url)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        cure = "set CUELIGHT_STATE_DIR to a folder that can be written"
        raise StoreUnavailableError(f"{folder} cannot be made: {error.strerror}; {cure}") from error


def database_path(settings: Settings) -> Path:
    """Return the file that the database is."""
    return Path(parsed(settings.database_url.get_secret_value()).database or "")
