"""A SQLite database that is open here: whether its name still leads to the file that is open."""

from contextlib import suppress
from pathlib import Path

_OURS = Path("/proc/self/fd")
_GONE = " (deleted)"


class OpenFile:
    """A database as it was found when it was opened."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._which = _which(database)
        self._gone: frozenset[str] = frozenset()

    def trouble(self) -> str:
        """Return what became of the database, or of its log; empty if nothing did.

        SQLite deletes its own log before it closes it, so that is told when it is seen twice.
        """
        if trouble := self._of_database():
            return trouble
        before, self._gone = self._gone, self._deleted()
        both = sorted(before & self._gone)
        return f"{both[0]} was deleted" if both else ""

    def _of_database(self) -> str:
        try:
            found = _which(self._database)
        except OSError as error:
            return f"the database {self._database} is gone: {error.strerror}"
        return "" if found == self._which else f"{self._database} was replaced by another file"

    def _deleted(self) -> frozenset[str]:
        """Return which files of the database this process has open that have lost their names."""
        database = self._database.resolve()
        ours = {f"{database}{suffix}{_GONE}" for suffix in ("-wal", "-shm")}
        return frozenset(each.removesuffix(_GONE) for each in _opened() if each in ours)


def _which(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _opened() -> list[str]:
    """Return what this process has open, where the system tells."""
    found = []
    with suppress(OSError):
        for each in _OURS.iterdir():
            with suppress(OSError):
                found.append(str(each.readlink()))
    return found
