"""The database is looked at, and nothing is changed by it: not the file, not what lies beside it."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from worker.doctor.database import look
from worker.doctor.finding import Finding, Grade
from worker.doctor.people import holder_of
from worker.leases.file import FileLease
from worker.store.opening import threaded
from worker.store.records import Alert
from worker.store.schema.migration import NEWEST, migrate
from worker.store.standings import Worker
from worker.store.store import Store

WORKER = Worker(id="host/1", host="host", pid=1, version="1", started_at=NOON, seen_at=NOON)


def looked(database: Path) -> dict[str, Finding]:
    """Look, and hold the looking to its word."""
    before = contents(database.parent)
    found = {each.check: each for each in look(database, NOON)}
    assert contents(database.parent) == before
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies there; of the index of a log, which a reader marks, only that it does."""
    return {each.name: b"" if each.name.endswith("-shm") else each.read_bytes() for each in folder.iterdir()}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "cuelight.db"
    migrate(f"sqlite:///{path}")
    return path


@asynccontextmanager
async def opened(database: Path) -> AsyncIterator[Store]:
    store = threaded(f"sqlite:///{database}")
    yield store
    await store.close()


def alter(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for each in statements:
            connection.execute(each)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = looked(tmp_path / "cuelight.db")
    assert "does not exist yet" in found["database"].text
    assert [each.verdict for each in found.values()] == [Grade.OK]


def test_a_new_database_is_whole_and_nobody_has_worked_on_it(database: Path) -> None:
    found = looked(database)
    assert {each.verdict for each in found.values()} == {Grade.OK}
    assert "is intact, and takes " in found["database"].text
    assert NEWEST in found["schema"].text
    assert "none has ever run" in found["worker"].text
    assert found["alerts"].text == "none is open"


async def test_what_an_open_worker_has_just_written_is_seen(database: Path) -> None:
    async with opened(database) as store:
        await store.sign_in(WORKER)
        lease = FileLease.acquire(database)
        found = looked(database)
        lease.release()
    assert found["worker"].verdict is Grade.OK
    assert "holds the lease, last heard from 0 s ago" in found["worker"].text


@pytest.mark.parametrize(
    ("left", "verdict", "words"),
    [
        (True, Grade.OK, "shut down at 2026-12-01 12:00:00Z"),
        (False, Grade.WARNING, "did not shut down cleanly"),
    ],
)
async def test_how_the_last_worker_left_is_told(
    database: Path, *, left: bool, verdict: Grade, words: str
) -> None:
    async with opened(database) as store:
        await store.sign_in(WORKER)
        if left:
            await store.sign_out(WORKER.id, NOON)
    found = looked(database)["worker"]
    assert found.verdict is verdict
    assert words in found.text


async def test_a_worker_that_holds_the_lease_and_is_silent_is_told(database: Path) -> None:
    async with opened(database) as store:
        await store.sign_in(WORKER)
        await store.beat(WORKER.id, NOON - timedelta(seconds=61))
    lease = FileLease.acquire(database)
    found = looked(database)["worker"]
    lease.release()
    assert found.verdict is Grade.WARNING
    assert "was last heard from over" in found.text


def test_asking_for_the_lease_takes_it_from_nobody(database: Path) -> None:
    lock = database.with_name("cuelight.db.lock")
    assert holder_of(lock) is None
    assert not lock.exists()
    FileLease.acquire(database).release()
    assert holder_of(lock) is None
    lease = FileLease.acquire(database)
    assert holder_of(lock)
    assert lease.held()
    lease.release()


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        (["warning"], Grade.WARNING),
        (["warning", "critical", "warning"], Grade.PROBLEM),
    ],
)
async def test_open_alerts_are_counted_and_the_worst_is_told(
    database: Path, severities: list[str], verdict: Grade
) -> None:
    async with opened(database) as store:
        for number, each in enumerate(severities):
            alert = Alert(
                key=str(number),
                subject=Subject(SubjectKind.DATABASE),
                severity=each,
                title=f"not_off-{each}",
                text="t",
                cure="Mend it.",
            )
            await store.raise_alert(alert, NOON)
        await store.raise_alert(
            Alert(
                key="x",
                subject=Subject(SubjectKind.DATABASE),
                severity="critical",
                title="over",
                text="",
                cure="",
            ),
            NOON,
        )
        await store.resolve_alert("x", NOON)
    found = looked(database)["alerts"]
    assert found.verdict is verdict
    worst = "critical" if "critical" in severities else "warning"
    assert found.text.startswith(f"{len(severities)} open, the worst is {worst}: not_off-{worst}")
    assert found.cure.startswith("Mend it.")


def test_a_log_whose_index_is_gone_is_left_to_a_writer(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "cuelight.db"
    copy.parent.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("INSERT INTO installation VALUES ('x', 'y')")
        for suffix in ("", "-wal"):
            shutil.copy(f"{database}{suffix}", f"{copy}{suffix}")
    found = looked(copy)["database"]
    assert found.verdict is Grade.WARNING
    assert "cuelight migrate" in found.cure


def test_a_newer_schema_wants_a_newer_cuelight(database: Path) -> None:
    alter(database, "UPDATE alembic_version SET version_num = '9999'")
    alter(database, "UPDATE installation SET value = '9999' WHERE name = 'oldest_schema'")
    found = looked(database)
    assert found["schema"].verdict is Grade.PROBLEM
    assert found["schema"].cure == "Upgrade cuelight."
    assert "alerts" not in found


def test_a_newer_schema_that_this_cuelight_works_with_is_no_problem(database: Path) -> None:
    alter(database, "UPDATE alembic_version SET version_num = '9999'")
    alter(database, f"UPDATE installation SET value = '{NEWEST}' WHERE name = 'oldest_schema'")  # noqa: S608 - a version
    found = looked(database)
    assert found["schema"].verdict is Grade.OK
    assert "which can use it" in found["schema"].text
    assert "alerts" in found


def test_an_older_schema_is_no_problem_for_run_migrates(tmp_path: Path) -> None:
    path = tmp_path / "cuelight.db"
    alter(path, "CREATE TABLE something (x)")
    found = looked(path)
    assert found["schema"].verdict is Grade.OK
    assert "upgrades it" in found["schema"].text


def test_a_damaged_database_is_told(database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[4096 * 3 : 4096 * 8] = b"\xaa" * 4096 * 5
    database.write_bytes(data)
    found = looked(database)["database"]
    assert found.verdict is Grade.PROBLEM
    assert "backup" in found.cure


def test_a_database_of_years_is_looked_at_in_part_and_that_is_told(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.doctor.database.LOOKED_WITHIN", -1.0)
    monkeypatch.setattr("worker.doctor.database.STEPS", 1)
    found = looked(database)["database"]
    assert found.verdict is Grade.OK
    assert "checks all of it" in found.text


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cuelight.db"
    path.write_text("no database at all, but long enough to be taken for one" * 30)
    assert looked(path)["database"].verdict is Grade.PROBLEM
