"""A restoration that fails or is killed at any step: at every instant one of the two is whole."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.clock import NOON
from tests.support.databases import contents, noted, spoil
from tests.unit.operations.place import KEPT, Place
from worker.operations.restoration import Step, restore


@pytest.mark.parametrize("spoiled", [False, True])
def test_one_that_fails_at_any_step_leaves_everything_as_it_was(place: Place, *, spoiled: bool) -> None:
    if spoiled:
        spoil(place.database)
    before = contents(place.database.parent)
    steps: list[Step] = []
    Place(copied(place.database.parent, "trial") / "cuelight.db", place.file).restore(steps.append)
    for number in range(steps.index(Step.SYNC)):
        with pytest.raises(OSError, match="No space left"):
            place.restore(failing_at(number))
        assert place.names() == {"cuelight.db"}
        if spoiled:
            assert contents(place.database.parent) == before
        else:
            assert noted(place.database) == {"old", "new"}
    place.restore()
    assert noted(place.database) == {"old"}


def test_what_the_disk_does_not_confirm_is_restored_all_the_same_and_said(place: Place) -> None:
    steps: list[Step] = []
    assert place.restore(steps.append).unconfirmed == ""
    assert place.restore(failing_at(steps.index(Step.SYNC))).unconfirmed == "No space left on device"
    assert noted(place.database) == {"old"}


def failing_at(number: int) -> Callable[[Step], None]:
    steps: list[Step] = []

    def fail(step: Step) -> None:
        steps.append(step)
        if len(steps) > number:
            raise OSError(28, "No space left on device")

    return fail


def copied(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(f"{folder.name}-{name}")))


KILLED = """
import os, sys
from pathlib import Path
from tests.support.clock import NOON
from worker.operations.restoration import restore

def killed_at(number, folder):
    steps = []
    def step(*_):
        steps.append(_)
        if len(steps) == number:
            os._exit(9)
    restore(folder.parent / "backup.db", folder / "cuelight.db", NOON, told=step, before=step)

number = 0
for folder in map(Path, sys.argv[1:]):
    number += 1
    child = os.fork()
    if not child:
        killed_at(number, folder)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Restores into each of these folders, and is killed one step later each time."""
MOST = 14


@pytest.mark.parametrize("spoiled", [False, True])
def test_one_that_is_killed_at_any_step_leaves_the_old_one_whole_or_the_new_one(
    place: Place, *, spoiled: bool
) -> None:
    if spoiled:
        spoil(place.database)
    log = place.database.with_name("cuelight.db-wal").read_bytes()
    folders = [copied(place.database.parent, str(n)) for n in range(MOST)]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *folders], capture_output=True, text=True, check=True, timeout=60
    )
    codes = [int(each) for each in done.stdout.split()]
    assert codes == [9] * codes.count(9) + [0] * codes.count(0)
    assert codes.count(9) >= len(Step) + 2
    assert codes[-1] == 0
    found = [state_of(folder, spoiled=spoiled) for folder in folders]
    assert found == sorted(found, reverse=True)
    assert set(found) == {"old", "new"}
    for folder, was in zip(folders, found, strict=True):
        again = Place(folder / "cuelight.db", place.file)
        made = restore(place.file, again.database, NOON.replace(hour=13))
        assert noted(again.database) == {"old"}
        of_the_first = again.names() - {"cuelight.db", *(each.name for each in made.kept)}
        all_of_it = {KEPT, f"{KEPT}-wal"} if spoiled else {KEPT}
        assert of_the_first == all_of_it or (was == "old" and not of_the_first)
        assert spoiled or was == "new" or not of_the_first
        assert not spoiled or log in [each.read_bytes() for each in folder.glob("*-wal")]


def state_of(folder: Path, *, spoiled: bool) -> str:
    """Return which of the two is there, found out as a worker does that begins."""
    copy = copied(folder, "looked-at") / "cuelight.db"
    if not spoiled:
        return {2: "old", 1: "new"}[len(noted(copy))]
    try:
        return {1: "new"}[len(noted(copy))]
    except sqlite3.DatabaseError:
        return "old"
