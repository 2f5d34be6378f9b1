from collections.abc import AsyncIterator

import pytest

from tests.unit.web.api.interface_world import Interface
from tests.unit.web.console.visitor import Visitor


@pytest.fixture
async def visitor(interface: Interface) -> AsyncIterator[Visitor]:
    found = Visitor(interface)
    yield found
    await found.client.aclose()
