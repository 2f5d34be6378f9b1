"""Threads that make calls: together when they wait, apart in their fate, left behind when they hang."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from worker.kit.clock import SystemClock
from worker.store.engine.calls import Share
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import GATHER, InlineLane, ThreadLane
from worker.store.errors import StoreUnavailableError

PATIENCE = 0.4


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'numbers.db'}"
    with open_engine(url, writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"))
    return url


class Numbers:
    """A lane to a table of numbers, and a count of its transactions."""

    def __init__(self, url: str, gather: float, patience: float = PATIENCE) -> None:
        self.engine = open_engine(url, writes=True, busy=patience * 0.75)
        self.lane = ThreadLane(self.engine, gather=gather, patience=patience)
        self.commits = self.savepoints = 0
        event.listen(self.engine, "commit", self._count)
        event.listen(self.engine, "savepoint", self._count_savepoint)

    async def add(self, number: int) -> None:
        await self.lane.call(lambda connection: inserted(connection, number))

    async def all(self) -> list[int]:
        def read(connection: Connection) -> list[int]:
            return list(connection.execute(text("SELECT n FROM numbers ORDER BY n")).scalars())

        return await self.lane.call(read)

    def _count(self, _: Connection) -> None:
        self.commits += 1

    def _count_savepoint(self, _: Connection, _name: str) -> None:
        self.savepoints += 1


def inserted(connection: Connection, number: int) -> None:
    connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})


@pytest.fixture
async def numbers(url: str) -> AsyncIterator[Numbers]:
    numbers = Numbers(url, gather=10.0)
    yield numbers
    await numbers.lane.close()


@pytest.fixture
async def patient(url: str) -> AsyncIterator[Numbers]:
    """A lane that gives nothing up, however busy the machine is."""
    numbers = Numbers(url, gather=10.0, patience=60.0)
    yield numbers
    await numbers.lane.close()


async def hung(lane: ThreadLane) -> tuple[asyncio.Task[None], threading.Event]:
    """Have a call begin and not end until the event is set."""
    begun, release = threading.Event(), threading.Event()

    def hang(connection: Connection) -> None:
        inserted(connection, 666)
        begun.set()
        release.wait()

    task = asyncio.create_task(lane.call(hang))
    await asyncio.to_thread(begun.wait)
    return task, release


async def test_writes_that_wait_share_a_transaction(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    others = [asyncio.create_task(patient.add(number)) for number in range(100)]
    await asyncio.wait(others, timeout=0)
    release.set()
    await asyncio.gather(task, *others)
    assert (patient.commits, patient.savepoints) == (1, 0)
    assert len(await patient.all()) == 101


async def test_a_lane_that_gathers_nothing_gives_each_call_its_own_transaction(url: str) -> None:
    numbers = Numbers(url, gather=0.0)
    await asyncio.gather(*map(numbers.add, range(5)))
    assert numbers.commits == 5
    await numbers.lane.close()


async def test_a_call_that_fails_is_undone_alone(patient: Numbers) -> None:
    def half(connection: Connection) -> None:
        inserted(connection, 3)
        raise LookupError("half-way")

    calls = [patient.add(1), patient.lane.call(half), patient.add(1), patient.add(2)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each).__name__ for each in results] == [
        "NoneType",
        "LookupError",
        "IntegrityError",
        "NoneType",
    ]
    assert await patient.all() == [1, 2]


async def test_a_call_that_fails_alone_is_made_once(patient: Numbers) -> None:
    made: list[int] = []
    with pytest.raises(LookupError):
        await patient.lane.call(failing(made))
    assert (len(made), patient.commits, patient.savepoints) == (1, 0, 0)


async def test_calls_beside_one_that_fails_are_made_anew_in_one_transaction(patient: Numbers) -> None:
    made: list[int] = []
    task, release = await hung(patient.lane)
    calls = [patient.add(1), patient.lane.call(failing(made)), patient.add(2), patient.add(3)]
    waiting = [asyncio.create_task(each) for each in calls]
    await asyncio.wait(waiting, timeout=0)
    release.set()
    await asyncio.gather(task, *waiting, return_exceptions=True)
    assert len(made) == 2
    assert (patient.commits, patient.savepoints) == (1, 5)
    assert await patient.all() == [1, 2, 3, 666]


async def test_the_first_of_several_that_wait_may_fail_as_well(url: str) -> None:
    numbers = Numbers(url, gather=GATHER, patience=60.0)
    task, release = await hung(numbers.lane)
    until = SystemClock().monotonic() + GATHER
    calls = [asyncio.create_task(each) for each in (numbers.lane.call(failing([])), numbers.add(2))]
    while SystemClock().monotonic() < until:
        await asyncio.wait(calls, timeout=GATHER)
    release.set()
    results = await asyncio.gather(task, *calls, return_exceptions=True)
    assert [type(each) for each in results] == [type(None), LookupError, type(None)]
    assert await numbers.all() == [2, 666]
    await numbers.lane.close()


async def test_a_call_withdrawn_before_it_is_made_anew_is_not(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    withdrawn = asyncio.create_task(patient.add(1))
    await asyncio.wait([withdrawn], timeout=0)
    fails = asyncio.create_task(
        patient.lane.call(failing([], begun := threading.Event(), go := threading.Event()))
    )
    await asyncio.wait([fails], timeout=0)
    release.set()
    await asyncio.to_thread(begun.wait)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    go.set()
    await asyncio.gather(task, fails, return_exceptions=True)
    assert await patient.all() == [666]


def failing(
    made: list[int], begun: threading.Event | None = None, go: threading.Event | None = None
) -> Callable[[Connection], None]:
    """Return work that is noted each time it is done, waits if it is to, and fails half-way."""

    def half(connection: Connection) -> None:
        made.append(1)
        inserted(connection, 99)
        if begun and go:
            begun.set()
            go.wait()
        raise LookupError("half-way")

    return half


async def test_a_call_that_hangs_is_given_up_and_the_next_one_is_made(numbers: Numbers) -> None:
    task, release = await hung(numbers.lane)
    waiting = asyncio.create_task(numbers.add(1))
    thread = numbers.lane._thread
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        await task
    assert numbers.lane._thread is not thread
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        await waiting
    with pytest.raises(StoreUnavailableError, match="locked"):
        await numbers.add(2)
    release.set()
    await settled(numbers, 3)
    assert await numbers.all() == [3]


async def test_calls_that_hang_as_they_are_made_anew_are_given_up_for_good(numbers: Numbers) -> None:
    made: list[int] = []
    begun, release = threading.Event(), threading.Event()

    def half_then_hang(connection: Connection) -> None:
        made.append(1)
        if len(made) == 1:
            raise LookupError("half-way")
        inserted(connection, 667)
        begun.set()
        release.wait()

    first, go = await hung(numbers.lane)
    second = asyncio.create_task(numbers.lane.call(half_then_hang))
    await asyncio.wait([second], timeout=0)
    go.set()
    await asyncio.to_thread(begun.wait)
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(each) for each in results] == [StoreUnavailableError] * 2
    release.set()
    await settled(numbers, 3)
    assert await numbers.all() == [3]


async def settled(numbers: Numbers, number: int) -> None:
    """Write as soon as whoever was left behind has let go."""
    try:
        await numbers.add(number)
    except StoreUnavailableError:
        await settled(numbers, number)


async def test_a_reader_that_hangs_does_not_hold_up_the_next_read(url: str) -> None:
    engine = open_engine(url, writes=False)
    lane = ThreadLane(engine, patience=PATIENCE)
    release = threading.Event()
    with pytest.raises(StoreUnavailableError):
        await lane.call(lambda _: release.wait())
    assert await lane.call(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
    release.set()
    await lane.close()


async def test_a_call_withdrawn_before_its_turn_is_not_made(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    withdrawn = asyncio.create_task(patient.add(1))
    await asyncio.wait([withdrawn], timeout=0)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    release.set()
    await task
    assert await patient.all() == [666]


async def test_a_call_withdrawn_before_its_turn_is_not_made_though_others_beside_it_are(
    patient: Numbers,
) -> None:
    task, release = await hung(patient.lane)
    begun, go = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go.wait()
        inserted(connection, 1)

    before = asyncio.create_task(patient.lane.call(slow))
    withdrawn, after = (asyncio.create_task(patient.add(number)) for number in (2, 3))
    await asyncio.wait([before, withdrawn, after], timeout=0)
    release.set()
    await asyncio.to_thread(begun.wait)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    go.set()
    await asyncio.gather(task, before, after)
    assert patient.commits == 1
    assert await patient.all() == [1, 3, 666]


class Counted:
    """What is done for many numbers at once, and how many they were each time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def insert(self, connection: Connection, many: Sequence[int]) -> list[str]:
        self.sizes.append(len(many))
        for number in many:
            inserted(connection, number)
        return [f"{number} is in" for number in many]


