"""A store on PostgreSQL, for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.support.postgres import Postgres
from tests.unit.store.house import PATIENCE
from tests.unit.store.postgres_house import PostgresHouse
from worker.store.opening import threaded


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[PostgresHouse]:
    with postgres.database() as name:
        house = PostgresHouse(threaded(postgres.url(name), patience=PATIENCE), postgres, name)
        yield house
        await house.store.close()
