"""A world for each test of the failsafe."""

import pytest

from tests.unit.engine.failsafe.world import World


@pytest.fixture
def world() -> World:
    return World()
