"""Whether the worker lives, and whether it is ready. The provider has no say in either."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from worker.engine.database_reach import DatabaseCall, DatabaseReach
from worker.health.pulse import DEAD_AFTER, Pulse
from worker.store.errors import StoreUnavailableError


class Versioned(Protocol):
    """What is asked of the store."""

    async def misfit(self, newest: str) -> str:
        """Return why a program of this version of the schema cannot work with it; empty if it can."""
        ...


def nothing_lost() -> str:
    """Say that no file is watched, or that each is where it was."""
    return ""


@dataclass(frozen=True, slots=True)
class Health:
    """Each answer is empty when all is well, else the reason."""

    pulse: Pulse
    store: Versioned
    head: str
    """The version of the schema that this program works with."""
    reach: DatabaseReach
    files: Callable[[], str] = nothing_lost
    """Says what became of the database's files, or of the lock beside them."""

    def why_dead(self) -> str:
        """Return why the worker should be started anew."""
        silent = self.pulse.silent_for
        return f"no pass has finished for {silent:.0f} s" if silent > DEAD_AFTER else ""

    async def why_unready(self) -> str:
        """Return why the worker cannot take on anything new now."""
        if lost := self.files():
            return lost
        try:
            misfit = await self.store.misfit(self.head)
        except StoreUnavailableError as error:
            return str(error)
        if misfit:
            return misfit
        if self.reach.is_read and not self.reach.is_there:
            return str(DatabaseCall.WRITE)
        return "" if self.pulse.last_at else "no pass has finished yet"
