"""The end of a worker: whether it leaves anything to nobody."""

import pytest

from tests.support.leases import HeldLeases
from worker.process.app import has_successor
from worker.store.errors import StoreUnavailableError


class Company(HeldLeases):
    """Somebody may have come since the last look, and the database may not tell."""

    def __init__(self, *, comes: bool, tells: bool = True) -> None:
        super().__init__()
        self._comes, self._tells = comes, tells
        self._seen: frozenset[str] = frozenset()

    def successors(self) -> frozenset[str]:
        return self._seen

    async def look_around(self) -> None:
        if not self._tells:
            raise StoreUnavailableError("gone")
        self._seen = frozenset({"b"} if self._comes else ())


@pytest.mark.parametrize("comes", [True, False])
async def test_who_came_since_the_last_look_takes_over(*, comes: bool) -> None:
    assert await has_successor(Company(comes=comes)) is comes


async def test_a_database_that_does_not_tell_means_that_nobody_takes_over() -> None:
    assert not await has_successor(Company(comes=True, tells=False))
