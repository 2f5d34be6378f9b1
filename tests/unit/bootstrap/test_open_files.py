"""The limit of open files."""

import resource
from collections.abc import Iterator

import pytest

from worker.bootstrap.open_files import allow_as_many_as_may_be


@pytest.fixture
def most() -> Iterator[int]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] // 2, before[1]))
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_process_may_open_as_many_files_as_the_system_allows(most: int) -> None:
    allow_as_many_as_may_be()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
