"""What tests of operations start from: an operator, or a database to be restored."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import leave_as_killed, note, writing
from tests.unit.operations.operators import Booking
from tests.unit.operations.place import Place
from worker.operations.backup import back_up
from worker.store.schema.migration import migrate


@pytest.fixture
def booking(tmp_path: Path) -> Iterator[Booking]:
    """Return an operator on a new database."""
    found = Booking.of(tmp_path)
    yield found
    asyncio.run(found.operator.store.close())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "cuelight.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    """Return a database that was written to since its backup, by a worker that was killed."""
    found = Place(tmp_path / "state" / "cuelight.db", tmp_path / "backup.db")
    found.database.parent.mkdir()
    shutil.copy(made, found.database)
    with writing(found.database) as worker:
        note(worker, "old")
    back_up(found.database, found.file)
    leave_as_killed(found.database, "new")
    return found
