"""Orders that say which version they are about, and what is read for reports and by other programs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.schedule.planned import Plan
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, broadcast
from worker.engine.schedule_file import changes
from worker.store.errors import ChangedMeanwhileError
from worker.store.orders import Order, Version
from worker.store.records import Changes, Note

Write = Callable[[House, frozenset[str]], Awaitable[object]]
ORDERS: dict[str, Write] = {
    "extend": lambda house, seen: house.store.extend("a", HOUR, Order("ann", NOON, seen)),
    "cancel": lambda house, seen: house.store.cancel("a", Order("ann", NOON, seen)),
    "edit": lambda house, seen: house.store.edit("a", {"title": "B"}, Order("ann", NOON, seen)),
    "stop": lambda house, seen: house.store.leave_request("stop", "a", by="ann", at=NOON, seen=seen),
}


async def seen(house: House) -> frozenset[str]:
    found = await house.store.find("a")
    assert found is not None
    return frozenset({str(found.version)})


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_an_order_on_what_was_seen_is_written(house: House, order: Write) -> None:
    await house.taken_up("a")
    before = await seen(house)
    await order(house, before)
    rows = house.sql("SELECT count(*) FROM requests")[0][0]
    assert rows == 1 or await seen(house) != before


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize(
    "meanwhile", ["UPDATE broadcasts SET title = 'C'", "UPDATE runs SET version = version + 1"]
)
async def test_an_order_on_what_is_another_by_now_writes_nothing(
    house: House, order: Write, meanwhile: str
) -> None:
    await house.taken_up("a")
    before = await seen(house)
    house.sql(meanwhile)
    after = await seen(house)
    with pytest.raises(ChangedMeanwhileError):
        await order(house, before)
    assert await seen(house) == after
    assert house.sql("SELECT count(*) FROM requests") == [(0,)]
    assert [each.kind for each in await house.store.journal("a") if each.kind == "order"] == []


async def test_of_many_who_saw_the_same_one_wins(house: House) -> None:
    house.insert("a")
    same = await seen(house)
    orders = [house.store.edit("a", {"title": f"T{n}"}, Order(f"who-{n}", NOON, same)) for n in range(8)]
    done = await asyncio.gather(*orders, return_exceptions=True)
    assert sum(isinstance(each, ChangedMeanwhileError) for each in done) == 7
    assert len([each for each in await house.store.journal("a") if each.kind == "order"]) == 1


async def test_an_edit_outlives_a_schedule_that_is_applied_again(house: House) -> None:
    house.insert("a")
    await house.store.edit("a", {"title": "B", "doors": "5m"}, Order("ann", NOON))
    (existing,) = await house.store.existing_broadcasts(None, ["a"])
    assert existing.operator_fields == {"title", "doors"}
    assert existing.broadcast.doors == timedelta(minutes=5)
    assert await house.store.edit("b", {"title": "B"}, Order("ann", NOON)) is None


async def test_a_version_that_nobody_took_up_is_its_rows_alone(house: House) -> None:
    house.insert("a")
    found = await house.store.find("a")
    assert found is not None
    assert found.version == Version(1, 0)


async def test_a_schedule_that_is_to_supersede_another_is_not_applied_upon_a_third(house: House) -> None:
    first = changes(Plan(add=(broadcast("a"),)), "first", "ann", NOON)
    await house.store.apply_plan(first)
    (revision,) = await house.store.revisions()
    for after, text in ((revision.number, "second"), (revision.number, "third")):
        wanted = changes(Plan(add=(broadcast(text),)), text, "ann", NOON)
        if text == "third":
            with pytest.raises(ChangedMeanwhileError):
                await house.store.apply_plan(replaced(wanted, after))
        else:
            await house.store.apply_plan(replaced(wanted, after))
    assert sorted(house.schedules()) == ["first", "second"]
    assert sorted(await house.store.listed()) == ["a", "second"]


async def test_events_are_those_after_a_number_and_so_many_at_most(house: House) -> None:
    await house.taken_up("a")
    await house.taken_up("b")
    for number in range(5):
        await house.store.note("a", Note(at=NOON, kind="seen", who="w", why=str(number)))
    everything = await house.store.events(0, 100, NOON)
    assert [each.seq for each in everything] == sorted({each.seq for each in everything})
    part = await house.store.events(everything[1].seq, 3, NOON)
    assert part == everything[2:5]
    assert {each.broadcast_id for each in everything} == {"a", "b"}


async def test_journals_of_many_are_read_by_their_kinds(house: House) -> None:
    for id_ in ("a", "b", "c"):
        await house.taken_up(id_)
        await house.store.note(id_, Note(at=NOON, kind="order", who="ann", why=f"did {id_}"))
    found = await house.store.journals(["a", "b"], ["order"])
    assert {id_: [each.why for each in notes] for id_, notes in found.items()} == {
        "a": ["did a"],
        "b": ["did b"],
    }


async def test_stops_and_alerts_are_those_since_then_and_what_is_open(house: House) -> None:
    await house.taken_up("a")
    for at in (NOON - HOUR, NOON + HOUR):
        await house.store.leave_request("stop", "a", by="ann", at=at)
        await house.store.leave_request("reopen", "a", "5m", by="ann", at=at)
    assert [(each.kind, each.asked_at) for each in await house.store.stops_since(NOON)] == [
        ("stop", NOON + HOUR)
    ]
    insert = (
        "INSERT INTO alerts"
        " (key, severity, title, text, cure, raised_at, resolved_at, subject_kind, subject_id)"
        " VALUES (?, 'critical', 'missed', 't', 'c', ?, ?, 'broadcast', 'a')"
    )
    early, late = "2026-12-01T08:00:00.000000Z", "2026-12-01T13:00:00.000000Z"
    house.sql(insert, "open-and-old", early, None)
    house.sql(insert, "over-and-old", early, early)
    house.sql(insert, "new", late, late)
    assert [each.key for each in await house.store.alerts_since(NOON)] == ["open-and-old", "new"]


def replaced(wanted: Changes, after: int) -> Changes:
    return replace(wanted, after=after)
