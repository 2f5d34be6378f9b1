"""What every test of an operation starts from."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.operations.operators import Booking


@pytest.fixture
def booking(tmp_path: Path) -> Iterator[Booking]:
    """Return an operator on a new database."""
    found = Booking.of(tmp_path)
    yield found
    asyncio.run(found.operator.store.close())
