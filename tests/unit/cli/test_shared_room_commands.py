"""Occurrences of one entry that would be in one room at once are refused, whatever is asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import cuelight

ENTRY = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2099-12-01T18:00
    duration: {length}
    repeat: FREQ=WEEKLY;COUNT=4
    room: shared
{more}
"""
OTHER_ACCOUNT = "    change: {2099-12-08: {account: events}}"
COLLISIONS = {
    "a window as long as the week": {"length": "169h", "more": ""},
    "an extra one": {"length": "1h", "more": "    also: [2099-12-08T18:30]"},
    "one that is moved": {"length": "1h", "more": "    change: {2099-12-08: {start: 2099-12-15T17:30}}"},
    "one that is longer": {"length": "1h", "more": "    change: {2099-12-08: {duration: 200h}}"},
}


@pytest.mark.parametrize("command", [("validate",), ("plan",), ("apply", "--yes")])
@pytest.mark.parametrize("collision", COLLISIONS)
def test_a_collision_is_refused_and_nothing_is_written(
    tmp_path: Path, command: tuple[str, ...], collision: str
) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(ENTRY.format(**COLLISIONS[collision]))
    name, *options = command
    done = cuelight(tmp_path, name, str(file), *options, CUELIGHT_HORIZON="36500d")
    assert done.exit_code == 1
    assert "overlap and cannot share a room: use `room: own`" in done.output
    assert not (tmp_path / "cuelight.db").exists()


@pytest.mark.parametrize("command", [("validate",), ("plan",), ("apply", "--yes")])
def test_no_occurrence_of_a_shared_room_has_another_account(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(ENTRY.format(length="1h", more=OTHER_ACCOUNT))
    name, *options = command
    done = cuelight(tmp_path, name, str(file), *options)
    assert done.exit_code == 1
    assert "the account of a shared room cannot change for one occurrence" in done.output


def test_one_after_the_other_is_applied(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(ENTRY.format(length="1h", more="    also: [2099-12-08T19:00]"))
    assert cuelight(tmp_path, "apply", str(file), "--yes", CUELIGHT_HORIZON="36500d").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database:
        assert database.execute("SELECT count(*) FROM broadcasts").fetchone() == (5,)
