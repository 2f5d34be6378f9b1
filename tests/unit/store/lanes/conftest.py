"""A table of numbers, and lanes to it that give up soon or never."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.unit.store.lanes.numbers import Numbers
from worker.store.engine.engines import open_engine


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'numbers.db'}"
    with open_engine(url, writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"))
    return url


@pytest.fixture
async def numbers(url: str) -> AsyncIterator[Numbers]:
    numbers = Numbers(url, gather=10.0)
    yield numbers
    await numbers.lane.close()


@pytest.fixture
async def patient(url: str) -> AsyncIterator[Numbers]:
    """A lane that gives nothing up, however busy the machine is."""
    numbers = Numbers(url, gather=10.0, patience=60.0)
    yield numbers
    await numbers.lane.close()
