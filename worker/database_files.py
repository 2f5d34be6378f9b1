"""The files that a worker on SQLite rests on: the lock beside the database, which is its lease."""

from collections.abc import Awaitable, Callable

import structlog

from jobs.alarms import Condition, Severity
from worker.file_lease import FileLease, LeaseTakenError
from worker.store.errors import StoreUnavailableError

log = structlog.get_logger(__name__)


class DatabaseFiles:
    """Sees what becomes of them, and takes the lock again when it can."""

    def __init__(self, lease: FileLease, count: Callable[[], Awaitable[int]]) -> None:
        self._lease = lease
        self._count = count
        """Begins a new term of the lease."""

    async def look(self) -> Condition | None:
        """Return what is lost."""
        return None if self._lease.held() else await self._take_again()

    async def _take_again(self) -> Condition | None:
        try:
            await self._lease.take_again(self._count)
        except (LeaseTakenError, StoreUnavailableError) as error:
            return _lock_lost(str(error))
        except OSError as error:
            return _lock_lost(f"it cannot be made anew: {error.strerror}")
        log.warning("lock_taken_again", term=self._lease.term)
        return None


def _lock_lost(reason: str) -> Condition:
    text = (
        f"the lock beside the database was deleted or replaced, and cannot be taken again: {reason}; nothing"
        " new begins, what is on air is stopped at its end, and then this worker leaves"
    )
    cure = "Find out what deletes files beside the database, and let one worker alone run there."
    return Condition("lock_lost", Severity.CRITICAL, text, cure)
