"""History does not slow the night: with six times as much of it, no more is read for what is done now.

It is counted, not timed: on SQLite the steps of its machine, on PostgreSQL the rows that were touched.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from jobs.model import Attempt, Broadcast, Kind, Outcome
from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.support import history
from tests.support.clock import NOON
from tests.support.postgres import Postgres
from tests.unit.store.house import HOUR, MINE, House, broadcast, new_run, note
from tests.unit.store.postgres_house import PostgresHouse
from tests.unit.store.sqlite_house import SqliteHouse
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import InlineLane
from worker.store.records import Alert, Arrival, Changes, Save, Taken
from worker.store.schema import migration
from worker.store.standings import Worker
from worker.store.store import Store

FEW, MANY = 500, 3000
"""Broadcasts that are over."""
BEFORE = timedelta(days=2)
"""The last of them was over so long ago."""
SHARED = {"source": "schedule", "entry": "nightly", "room": "shared"}
ABOUT = Subject(SubjectKind.BROADCAST, "a")
ALERT = Alert(key="a/late", subject=ABOUT, severity="warning", title="late", text="It is late.", cure="Look.")
WORKER = Worker(id=MINE, host="test", pid=1, version="1", started_at=NOON, seen_at=NOON)
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Book:
    """A database with history, and what counts all that is read in it."""

    house: House
    read: Callable[[], int]
    slack: int
    """So much more of it is no matter: a page that is full, a tree that is one level higher."""


Step = Callable[[House], Awaitable[Any]]


async def taken_up(house: House) -> None:
    await house.taken_up("fresh")


async def taken_up_many(house: House) -> None:
    for each in ("many-1", "many-2"):
        house.insert(each)
    arrivals = []
    for wanted, version in await house.store.fresh_many(["many-1", "many-2"]):
        assert isinstance(wanted, Broadcast)
        run = new_run(wanted.id, replace(await room_of(house), key=wanted.id))
        arrivals.append(Arrival(wanted, version, run, wanted, note()))
    assert await house.store.take_up_many(arrivals) == [Taken.YES, Taken.YES]


async def room_of(house: House) -> Any:
    return (await house.loaded("a")).room


async def saved(house: House) -> None:
    run = await house.loaded("a")
    attempt = Attempt(kind=Kind.CREATE, began_at=NOON, outcome=Outcome.DONE, answered_at=NOON)
    room = replace(run.room, meeting_id="meeting-a")
    after = replace(run, state=State.READY, room=room)
    await house.saved(Save(run, after, attempts=(attempt,), notes=(note(),)))


async def asked(house: House) -> None:
    number = await house.store.leave_request("stop", "a", by=MINE, at=NOON)
    assert len(await house.store.pending_requests()) == 1
    await house.store.answer_request(number, "stopped", NOON)
    assert await house.store.request(number)


async def reopened(house: House) -> None:
    number = await house.store.leave_request("reopen", history.nth(7), "15m", by=MINE, at=NOON)
    assert await house.store.reopen(number, broadcast(history.nth(7)), NOON) == f"{history.nth(7)}.2"


async def applied(house: House) -> None:
    """Add, change and cancel."""
    new = [broadcast("new-1", entry="new-1"), broadcast("new-2", entry="new-2")]
    assert not (await house.store.apply_plan(changes(inserts=new))).stale
    moved = replace(new[0], title="B")
    assert not (await house.store.apply_plan(changes(updates=[(moved, 1)], cancels=[("new-2", 1)]))).stale


async def renamed(house: House) -> None:
    assert not (await house.store.apply_plan(changes(renames=[("old@2026-12-01", "young@2026-12-01")]))).stale


def changes(**parts: Any) -> Changes:
    return Changes(text=str(sorted(parts)), by=MINE, at=NOON, **parts)


async def told(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.change_alert(ALERT)
    assert len(await house.store.open_alerts()) == len(await house.store.open_alerts("a")) == 1
    await house.store.resolve_alert(ALERT.key, NOON)


async def signed_in(house: House) -> None:
    await house.store.sign_in(WORKER)
    await house.store.beat(MINE, NOON)
    await house.store.workers()
    await house.store.last_worker_seen()
    await house.store.sign_out(MINE, NOON)


async def led(house: House) -> None:
    term = await house.store.take_lease("g", MINE, 9)
    assert term is not None
    await house.store.renew_leases({"g": term}, MINE, 9)
    await house.store.terms()
    await house.store.standings()
    await house.store.reserve("g", "{}")
    await house.store.reserved("g")
    await house.store.resign_leases({"g": term}, MINE)


async def changed_by_operators(house: House) -> None:
    await house.store.add(broadcast("added"))
    await house.store.extend("added", HOUR)
    await house.store.cancel("added")


async def swept(house: House) -> None:
    meetings, markers = ["meeting-7", "meeting-unknown"], [" [ab3k-8]", " [ab3k-unknown]"]
    assert len(await house.store.rooms_behind(meetings, markers)) == 2


async def swept_shared(house: House) -> None:
    (room,) = await house.store.rooms_behind([f"meeting-{history.SHARED}"], [])
    assert "nightly@2026-12-01" in [each.run_id for each in room.uses]


STEPS: dict[str, Step] = {
    "what is shown": lambda house: house.store.overview(NOON - 12 * HOUR),
    "one": lambda house: house.store.find(history.nth(7)),
    "why": lambda house: house.store.journal(history.nth(7)),
    "what a schedule meets": lambda house: house.store.existing_broadcasts(NOON - HOUR),
    "hashes": lambda house: house.store.schedule_hashes(),
    "what a worker begins with": lambda house: house.store.unfinished(NOON + 25 * HOUR),
    "what starts later": lambda house: house.store.unfinished_after("", 2),
    "what starts later, the last": lambda house: house.store.unfinished_after(history.nth(450), 2000),
    "whether anything waits": lambda house: house.store.stirs(),
    "what waits": lambda house: house.store.unheeded(),
    "whether it is heeded": lambda house: house.store.heeded("a", 1),
    "a run": lambda house: house.store.load("b"),
    "a run in a shared room": lambda house: house.store.load("nightly@2026-12-01"),
    "a run that is over": lambda house: house.store.load(history.nth(7)),
    "take up": taken_up,
    "take up many": taken_up_many,
    "save": saved,
    "requests": asked,
    "reopen": reopened,
    "apply": applied,
    "rename": renamed,
    "alerts": told,
    "workers": signed_in,
    "leases": led,
    "add, extend, cancel": changed_by_operators,
    "sweep": swept,
    "sweep a shared room": swept_shared,
    "a clock set right": lambda house: house.store.rewind(NOON),
    "a clock set right, of an account": lambda house: house.store.rewind(NOON, ["default"]),
    "what is too old": lambda house: house.store.forget(NOON - KEPT),
    "the schema": lambda house: house.store.misfit(migration.NEWEST),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def books(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Book, Book]]:
    """The same with a little history and with much of it."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("history")
        with in_a_file(folder / "few.db", FEW) as few, in_a_file(folder / "many.db", MANY) as many:
            yield few, many
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with on_a_server(server, FEW) as few, on_a_server(server, MANY) as many:
            yield few, many


