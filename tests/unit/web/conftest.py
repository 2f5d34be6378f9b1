from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.store.sqlite_house import SqliteHouse, at_once
from tests.unit.web.api.interface_world import Interface


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SqliteHouse]:
    found = at_once(tmp_path / "cuelight.db")
    yield found
    await found.store.close()


@pytest.fixture
def interface(house: SqliteHouse) -> Interface:
    return Interface(house)
