"""The stores that keep to the contract, whatever they are made of."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.unit.store.house import PATIENCE, House
from tests.unit.store.postgres_house import PostgresHouse
from tests.unit.store.sqlite_house import at_once, on_thread
from worker.store.opening import threaded


@pytest.fixture(params=["sqlite", "sqlite_inline", "postgresql"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as name:
            store = threaded(server.url(name), patience=PATIENCE)
            yield PostgresHouse(store, server, name)
            await store.close()
    else:
        opened = on_thread if request.param == "sqlite" else at_once
        sqlite = opened(tmp_path / "cuelight.db")
        yield sqlite
        await sqlite.store.close()
