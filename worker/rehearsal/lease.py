"""The right to act, of one process in virtual time: as with SQLite, all of it is in one hand."""

from collections.abc import Mapping

from jobs.ids import INSTALLATION
from worker.leases.sole import SoleHolder
from worker.rehearsal.life import Life
from worker.store.records import Fence


class Lease(SoleHolder):
    """Held from the beginning of a life to its death, or until it resigns or loses it for ever."""

    def __init__(self, life: Life, term: int) -> None:
        self._life = life
        self._terms = {INSTALLATION: term}

    def held(self, account: str = INSTALLATION) -> bool:  # noqa: ARG002  It is all or nothing.
        """Whether calls may leave and changes be written now."""
        return bool(self.terms())

    def fence(self, account: str) -> Fence | None:
        """Return in whose name a change is written; None: it must not be."""
        return Fence(INSTALLATION, self._terms[INSTALLATION]) if self.held(account) else None

    def terms(self) -> Mapping[str, int]:
        """Return the one term, while it lasts."""
        return {} if self._life.is_dead or self._life.lost_lease_at else self._terms

    async def resign(self) -> None:
        """Give it up."""
        self._terms = {}
