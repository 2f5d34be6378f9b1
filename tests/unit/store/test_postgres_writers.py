"""Others write at the same time: whoever comes second waits, sees what the first left, and loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import psycopg
import pytest

from jobs.model import Room, Unreadable
from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.contract.store.test_arrivals import arrival
from tests.support.clock import NOON
from tests.support.databases import schema_of
from tests.support.postgres import Postgres
from tests.unit.store.house import HOUR, MINE, PATIENCE, broadcast, new_run, note
from tests.unit.store.postgres_house import PostgresHouse
from worker.store.opening import threaded
from worker.store.orders import Extended
from worker.store.records import Alert, Arrival, Changes, Save, Taken, Unheeded
from worker.store.schema import migration

T = TypeVar("T")
_WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[PostgresHouse]:
    with postgres.database() as name:
        house = PostgresHouse(threaded(postgres.url(name), patience=2 * PATIENCE), postgres, name)
        yield house
        await house.store.close()


async def after(house: PostgresHouse, first: str, second: Coroutine[Any, Any, T]) -> T:
    """Have somebody else do the first and commit it once the second waits for it."""
    with house.held(first) as other:
        task = asyncio.create_task(second)
        while not task.done() and not await asyncio.to_thread(house.sql, _WAITS):
            pass
        assert not task.done(), "it did not wait"
        other.commit()
        return await task


async def test_a_version_nobody_looked_at_stays_in_the_inbox(house: PostgresHouse) -> None:
    house.insert()
    run = new_run("a", Room(key="a", account="default", marker=""))
    with house.held("UPDATE broadcasts SET title = 'B'") as other:
        assert await house.store.take_up(Arrival(Unreadable("a", "?"), 1, run, None, note()))
        other.commit()
    assert await house.store.unheeded() == [Unheeded("a", 2, "default", "")]


ENDS_AT = datetime.fromisoformat("2026-12-01T19:00Z")
"""When what `house.insert` inserts ends."""


async def test_what_operators_changed_at_once_is_kept_of_both(house: PostgresHouse) -> None:
    house.insert()
    first = "UPDATE broadcasts SET title = 'B', operator_fields = '[\"title\"]'"
    assert await after(house, first, house.store.extend("a", HOUR)) == Extended(ENDS_AT + HOUR, 3)
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert existing.operator_fields == {"title", "ends_at"}


async def test_a_request_is_answered_by_one_worker(house: PostgresHouse) -> None:
    await house.taken_up()
    request = await house.store.leave_request("reopen", "a", "15m", by="me", at=NOON)
    first = "UPDATE requests SET answer = 'a.2', answered_at = now()"
    assert await after(house, first, house.store.reopen(request, broadcast("a", NOON), NOON)) is None
    assert house.sql("SELECT id FROM broadcasts") == [("a",)]


async def test_what_is_changed_just_now_is_not_forgotten(house: PostgresHouse) -> None:
    run = await house.taken_up()
    run = await house.saved(Save(run, replace(run, state=State.MISSED)))
    await house.saved(Save(run, replace(run, looked_back_at=NOON)))
    with house.held("UPDATE broadcasts SET starts_at = '2027-01-01T18:00Z'") as other:
        await house.store.forget(NOON + 24 * HOUR)
        other.commit()
    await house.store.forget(NOON + 24 * HOUR)
    assert house.sql("SELECT id FROM broadcasts") == [("a",)]


async def test_a_room_that_is_forgotten_meanwhile_is_made_anew(house: PostgresHouse) -> None:
    house.sql("INSERT INTO rooms (key, account, marker, version) VALUES ('weekly', 'default', 'm', 7)")
    house.insert()
    run = new_run("a", Room(key="weekly", account="default", marker=""))
    taking = house.store.take_up(Arrival(broadcast("a"), 1, run, None, note()))
    assert await after(house, "DELETE FROM rooms", taking)
    assert house.sql("SELECT version FROM rooms") == [(0,)]


async def test_of_many_that_two_take_up_each_has_one_run(house: PostgresHouse) -> None:
    house.insert("a")
    house.insert("b")
    found = [arrival(each) for each in await house.store.fresh_many(["a", "b"])]
    first = (
        "INSERT INTO rooms (key, account, marker, version) VALUES ('a', 'default', 'other', 3);"
        " INSERT INTO runs (id, state, entered_at, version, room_key) VALUES ('a', 'planned', now(), 3, 'a')"
    )
    assert await after(house, first, house.store.take_up_many(found)) == [Taken.NO, Taken.YES]
    assert sorted(house.sql("SELECT id, version FROM runs")) == [("a", 3), ("b", 0)]


async def test_a_rename_onto_an_id_that_is_taken_just_now_is_stale(house: PostgresHouse) -> None:
    house.insert("old")
    first = "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('new', 'B', '', '')"
    changes = Changes(text="s", by=MINE, at=NOON, renames=[("old", "new")], inserts=[broadcast("more")])
    assert (await after(house, first, house.store.apply_plan(changes))).stale == ("old",)
    assert sorted(house.sql("SELECT id FROM broadcasts")) == [("more",), ("new",), ("old",)]


async def test_schedules_are_applied_one_after_the_other(house: PostgresHouse) -> None:
    first = "INSERT INTO schedules (content_hash, text, applied_at, by) VALUES ('', 'another', now(), '')"
    await after(house, first, house.store.apply_plan(Changes(text="ours", by=MINE, at=NOON)))
    assert house.schedules() == ["ours", "another"]


async def test_an_alert_that_two_raise_is_open_once(house: PostgresHouse) -> None:
    alert = Alert(
        key="k", subject=Subject(SubjectKind.DATABASE), severity="warning", title="t", text="", cure=""
    )
    first = (
        "INSERT INTO alerts (key, severity, title, text, cure, raised_at)"
        " VALUES ('k', 'warning', 'first', '', '', now())"
    )
    await after(house, first, house.store.raise_alert(alert, NOON))
    assert [each.title for each in await house.store.open_alerts()] == ["first"]


async def test_no_version_is_lost_however_many_write(house: PostgresHouse) -> None:
    house.insert()

    def write() -> None:
        with closing(psycopg.connect(house.server.dsn(house.database), autocommit=True)) as connection:
            for number in range(25):
                connection.execute("UPDATE broadcasts SET title = %s", [str(number)])

    await asyncio.gather(*(asyncio.to_thread(write) for _ in range(4)))
    assert house.sql("SELECT version FROM broadcasts") == [(101,)]
    assert house.sql("SELECT version FROM unheeded") == [(101,)]


async def test_programs_that_start_at_once_migrate_once(postgres: Postgres) -> None:
    with postgres.database(template="template0") as name:
        url = postgres.url(name)
        await asyncio.gather(*(asyncio.to_thread(migration.migrate, url) for _ in range(4)))
        assert schema_of(url) == migration.NEWEST
