"""A restoration: the backup in the place, what was there kept; at every instant one of them whole."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.clock import NOON
from tests.support.databases import contents, leave_as_killed, note, noted, spoil, spoil_deeply, writing
from worker.leases.file import FileLease, LeaseTakenError
from worker.operations.backup import back_up
from worker.operations.restoration import Restoration, RestorationError, Step, restore
from worker.store.errors import DamagedError, SchemaError
from worker.store.schema.migration import NEWEST, migrate

KEPT = "cuelight.db.before-restore-20261201T120000Z"
NOBODY = 65534


@dataclass(frozen=True)
class Place:
    """A database, and a backup of what it was before."""

    database: Path
    file: Path

    def restore(self, before: Callable[[Step], None] = lambda _: None) -> Restoration:
        return restore(self.file, self.database, NOON, before=before)

    def names(self) -> set[str]:
        """Return what lies beside the database that is neither its lock nor its log."""
        left = {each.name for each in self.database.parent.iterdir()}
        return left - {f"cuelight.db{suffix}" for suffix in (".lock", "-wal", "-shm")}


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


def test_the_backup_is_in_its_place_and_what_was_there_is_kept_with_its_last_changes(place: Place) -> None:
    made = place.restore()
    kept = place.database.with_name(KEPT)
    assert (made.database, made.schema, made.kept) == (place.database, NEWEST, (kept,))
    assert noted(place.database) == {"old"}
    assert noted(kept) == {"old", "new"}
    assert place.names() == {"cuelight.db", KEPT}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (place.database, kept)} == {0o600}


def test_what_was_kept_can_be_restored_in_turn(place: Place) -> None:
    (kept,) = place.restore().kept
    made = restore(kept, place.database, NOON.replace(hour=13))
    assert noted(place.database) == {"old", "new"}
    assert noted(made.kept[0]) == {"old"}


def test_two_in_one_second_keep_what_was_there_each_under_its_own_name(place: Place) -> None:
    kept = [place.restore().kept[0].name for _ in range(3)]
    assert kept == [KEPT, f"{KEPT}-2", f"{KEPT}-3"]


def test_a_database_that_is_not_there_is_made(place: Place) -> None:
    for each in place.database.parent.iterdir():
        each.unlink()
    assert place.restore().kept == ()
    assert noted(place.database) == {"old"}


def test_a_log_without_its_database_is_kept_and_not_taken_in(place: Place) -> None:
    place.database.unlink()
    assert [each.name for each in place.restore().kept] == [f"{KEPT}-wal"]
    assert noted(place.database) == {"old"}


def test_a_damaged_database_is_kept_as_it_is_with_its_log(place: Place) -> None:
    spoil(place.database)
    before = {
        each.name.removeprefix("cuelight.db"): each.read_bytes() for each in place.database.parent.iterdir()
    }
    made = place.restore()
    kept = {each.name.removeprefix(KEPT): each.read_bytes() for each in made.kept}
    assert kept == {suffix: before[suffix] for suffix in ("", "-wal")}
    assert noted(place.database) == {"old"}


def test_readers_of_the_restored_one_hold_up_no_worker(place: Place) -> None:
    place.restore()
    with closing(sqlite3.connect(place.database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_backup_stays_as_it_was_though_it_has_a_log(place: Place) -> None:
    leave_as_killed(place.file, "in its log")
    before = contents(place.file.parent)
    place.restore()
    after = contents(place.file.parent)
    assert noted(place.database) == {"old", "in its log"}
    assert before == after


def test_while_a_worker_holds_the_lock_it_is_refused(place: Place) -> None:
    worker = FileLease.acquire(place.database)
    worker.sign()
    before = contents(place.database.parent)
    with pytest.raises(LeaseTakenError, match=f"process {os.getpid()} holds .*; stop that one first"):
        place.restore()
    assert contents(place.database.parent) == before
    worker.release()
    place.restore()


def test_no_worker_begins_before_it_is_done_and_one_may_after_it(place: Place) -> None:
    refused = []

    def begin(step: Step) -> None:
        with pytest.raises(LeaseTakenError):
            FileLease.acquire(place.database)
        refused.append(step)

    place.restore(begin)
    assert set(refused) == set(Step)
    FileLease.acquire(place.database).release()


def test_while_another_program_has_the_database_open_it_is_refused_with_the_cure(place: Place) -> None:
    with writing(place.database) as other:
        other.execute("SELECT count(*) FROM broadcasts").fetchall()
        with pytest.raises(
            RestorationError, match="cannot be held alone: database is locked; end what has it open"
        ):
            place.restore()
        assert noted(place.database) == {"old", "new"}


def test_whoever_opens_the_old_one_meanwhile_neither_reads_nor_writes_there_nor_makes_a_log(
    place: Place,
) -> None:
    with closing(sqlite3.connect(place.database, isolation_level=None, timeout=0)) as other:

        def come(step: Step) -> None:
            if step is Step.REPLACE:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("SELECT count(*) FROM broadcasts")

        place.restore(come)
        for statement in ("PRAGMA journal_mode = WAL", "DELETE FROM installation"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                other.execute(statement)
    assert place.names() == {"cuelight.db", KEPT}
    assert noted(place.database) == {"old"}


def nonsense(file: Path) -> None:
    file.write_text("no database " * 1000)


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def anothers(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def of_version(version: str, oldest: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.execute("INSERT OR REPLACE INTO installation VALUES ('oldest_schema', ?)", (oldest,))

    return change


@pytest.mark.parametrize(
    ("spoiled", "error", "said"),
    [
        (spoil, DamagedError, "backup.db is damaged: .*take another backup"),
        (spoil_deeply, DamagedError, "backup.db is damaged: .*take another backup"),
        (nonsense, DamagedError, "backup.db is damaged: file is not a database"),
        (cut_short, DamagedError, "backup.db is damaged: "),
        (anothers, SchemaError, "backup.db is no database of cuelight's"),
        (empty, SchemaError, "backup.db is no database of cuelight's"),
        (of_version("0999", "0998"), SchemaError, "backup.db: the schema is at 0999.*upgrade cuelight"),
        (Path.unlink, RestorationError, "there is no file"),
    ],
)
def test_what_is_no_backup_that_this_program_can_use_is_refused(
    place: Place, spoiled: Callable[[Path], None], error: type[Exception], said: str
) -> None:
    spoiled(place.file)
    before = contents(place.database.parent)
    with pytest.raises(error, match=said):
        place.restore()
    assert contents(place.database.parent) == before


@pytest.mark.parametrize("version", ["0006", "0999"])
def test_an_older_backup_and_a_newer_one_that_fits_are_taken(place: Place, version: str) -> None:
    of_version(version, "0001")(place.file)
    assert place.restore().schema == version


def test_the_database_itself_is_no_backup_of_it_under_whatever_name(place: Place) -> None:
    second = place.database.with_name("second.db")
    second.hardlink_to(place.database)
    for name in (place.database, second):
        with pytest.raises(RestorationError, match="is the database itself"):
            restore(name, place.database, NOON)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another than whoever runs the worker")
def test_root_is_told_to_give_the_command_as_the_user_of_the_worker(place: Place) -> None:
    os.chown(place.database.parent, NOBODY, NOBODY)
    with pytest.raises(RestorationError, match=f"sudo --user '#{NOBODY}'"):
        place.restore()


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
