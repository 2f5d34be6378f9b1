"""What all tests share: one PostgreSQL, and how hard Hypothesis tries.

`make fuzz` has it try much harder, and no single example may take a second.
"""

import os

import pytest
from hypothesis import settings

from tests.support import quiet_logs
from tests.support.postgres import Postgres, shared
from worker.store.schema.migration import migrate

settings.register_profile("usual", deadline=None)  # A busy machine is no fault.
settings.load_profile("usual")
settings.register_profile("fuzz", max_examples=int(os.environ.get("EXAMPLES", "100")), deadline=1000)

quiet_logs.configure()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin first what takes longest, so that the end of a run waits for no single test."""
    items.sort(key=lambda each: each.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """The PostgreSQL of this run of tests; it ends when the last process of the run does."""
    base = tmp_path_factory.getbasetemp()
    return shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base, migrate)
