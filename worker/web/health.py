"""Whether the worker lives, and whether it is ready. The provider has no say in either."""

from dataclasses import dataclass
from typing import Protocol

from worker.pulse import DEAD_AFTER, Pulse
from worker.store.errors import StoreUnavailableError


class Versioned(Protocol):
    """What is asked of the store."""

    async def revision(self) -> str | None:
        """Return the version of the schema."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """Each answer is empty when all is well, else the reason."""

    pulse: Pulse
    store: Versioned
    head: str
    """The version of the schema that this program works with."""

    def why_dead(self) -> str:
        """Return why the worker should be started anew."""
        silent = self.pulse.silent_for
        return f"no pass has finished for {silent:.0f} s" if silent > DEAD_AFTER else ""

    async def why_unready(self) -> str:
        """Return why the worker cannot take on anything new now."""
        try:
            revision = await self.store.revision()
        except StoreUnavailableError as error:
            return str(error)
        if revision != self.head:
            return f"the schema is at {revision}, and this program works with {self.head}"
        return "" if self.pulse.last_at else "no pass has finished yet"
