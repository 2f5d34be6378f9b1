"""Another session keeps a row locked: that row's work alone waits for it, and all else goes on."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.contract.store.test_arrivals import arrival, fresh
from tests.support.clock import NOON, HandClock
from tests.support.postgres import Postgres
from tests.unit.store.house import HOUR, MINE, broadcast
from tests.unit.store.postgres_house import PostgresHouse
from worker.leases.contract import TRUSTED_FOR
from worker.leases.database import DatabaseLeases
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.opening import threaded
from worker.store.records import Alert, Changes, Fence, Save, Taken, Unheeded

ALERT = Alert(key="k", subject=Subject(SubjectKind.DATABASE), severity="warning", title="t", text="", cure="")


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[PostgresHouse]:
    with postgres.database() as name:
        house = PostgresHouse(threaded(postgres.url(name)), postgres, name)
        yield house
        await house.store.close()


def locking(table: str, where: str) -> str:
    return f"SELECT * FROM {table} WHERE {where} FOR UPDATE"  # noqa: S608 - written below


async def test_of_twenty_fresh_rows_the_one_that_is_locked_keeps_no_other_waiting(
    house: PostgresHouse,
) -> None:
    for number in range(20):
        house.insert(f"show-{number:02}")
    found = [arrival(each) for each in await fresh(house)]
    with house.held(locking("broadcasts", "id = 'show-07'")):
        with capture_logs() as logged:
            taken = await house.store.take_up_many(found)
        assert [
            each.run.id for each, became in zip(found, taken, strict=True) if became is not Taken.YES
        ] == ["show-07"]
        assert taken[7] is Taken.LOCKED
        assert logged == [], "nothing waited for it"
    assert house.sql("SELECT count(*) FROM runs") == [(19,)]
    assert await house.store.take_up_many([arrival(each) for each in await fresh(house)]) == [Taken.YES]


async def test_a_room_that_is_locked_keeps_only_those_waiting_that_are_to_share_it(
    house: PostgresHouse,
) -> None:
    house.sql("INSERT INTO rooms (key, account, marker, version) VALUES ('weekly', 'default', 'm', 7)")
    for id_ in ("a", "b"):
        house.insert(id_)
    a, b = await fresh(house)
    with house.held(locking("rooms", "key = 'weekly'")):
        taken = await house.store.take_up_many([arrival(a, "weekly"), arrival(b)])
    assert taken == [Taken.LOCKED, Taken.YES]


async def test_a_row_that_somebody_is_changing_is_taken_up_and_waits_on_in_the_inbox(
    house: PostgresHouse,
) -> None:
    house.insert("a")
    house.insert("b")
    found = [arrival(each) for each in await fresh(house)]
    with house.held("UPDATE broadcasts SET title = 'B' WHERE id = 'a'"):
        assert await house.store.take_up_many(found) == [Taken.YES] * 2
        run = await house.loaded("a")
        saved = await house.store.save(Save(run, replace(run, why="later"), heeded=1))
        assert getattr(saved, "heeded", None) is False
        assert await house.store.unheeded() == [Unheeded("a", 1, "default", " [ab3k-00000000]")]


async def test_what_is_written_beside_what_is_locked_is_written(house: PostgresHouse) -> None:
    runs = [await house.taken_up(f"show-{number:02}") for number in range(20)]
    saves = [Save(run, replace(run, why="later")) for run in runs]
    with house.held(locking("runs", "id = 'show-07'")):
        results = await asyncio.gather(*map(house.store.save, saves), return_exceptions=True)
    refused = [each for each in results if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [LockedError]
    assert results[7] is refused[0]
    assert house.sql("SELECT count(*) FROM runs WHERE why = 'later'") == [(19,)]


async def test_of_many_that_are_locked_none_keeps_the_others_beyond_the_patience(
    house: PostgresHouse,
) -> None:
    runs = [await house.taken_up(f"show-{number:02}") for number in range(20)]
    saves = [Save(run, replace(run, why="later")) for run in runs]
    with house.held(locking("runs", "id <> 'show-07'")):
        results = await asyncio.gather(*map(house.store.save, saves), return_exceptions=True)
    assert [type(each) for each in results].count(LockedError) == 19
    assert house.sql("SELECT id FROM runs WHERE why = 'later'") == [("show-07",)]


async def test_a_table_that_is_locked_is_the_database_away(house: PostgresHouse) -> None:
    run = await house.taken_up()
    with house.locked(), pytest.raises(StoreUnavailableError) as caught:
        await house.store.save(Save(run, replace(run, why="later")))
    assert not isinstance(caught.value, LockedError)


async def test_a_schedule_is_applied_but_for_the_rows_that_are_locked(house: PostgresHouse) -> None:
    inserts = [broadcast(each) for each in ("a", "b", "c", "d", "e-old", "f-old")]
    await house.store.apply_plan(Changes(text="1", by=MINE, at=NOON, inserts=inserts))
    changes = Changes(
        text="2",
        by=MINE,
        at=NOON,
        renames=[("e-old", "e"), ("f-old", "f")],
        updates=[(broadcast("a", NOON + 2 * HOUR), 1), (broadcast("b", NOON + 2 * HOUR), 1)],
        cancels=[("c", 1), ("d", 1)],
    )
    with house.held(locking("broadcasts", "id IN ('a', 'c', 'e-old')")):
        assert set((await house.store.apply_plan(changes)).stale) == {"a", "c", "e-old"}
    assert house.sql("SELECT id FROM broadcasts WHERE version > 1 ORDER BY id") == [("b",), ("d",), ("f",)]


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("journal", "run_id = 'a'"),
        ("alerts", "key = 'k'"),
        ("requests", "broadcast_id = 'a'"),
        ("rooms", "key = 'a'"),
    ],
)
async def test_what_is_too_old_is_forgotten_but_for_what_is_locked(
    house: PostgresHouse, table: str, where: str
) -> None:
    for id_ in ("a", "b"):
        run = await house.taken_up(id_)
        run = await house.saved(Save(run, replace(run, state=State.MISSED)))
        await house.saved(Save(run, replace(run, looked_back_at=NOON)))
        request = await house.store.leave_request("stop", id_, by="me", at=NOON)
        await house.store.answer_request(request, "done", NOON)
    for key in ("k", "l"):
        await house.store.raise_alert(replace(ALERT, key=key), NOON)
        await house.store.resolve_alert(key, NOON)
    with house.held(locking(table, where)):
        while await house.store.forget(NOON + 30 * HOUR):
            pass
        assert house.sql(f"SELECT count(*) FROM {table} WHERE NOT ({where})") == [(0,)]  # noqa: S608 - above
        assert house.sql(f"SELECT count(*) > 0 FROM {table}") == [(True,)]  # noqa: S608 - above


async def test_what_a_wrong_clock_wrote_is_set_back_but_for_what_is_locked(house: PostgresHouse) -> None:
    for id_ in ("a", "b"):
        run = await house.taken_up(id_)
        await house.saved(Save(run, replace(run, closed_at=NOON + HOUR)))
    with house.held(locking("runs", "id = 'a'")):
        assert await house.store.rewind(NOON) == 1
    assert (await house.loaded("b")).closed_at == NOON


async def test_one_groups_lease_that_is_locked_keeps_no_other_from_being_renewed(
    house: PostgresHouse,
) -> None:
    clock = HandClock()
    keeper = DatabaseLeases(house.store, clock, "w", {"a": "a", "b": "b"})
    keeper.alive()
    await keeper.look()
    for group, term in keeper.terms().items():
        keeper.enter(group, term)
    with house.held(locking("leases", "quota_group = 'a'")):
        for _ in range(2):
            clock.move(TRUSTED_FOR / 2 - 0.1)
            keeper.alive()
            assert keeper.fence("a") == Fence("a", 1), "it lasts for as long as it was taken"
            await keeper.look()
        clock.move(1)
        assert keeper.fence("a") is None
        assert keeper.fence("b") == Fence("b", 1)


async def test_only_rows_that_are_locked_are_told_so(house: PostgresHouse) -> None:
    await house.store.raise_alert(ALERT, NOON)
    request = await house.store.leave_request("stop", "a", by="me", at=NOON)
    house.insert("a")
    locked: list[tuple[str, Coroutine[Any, Any, Any]]] = [
        (locking("alerts", "key = 'k'"), house.store.resolve_alert("k", NOON)),
        (locking("requests", "true"), house.store.answer_request(request, "done", NOON)),
        (locking("broadcasts", "id = 'a'"), house.store.cancel("a")),
    ]
    for statement, work in locked:
        with house.held(statement), pytest.raises(LockedError, match="another session holds a lock on a row"):
            await work
