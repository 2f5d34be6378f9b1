"""The files that a worker on SQLite rests on: the database, its log, and the lock that is its lease.

Whoever goes on in a file that has lost its name is heard by nobody: rows are added to another one, and
nothing that is done is found again.
"""

from collections.abc import Awaitable, Callable

import structlog

from jobs.conditions import Condition, Severity
from worker.kit.open_file import OpenFile
from worker.leases.file import FileLease, LeaseTakenError
from worker.store.errors import StoreUnavailableError

log = structlog.get_logger(__name__)


class DatabaseFiles:
    """Sees what becomes of them, and takes the lock again when it can."""

    def __init__(self, lease: FileLease, count: Callable[[], Awaitable[int]], file: OpenFile) -> None:
        self._lease = lease
        self._count = count
        """Begins a new term of the lease."""
        self._file = file
        self._replaced: Condition | None = None

    async def look(self) -> Condition | None:
        """Return what is lost. A database that was once replaced is not gone back to."""
        if self._replaced is None and (trouble := self._file.trouble()):
            self._lease.lose()
            self._replaced = _database_replaced(trouble)
        if self._replaced:
            return self._replaced
        return None if self._lease.held() else await self._take_again()

    async def _take_again(self) -> Condition | None:
        try:
            await self._lease.take_again(self._count)
        except (LeaseTakenError, StoreUnavailableError) as error:
            return _lock_lost(str(error))
        except OSError as error:
            return _lock_lost(f"it cannot be created again: {error.strerror}")
        log.warning("lock_taken_again", term=self._lease.term)
        return None


def _lock_lost(reason: str) -> Condition:
    text = (
        f"the database's lock file was deleted or replaced, and cannot be locked again: {reason}; nothing"
        " new starts, what is on air is stopped at its end, and then this worker exits"
    )
    cure = "Find out what deletes files beside the database, and run only one worker there."
    return Condition("lock_lost", Severity.CRITICAL, text, cure)


def _database_replaced(trouble: str) -> Condition:
    text = (
        f"{trouble}, and this worker still uses the old one; nothing new starts, what is on air is stopped"
        " at its last known end, and then this worker exits"
    )
    cure = "Stop the worker, put the right file there (`cuelight restore FILE`), and start it again."
    return Condition("database_replaced", Severity.CRITICAL, text, cure)