async def test_shares_that_wait_are_done_at_once_and_each_is_told_its_own_result(patient: Numbers) -> None:
    counted = Counted()
    task, release = await hung(patient.lane)
    works = [Share(counted.insert, number) for number in range(5)]
    calls = [asyncio.create_task(patient.lane.call(each)) for each in works]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(*calls)
    await task
    assert results == [f"{number} is in" for number in range(5)]
    assert counted.sizes == [5]


async def test_a_share_that_fails_harms_none_of_the_others(patient: Numbers) -> None:
    counted = Counted()
    task, release = await hung(patient.lane)
    works = [Share(counted.insert, number) for number in (1, 666, 2)]
    calls = [asyncio.create_task(patient.lane.call(each)) for each in works]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    await task
    assert results[::2] == ["1 is in", "2 is in"]
    assert isinstance(results[1], IntegrityError)
    assert counted.sizes == [3, 1, 1, 1]
    assert await patient.all() == [1, 2, 666]


async def test_no_more_than_can_be_done_anew_in_time_share_a_transaction(patient: Numbers) -> None:
    task, release = await hung(patient.lane)
    calls = [asyncio.create_task(patient.add(number)) for number in range(200)]
    await asyncio.wait(calls, timeout=0)
    release.set()
    await asyncio.gather(task, *calls)
    assert patient.commits == 2


