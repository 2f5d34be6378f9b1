"""Leases that are all in one hand: nobody to share with, nobody to hand over to."""

from collections.abc import Collection

from jobs.ids import INSTALLATION


class SoleHolder:
    """What holds of whoever is the only one: there is nothing to hand over, and nobody to tell."""

    def accounts(self, _group: str) -> Collection[str] | None:
        """Return None: every account belongs to the one group."""
        return None

    def enter(self, group: str, term: int) -> None:
        """Nothing has to be waited for."""

    def leave(self, group: str) -> None:
        """Nobody else could run it meanwhile."""

    def groups(self) -> Collection[str]:
        """Return the one that stands for all."""
        return (INSTALLATION,)

    def successors(self) -> frozenset[str]:
        """Return nobody: another worker would be refused."""
        return frozenset()

    async def look_around(self) -> None:
        """Nobody else is ever there."""

    def skew(self) -> None:
        """The database has no clock but this machine's."""

    def alive(self) -> None:
        """Whoever hangs is ended by the service manager, and what it held is free."""

    def elsewhere(self) -> frozenset[str]:
        """Return nothing: whoever had it next would not be known here."""
        return frozenset()

    def surplus(self) -> int:
        """Return 0: there is nobody to share with."""
        return 0

    async def give_up(self, groups: Collection[str]) -> None:
        """There is nobody to give it to."""
