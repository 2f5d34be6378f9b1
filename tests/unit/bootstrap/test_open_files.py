"""The limit of open files."""

import resource
from collections.abc import Iterator

import pytest

from worker.bootstrap.open_files import allow_as_many_as_may_be, of_files


@pytest.fixture
def most() -> Iterator[int]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] // 2, before[1]))
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_process_may_open_as_many_files_as_the_system_allows(most: int) -> None:
    allow_as_many_as_may_be()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)


@pytest.mark.parametrize(("files", "streams"), [(1024, 200), (160, 40), (40, 10)])
def test_streams_take_no_more_than_a_quarter_of_the_files(most: int, files: int, streams: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    assert of_files(200) == streams