async def test_a_transaction_that_cannot_be_committed_is_told_to_every_caller(patient: Numbers) -> None:
    def defer(connection: Connection) -> None:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text("INSERT INTO leaves VALUES (99)"))

    def grow(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE leaves (n REFERENCES numbers)"))

    await patient.lane.call(grow)
    task, release = await hung(patient.lane)
    calls = [asyncio.create_task(each) for each in (patient.add(1), patient.lane.call(defer))]
    await asyncio.wait(calls, timeout=0)
    release.set()
    results = await asyncio.gather(task, *calls, return_exceptions=True)
    assert [type(each) for each in results] == [StoreUnavailableError] * 3
    assert await patient.all() == []


async def test_a_lock_that_is_held_refuses_everything_that_waits_for_it(url: str) -> None:
    numbers = Numbers(url, gather=0.0)
    with closing(sqlite3.connect(numbers.engine.url.database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(*map(numbers.add, range(5)), return_exceptions=True)
    assert [str(each) for each in results] == ["the database does not answer: database is locked"] * 5
    await numbers.lane.close()


async def test_a_write_keeps_others_out_from_its_first_statement(numbers: Numbers) -> None:
    def read_first(connection: Connection) -> None:
        connection.execute(text("SELECT count(*) FROM numbers"))
        with closing(sqlite3.connect(numbers.engine.url.database or "", timeout=0)) as other:
            other.execute("INSERT INTO numbers VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await numbers.lane.call(read_first)


async def test_a_statement_that_is_wrong_is_its_own_fault(patient: Numbers) -> None:
    wrong = patient.lane.call(lambda connection: connection.execute(text("SELECT n FROM letters")))
    results = await asyncio.gather(patient.add(1), wrong, patient.add(2), return_exceptions=True)
    assert [type(each) for each in results] == [type(None), OperationalError, type(None)]


async def test_a_page_that_is_damaged_makes_the_database_unavailable(patient: Numbers) -> None:
    with pytest.raises(StoreUnavailableError, match="malformed"):
        await patient.lane.call(damaged)


def damaged(connection: Connection) -> None:
    """Read through a table whose entry in the catalogue is not one."""
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(text("UPDATE sqlite_master SET rootpage = 9999 WHERE name = 'numbers'"))
    connection.execute(text("PRAGMA writable_schema = RESET"))
    connection.execute(text("SELECT n FROM numbers"))


async def test_a_disk_that_is_full_is_told_and_over_when_there_is_room(patient: Numbers) -> None:
    def limit(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count = 2"))

    def fill(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE big AS SELECT zeroblob(100000)"))

    await patient.lane.call(limit)
    with pytest.raises(StoreUnavailableError, match="full"):
        await patient.lane.call(fill)
    await patient.add(1)
    assert await patient.all() == [1]


async def test_a_closed_lane_has_made_every_call_that_waited(url: str) -> None:
    numbers = Numbers(url, gather=10.0)
    calls = [asyncio.create_task(numbers.add(number)) for number in range(10)]
    await asyncio.wait(calls, timeout=0)
    await numbers.lane.close()
    await asyncio.gather(*calls)
    assert not numbers.lane._thread.thread.is_alive()


async def test_a_call_at_once_raises_what_it_raises_and_leaves_nothing(url: str) -> None:
    lane = InlineLane(open_engine(url, writes=True))

    def half(connection: Connection) -> None:
        inserted(connection, 3)
        raise LookupError("half-way")

    with pytest.raises(LookupError, match="half-way"):
        await lane.call(half)
    assert await lane.call(lambda c: c.execute(text("SELECT count(*) FROM numbers")).scalar()) == 0
    await lane.close()
