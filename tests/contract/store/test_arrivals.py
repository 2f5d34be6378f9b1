"""New rows taken up by the hundred."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from structlog.testing import capture_logs

from jobs.model import Room, Unreadable
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, broadcast, new_run, note
from worker.store.engine.reading import LOGGED
from worker.store.queries.arrivals import AT_ONCE
from worker.store.queries.inbox import Wanted
from worker.store.records import Arrival, Taken, Unheeded

MANY = """
    INSERT INTO broadcasts (id, title, starts_at, ends_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
    SELECT 'many-' || n, 'A', '2026-12-01T18:00Z', '2026-12-01T19:00Z' FROM numbers
"""


def arrival(wanted: Wanted, room: str = "") -> Arrival:
    """Return what a worker makes of a row."""
    row, version = wanted
    accepted = None if isinstance(row, Unreadable) else row
    key = Room(key=room or row.id, account="default", marker=" [ab3k-00000000]")
    return Arrival(row, version, new_run(row.id, key), accepted, note("picked up"))


@contextmanager
def statements() -> Iterator[list[str]]:
    """Return what databases are given meanwhile, commits among them."""
    given: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        given.append(statement)

    def committed(_connection: Any) -> None:
        given.append("COMMIT")

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", committed)
    try:
        yield given
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
        event.remove(Engine, "commit", committed)


async def fresh(house: House) -> list[Wanted]:
    """Return everything in the inbox that has no run yet."""
    return await house.store.fresh_many([each.broadcast_id for each in await house.store.unheeded()])


async def arrivals(house: House) -> list[Arrival]:
    return [arrival(each) for each in await fresh(house)]


async def test_fresh_rows_come_together_the_first_to_start_first(house: House) -> None:
    await house.taken_up("known")
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.insert("bad", starts_at="soon")
    house.insert("late", starts_at="2026-12-01T18:30Z")
    house.insert("early")
    waiting = [each.broadcast_id for each in await house.store.unheeded()]
    assert [each for each in waiting if each != "known"] == ["early", "late", "bad"]
    found = await house.store.fresh_many(["late", "known", "bad", "early", "nowhere"])
    assert [each.id for each, _ in found] == ["early", "late", "bad"]
    assert found[0] == (broadcast("early", NOON + 6 * HOUR), 1) == await house.store.fresh("early")
    assert isinstance(found[2][0], Unreadable)
    assert await house.store.fresh_many(["late"]) == found[1:2]


async def test_what_was_looked_at_without_a_run_does_not_come_again(house: House) -> None:
    house.insert()
    house.sql("DELETE FROM unheeded")
    assert await house.store.unheeded() == []


async def test_many_are_taken_up_as_each_would_be(house: House) -> None:
    alone = await house.taken_up("alone")
    house.insert("a")
    house.insert("bad", starts_at="soon")
    assert await house.store.take_up_many(await arrivals(house)) == [Taken.YES, Taken.YES]
    assert await house.loaded("a") == replace(alone, id="a", room=replace(alone.room, key="a"))
    assert (await house.record("a")).accepted == broadcast("a", NOON + 6 * HOUR)
    assert (await house.record("bad")).accepted is None
    assert await house.store.journal("a") == await house.store.journal("alone")
    assert await house.store.unheeded() == []
    assert await house.store.take_up_many([]) == []


async def test_one_that_has_a_run_is_left_as_it_is_with_no_other_room(house: House) -> None:
    before = await house.taken_up("known")
    house.insert("new")
    known = arrival((broadcast("known"), 1), room="elsewhere")
    (new,) = await arrivals(house)
    assert await house.store.take_up_many([known, new, new]) == [Taken.NO, Taken.YES, Taken.NO]
    assert await house.loaded("known") == before
    assert sorted(house.sql("SELECT key FROM rooms")) == [("known",), ("new",)]
    assert len(await house.store.journal("new")) == 1


async def test_a_room_that_many_share_is_made_once_and_one_that_is_there_is_kept(house: House) -> None:
    house.sql("INSERT INTO rooms (key, account, marker, version) VALUES ('there', 'default', 'm', 7)")
    for id_ in ("a", "b", "c"):
        house.insert(id_)
    a, b, c = await fresh(house)
    shared = [arrival(a, "weekly"), arrival(b, "weekly"), arrival(c, "there")]
    assert await house.store.take_up_many(shared) == [Taken.YES] * 3
    assert sorted(house.sql("SELECT key, version FROM rooms")) == [("there", 7), ("weekly", 0)]


async def test_rows_changed_while_many_are_taken_up_stay_in_the_inbox(house: House) -> None:
    house.insert("a")
    house.insert("b")
    found = await arrivals(house)
    house.sql("UPDATE broadcasts SET title = 'B' WHERE id = 'b'")
    assert await house.store.take_up_many(found) == [Taken.YES, Taken.YES]
    assert await house.store.unheeded() == [Unheeded("b", 2, "default", " [ab3k-00000000]")]


async def test_one_that_cannot_be_written_harms_none_of_the_others(house: House) -> None:
    for id_ in ("a", "b", "c"):
        house.insert(id_)
    a, b, c = await arrivals(house)
    naive = replace(b, note=replace(b.note, at=NOON.replace(tzinfo=None)))
    assert await house.store.take_up_many([a, naive, c]) == [Taken.YES, Taken.NO, Taken.YES]
    assert sorted(house.sql("SELECT id FROM runs")) == [("a",), ("c",)]
    assert await house.store.unheeded() == [Unheeded("b", 1)]


async def test_however_many_cannot_be_written_the_log_has_a_few_lines(house: House) -> None:
    for number in range(LOGGED + 5):
        house.insert(f"run-{number:02}")
    naive = [
        replace(each, note=replace(each.note, at=NOON.replace(tzinfo=None))) for each in await arrivals(house)
    ]
    with capture_logs() as lines:
        assert await house.store.take_up_many(naive) == [Taken.NO] * (LOGGED + 5)
    told = [each["event"] for each in lines if each["log_level"] == "error"]
    assert told == ["not_taken_up"] * LOGGED + ["not_taken_up_either"]
    assert lines[-1]["others"] == 5


@pytest.mark.parametrize("text", ["half \ud800", "na\0ught"])
async def test_text_that_cannot_be_kept_is_that_rows_trouble_alone(house: House, text: str) -> None:
    for id_ in ("a", "b"):
        house.insert(id_)
    a, b = await arrivals(house)
    (*_, done) = await house.store.take_up_many([replace(a, note=replace(a.note, why=text)), b])
    assert done
    assert (await house.loaded("b")).id == "b"


async def test_a_run_of_another_broadcast_is_refused(house: House) -> None:
    house.insert()
    (found,) = await arrivals(house)
    with pytest.raises(ValueError, match="is not that of b"):
        await house.store.take_up_many([replace(found, wanted=broadcast("b"))])


async def test_there_may_be_more_than_fit_one_transaction(house: House) -> None:
    house.sql(MANY, AT_ONCE + 100)
    assert await house.store.take_up_many(await arrivals(house)) == [Taken.YES] * (AT_ONCE + 100)
    assert await house.store.unheeded() == []
    assert house.sql("SELECT count(*) FROM runs") == [(AT_ONCE + 100,)]


async def test_a_thousand_take_the_statements_of_ten(house: House) -> None:
    house.sql(MANY, 1000)
    found = await arrivals(house)
    with statements() as of_ten:
        assert await house.store.take_up_many(found[:10]) == [Taken.YES] * 10
    with statements() as of_a_thousand:
        assert await house.store.take_up_many(found[10:]) == [Taken.YES] * 990
    assert of_a_thousand.count("COMMIT") == of_ten.count("COMMIT") == 1
    assert len(of_a_thousand) == len(of_ten)


async def test_what_a_column_must_have_is_not_made_up_for_it(house: House) -> None:
    house.insert("a")
    (found,) = await arrivals(house)
    nameless = replace(found, run=replace(found.run, room=replace(found.run.room, tenant=None)))  # type: ignore[arg-type]
    assert await house.store.take_up_many([nameless]) == [Taken.NO]
