"""A world for each test of the reconciler."""

import pytest

from tests.support.engine import World


@pytest.fixture
def world() -> World:
    return World()
