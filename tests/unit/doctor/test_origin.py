"""Whether the database is a copy is told before `run` refuses it."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.place import FilePlace
from worker.doctor import origin
from worker.doctor.finding import Grade
from worker.store.queries import places
from worker.store.schema.migration import migrate, transaction

BEFORE = FilePlace(
    path="/nowhere/cuelight.db", host="prod", machine="m1", volume="f1", inode=12, generation=7
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/cuelight.db"
    migrate(address)
    return address


@pytest.mark.parametrize(
    ("here", "verdict", "text", "cure"),
    [
        (BEFORE, Grade.OK, "is the one used last", ""),
        (replace(BEFORE, path="/srv/cuelight.db", inode=40), Grade.OK, "was moved", ""),
        (
            replace(BEFORE, machine="m2", host="stage", inode=40),
            Grade.PROBLEM,
            "is a copy",
            "adopt --as-copy",
        ),
        (
            replace(BEFORE, machine="", generation=None, inode=40),
            Grade.WARNING,
            "cannot tell",
            "adopt",
        ),
    ],
)
def test_of_a_file_that_was_worked_on(
    here: FilePlace, verdict: Grade, text: str, cure: str, url: str
) -> None:
    with transaction(url) as connection:
        places.remember(connection, BEFORE)
    with transaction(url, writes=False) as connection:
        found = origin.look(connection, here)
    assert (found.check, found.verdict) == ("origin", verdict)
    assert text in found.text
    assert cure in found.cure


def test_of_a_database_of_before_there_is_nothing_to_compare(url: str) -> None:
    with transaction(url, writes=False) as connection:
        found = origin.look(connection, BEFORE)
    assert (found.verdict, "is not recorded yet" in found.text) == (Grade.OK, True)
