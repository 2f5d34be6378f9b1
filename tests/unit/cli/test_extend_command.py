"""`extend`, when what it wrote does not come into force."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.store.house import House
from tests.unit.store.sqlite_house import at_once
from worker.cli import main

HEEDED = "CREATE TRIGGER worker AFTER INSERT ON unheeded BEGIN {done} DELETE FROM unheeded; END"
"""A worker that heeds each change at once."""
TAKEN_IN = "UPDATE runs SET ends_at = '2026-12-01T19:15:00.000000Z';"
MOVED = "UPDATE runs SET ends_at = '2026-12-01T22:30:00.000000Z';"
REFUSED = ""
NOT_EXTENDED = "show was not extended: its row was changed or refused; `cuelight show show` shows"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One broadcast from 18:00 to 19:00, taken up."""
    found = at_once(tmp_path / "cuelight.db")
    asyncio.run(found.taken_up("show"))
    asyncio.run(found.store.close())
    return found


def extended(tmp_path: Path, house: House, done: str) -> Result:
    """Extend by 15 min; `done` is what becomes of the run meanwhile."""
    house.sql(HEEDED.format(done=done))
    return CliRunner().invoke(main, ["extend", "show", "15m"], env={"CUELIGHT_STATE_DIR": str(tmp_path)})


def test_an_extension_that_a_worker_refuses_is_told_with_the_cure(tmp_path: Path, house: House) -> None:
    done = extended(tmp_path, house, REFUSED)
    assert NOT_EXTENDED in done.output
    assert done.exit_code == 1


def test_an_extension_over_which_somebody_wrote_another_end_is_told(tmp_path: Path, house: House) -> None:
    done = extended(tmp_path, house, MOVED)
    assert NOT_EXTENDED in done.output
    assert done.exit_code == 1


def test_an_extension_that_is_in_force_is_told_with_its_end(tmp_path: Path, house: House) -> None:
    done = extended(tmp_path, house, TAKEN_IN)
    assert "show ends" in done.output
    assert done.exit_code == 0
