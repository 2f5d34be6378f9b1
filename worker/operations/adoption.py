"""A database is adopted: by what an operator says of it, and while no worker works on it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime

from sqlalchemy import Connection

from config.settings import Settings
from jobs.place import FilePlace
from worker.engine.requests import REFUSED
from worker.installation import place
from worker.installation.database import file_there, make_private
from worker.leases.file import FileLease, LeaseTakenError, NetworkFileSystemError
from worker.store.engine.engines import is_sqlite
from worker.store.engine.writing import in_turn
from worker.store.errors import InstallationTagError, StoreError, StoreUnavailableError
from worker.store.queries import adoption
from worker.store.queries.adoption import Effects
from worker.store.queries.leases import standings
from worker.store.queries.workers import kept_tag, new_tag
from worker.store.schema.migration import MIGRATING_SECONDS, migrate, transaction
from worker.store.schema.tables import leases

_ASK_AGAIN = f"{REFUSED}the database was adopted as a copy meanwhile; ask again"


class AtWorkError(StoreError):
    """A worker works on the database, or has hardly ended."""


class Adoption:
    """A database that no worker works on, open to be adopted."""

    def __init__(self, url: str, here: FilePlace | None, wanted: str | None) -> None:
        self._url = url
        self._here = here
        self._wanted = wanted
        """The tag that the settings ask for."""

    def sight(self) -> place.Sight:
        """Return where it was worked on, and where it is."""
        with self._transaction(writes=False) as connection:
            return place.sight(connection, self._here)

    def effects(self, now: datetime) -> Effects:
        """Return what it would come to that it is adopted as a copy.

        Raises:
            InstallationTagError: the settings name the original's tag.
        """
        with self._transaction(writes=False) as connection:
            found = adoption.effects(connection, now)
        if found.was is not None and found.was == self._wanted:
            cure = "unset it, or set four other characters from a-z and 0-9, then adopt"
            raise InstallationTagError(f"CUELIGHT_INSTALLATION is {found.was}, the original's tag: {cure}")
        return found

    def as_copy(self, by: str, now: datetime) -> str:
        """Have it be an installation of its own; return its tag."""
        with self._transaction() as connection:
            tag = self._wanted or _another_than(kept_tag(connection))
            adoption.as_copy(connection, tag, by=by, answer=_ASK_AGAIN, now=now)
            place.remember(connection, self._here)
        return tag

    def as_moved(self) -> None:
        """Have it be the installation that it was, at this place."""
        with self._transaction() as connection:
            place.remember(connection, self._here)

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        with transaction(self._url, writes=writes, busy=MIGRATING_SECONDS) as connection:
            if not is_sqlite(self._url):
                _refuse_at_work(connection, writes=writes)
            yield connection


@contextmanager
def to_adopt(settings: Settings) -> Iterator[Adoption]:
    """Open the database that the settings name, and keep workers from it where that is possible.

    Raises:
        NothingThereError: there is none.
        AtWorkError: a worker works on it.
        StoreError: it cannot be used.
    """
    url = settings.database_url.get_secret_value()
    with _locked(settings) if _is_file(url) else nullcontext() as here:
        migrate(url)
        yield Adoption(url, here, settings.installation)


def _is_file(url: str) -> bool:
    try:
        return is_sqlite(url)
    except ValueError as error:
        raise StoreUnavailableError(str(error)) from None


@contextmanager
def _locked(settings: Settings) -> Iterator[FilePlace | None]:
    """Keep every worker from the file."""
    path = file_there(settings)
    make_private(settings)
    try:
        lease = FileLease.acquire(path)
    except (LeaseTakenError, NetworkFileSystemError) as error:
        raise AtWorkError(str(error)) from None
    except OSError as error:
        raise StoreUnavailableError(f"{path} cannot be locked: {error.strerror}") from None
    try:
        yield place.of_file(path)
    finally:
        lease.release()


def _refuse_at_work(connection: Connection, *, writes: bool) -> None:
    """Look whether a worker was heard just now; while this writes, none can take a lease."""
    if writes:
        in_turn(connection, leases)
    found = standings(connection)
    held = {each.holder for each in found.terms if found.is_held(each)}
    if at_work := sorted(held | found.workers):
        cure = "stop it first; one that was killed, or that a copy still lists, disappears after 20 s"
        raise AtWorkError(f"{', '.join(at_work)} is running on this database: {cure}")


def _another_than(tag: str | None) -> str:
    while (made := new_tag()) == tag:
        pass
    return made
