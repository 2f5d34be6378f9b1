from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.store.sqlite_house import SqliteHouse, at_once
from tests.unit.web.api.interface_world import Interface
from tests.unit.web.console.visitor import Visitor


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SqliteHouse]:
    found = at_once(tmp_path / "cuelight.db")
    yield found
    await found.store.close()


@pytest.fixture
def interface(house: SqliteHouse) -> Interface:
    return Interface(house)


@pytest.fixture
async def visitor(interface: Interface) -> AsyncIterator[Visitor]:
    found = Visitor(interface)
    yield found
    await found.client.aclose()