@contextmanager
def in_a_file(path: Path, count: int) -> Iterator[Book]:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 10
        return 0

    def count_steps(raw: Any, _record: Any) -> None:
        raw.set_progress_handler(step, 10)

    url = f"sqlite:///{path}"
    migration.migrate(url)
    with store_at(url, connect=count_steps) as store:
        house = SqliteHouse(store, path)
        fill(house, count)
        yield Book(house, lambda: steps, slack=400)


@contextmanager
def on_a_server(server: Postgres, count: int) -> Iterator[Book]:
    rows = 0

    def before(connection: Connection) -> None:
        nonlocal rows
        rows -= connection.exec_driver_sql(TOUCHED).scalar_one()

    def after(connection: Connection) -> None:
        nonlocal rows
        rows += connection.exec_driver_sql(TOUCHED).scalar_one()

    with server.database() as name, store_at(server.url(name), begin=before, commit=after) as store:
        house = PostgresHouse(store, server, name)
        fill(house, count)
        yield Book(house, lambda: rows, slack=40)


TOUCHED = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables
"""
"""Rows read on this connection, and not reported yet: within a transaction nothing is."""


@contextmanager
def store_at(url: str, **counting: Any) -> Iterator[Store]:
    engines = [open_engine(url, writes=writes, busy=30) for writes in (False, True)]
    for each in engines:
        for name, count in counting.items():
            event.listen(each, name, count)
    store = Store(*map(InlineLane, engines))
    yield store
    asyncio.run(store.close())


def fill(house: House, count: int) -> None:
    """Write the history, and beside it what there is to do now."""
    history.fill(house.url, count, NOON - BEFORE)
    asyncio.run(present(house))


async def present(house: House) -> None:
    for each in ("a", "b", "c"):
        await house.taken_up(each)
    for entry in ("old", "nightly"):
        await house.taken_up(f"{entry}@2026-12-01", **{**SHARED, "entry": entry})
    await house.store.apply_plan(changes())


@pytest.mark.parametrize("name", STEPS)
async def test_six_times_the_history_costs_nothing_more(books: tuple[Book, Book], name: str) -> None:
    few, many = [await cost(book, STEPS[name]) for book in books]
    assert many <= few + books[0].slack, f"{name}: {few:,} with {FEW:,}, {many:,} with {MANY:,}"


async def cost(book: Book, step: Step) -> int:
    before = book.read()
    await step(book.house)
    return book.read() - before
