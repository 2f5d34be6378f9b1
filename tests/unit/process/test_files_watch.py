"""A worker whose files are taken away: it tells, is not ready, and leaves once nothing is on air."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from jobs.conditions import Condition, Severity
from tests.support.clock import HandClock
from worker.installation.files import DatabaseFiles
from worker.kit.open_file import OpenFile
from worker.leases.file import FileLease, LeaseTakenError
from worker.process.files_watch import LEAVES_AFTER, FilesWatch
from worker.store.errors import StoreUnavailableError

GONE = Condition("lock_lost", Severity.CRITICAL, "the lock is gone", "Look for it.")


class Drawer:
    """Files that may be lost."""

    def __init__(self) -> None:
        self.lost: Condition | None = None

    async def look(self) -> Condition | None:
        return self.lost


class World:
    def __init__(self) -> None:
        self.files, self.clock = Drawer(), HandClock()
        self.on_air = ["show"]
        self.told: list[str] = []
        self.watch = FilesWatch(self.files, self.tell, lambda: self.on_air, self.clock)

    def tell(self, conditions: Sequence[Condition]) -> None:
        self.told = [each.name for each in conditions]

    async def leaves(self, after: float = LEAVES_AFTER) -> bool:
        """Look for some seconds; tell whether it leaves by then."""
        for _ in range(int(after)):
            await self.watch.look()
            self.clock.move(1)
        await self.watch.look()
        return self.watch._leaves.is_set()


async def test_what_is_lost_is_told_at_once_and_makes_it_unready() -> None:
    world = World()
    await world.watch.look()
    assert (world.told, world.watch.why()) == ([], "")
    world.files.lost = GONE
    await world.watch.look()
    assert (world.told, world.watch.why()) == (["lock_lost"], "the lock is gone")


async def test_it_stays_while_something_is_on_air_and_leaves_when_nothing_is() -> None:
    world = World()
    world.files.lost = GONE
    assert not await world.leaves(60)
    world.on_air.clear()
    assert await world.leaves(0)
    async with asyncio.timeout(1):
        assert await world.watch.lost() == "the lock is gone. Look for it."


async def test_it_leaves_no_sooner_than_its_alert_is_out() -> None:
    world = World()
    world.on_air.clear()
    world.files.lost = GONE
    assert not await world.leaves(LEAVES_AFTER - 1)


async def test_what_comes_back_is_told_and_keeps_it() -> None:
    world = World()
    world.on_air.clear()
    world.files.lost = GONE
    assert not await world.leaves(3)
    world.files.lost = None
    assert not await world.leaves(60)
    assert (world.told, world.watch.why()) == ([], "")
    world.files.lost = GONE
    assert not await world.leaves(3)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "cuelight.db"
    path.touch()
    return path


def files(
    lease: FileLease, count: Callable[[], Awaitable[int]] | None = None, file: OpenFile | None = None
) -> DatabaseFiles:
    async def next_term() -> int:
        return lease.term + 1

    return DatabaseFiles(lease, count or next_term, file or OpenFile(lease._lock.with_name("cuelight.db")))


async def test_a_deleted_lock_file_is_taken_again_under_a_new_term(database: Path) -> None:
    lease = FileLease.acquire(database)
    lease.begin_term(4)
    watched = files(lease)
    database.with_name("cuelight.db.lock").unlink()
    assert not lease.terms()
    assert await watched.look() is None
    assert lease.terms() == {"*": 5}
    lease.release()


async def test_a_lock_that_another_worker_took_meanwhile_is_told(database: Path) -> None:
    lease = FileLease.acquire(database)
    lock = database.with_name("cuelight.db.lock")
    lock.unlink()
    other = FileLease.acquire(database)
    found = await files(lease).look()
    assert found
    assert (found.name, found.severity) == ("lock_lost", Severity.CRITICAL)
    assert "holds" in found.text
    assert other.held()
    assert not lease.held()
    other.release()
    assert await files(lease).look() is None
    assert lease.held()
    lease.release()


async def test_a_lock_that_cannot_be_made_anew_is_told(database: Path) -> None:
    lease = FileLease.acquire(database)
    elsewhere = database.parent.with_name("elsewhere.db")
    elsewhere.touch()
    watched = files(lease, file=OpenFile(elsewhere))
    shutil.rmtree(database.parent)
    found = await watched.look()
    assert found
    assert "No such file" in found.text


async def test_without_a_new_term_it_is_not_held(database: Path) -> None:
    async def unanswered() -> int:
        raise StoreUnavailableError("locked")

    lease = FileLease.acquire(database)
    database.with_name("cuelight.db.lock").unlink()
    found = await files(lease, unanswered).look()
    assert found
    assert "locked" in found.text
    assert not lease.held()
    FileLease.acquire(database).release()


async def test_a_lock_that_was_away_for_a_moment_is_not_held_in_the_old_term(database: Path) -> None:
    lease = FileLease.acquire(database)
    lock = database.with_name("cuelight.db.lock")
    lock.rename(database.with_name("aside"))
    assert not lease.held()
    database.with_name("aside").rename(lock)
    assert not lease.held()
    assert await files(lease).look() is None
    assert lease.terms() == {"*": 1}
    lease.release()


def swap(database: Path, aside: Path) -> None:
    database.rename(aside)
    database.touch()


async def test_a_database_that_is_replaced_ends_the_lease_for_good_and_keeps_others_out(
    database: Path,
) -> None:
    lease = FileLease.acquire(database)
    watched, aside = files(lease), database.with_name("aside")
    assert await watched.look() is None
    swap(database, aside)
    found = await watched.look()
    assert found
    assert (found.name, found.severity) == ("database_replaced", Severity.CRITICAL)
    assert "was replaced by another file" in found.text
    assert not lease.held()
    with pytest.raises(LeaseTakenError):
        FileLease.acquire(database)
    os.replace(aside, database)  # noqa: PTH105  In a coroutine.
    assert await watched.look() == found
    assert not lease.held()
    lease.release()
