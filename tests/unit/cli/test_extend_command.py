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


def test_what_waits_for_the_room_that_is_extended_is_told(tmp_path: Path, house: House) -> None:
    house.sql(
        "INSERT INTO broadcasts (id, title, starts_at, ends_at)"
        " VALUES ('next', 'Next', '2026-12-01T19:00Z', '2026-12-01T20:00Z')"
    )
    house.sql(
        "INSERT INTO runs (id, state, entered_at, version, room_key, starts_at, ends_at)"
        " VALUES ('next', 'ready', '2026-12-01T12:00:00.000000Z', 1, 'show', '2026-12-01T19:00:00.000000Z',"
        " '2026-12-01T20:00:00.000000Z')"
    )
    done = extended(tmp_path, house, TAKEN_IN.replace(";", " WHERE id = 'show';"))
    assert done.exit_code == 0
    assert "show ends" in done.stdout
    assert "in the same room: it begins late, when show is proven off" in done.stderr
    assert done.stderr.startswith("next starts")
