"""Rows that others write, as a worker finds them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.model import Room, Unreadable
from tests.support.clock import NOON
from tests.unit.store.house import ONLY_SQLITE, House, RefusedError, broadcast, new_run, note
from worker.store.records import Arrival, Save, Unheeded


async def test_a_row_of_four_columns_is_found_and_has_every_default(house: House) -> None:
    house.insert("webinar", starts_at="2026-12-01T18:00:00+01:00", ends_at="2026-12-01T19:00:00+01:00")
    assert await house.store.unheeded() == [Unheeded("webinar", 1)]
    wanted = broadcast("webinar", datetime(2026, 12, 1, 17, tzinfo=UTC))
    assert await house.store.fresh("webinar") == (wanted, 1)


async def test_a_row_is_fresh_until_it_has_a_run(house: House) -> None:
    assert await house.store.fresh("a") is None
    await house.taken_up()
    assert await house.store.fresh("a") is None
    assert await house.store.unheeded() == []


async def test_a_row_changed_while_it_is_taken_up_stays_in_the_inbox(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET title = 'B'")
    run = new_run("a", Room(key="a", account="default", marker=""))
    assert await house.store.take_up(Arrival(Unreadable("a", "?"), 1, run, None, note()))
    assert await house.store.unheeded() == [Unheeded("a", 2, "default", "")]


async def test_only_the_version_that_was_looked_at_leaves_the_inbox(house: House) -> None:
    run = await house.taken_up()
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.sql("UPDATE broadcasts SET title = 'C'")
    run = await house.saved(Save(run, run, heeded=2))
    assert await house.store.unheeded() == [Unheeded("a", 3, "default", " [ab3k-00000000]")]
    assert not await house.store.heeded("a", 3)
    await house.saved(Save(run, run, heeded=3))
    assert await house.store.unheeded() == []
    assert await house.store.heeded("a", 3)


GARBAGE = [
    ({"starts_at": "2026-12-01T18:00"}, "starts_at: '2026-12-01T18:00' has no UTC offset"),
    ({"ends_at": "2026-02-30T18:00Z"}, "ends_at: "),
    ({"ends_at": "tomorrow"}, "ends_at: 'tomorrow' is not a time"),
    ({"ends_at": "2026-12-01T17:00Z"}, "not after its start"),
    ({"title": " "}, "title: "),
    ({"meeting": "{"}, "meeting: not JSON"),
    ({"meeting": "[]"}, "meeting: write a JSON object"),
    ({"meeting": '{"title": "B"}'}, "meeting: title cannot be set here"),
    ({"meeting": '{"a": 1e999}'}, "meeting: an infinite number"),
    ({"meeting": '{"a": "\\ud800"}'}, "meeting: a lone surrogate"),
    ({"meeting": "[" * 30_000 + "]" * 30_000}, "meeting: nested too deeply"),
    ({"hosts": '[{"id": "x"}]'}, "hosts: write each host as"),
    (
        {"hosts": '[{"id": "x", "name": "X", "preset": "p"}, {"id": "x", "name": "Y", "preset": "p"}]'},
        "same id",
    ),
    ({"doors": "15"}, "doors: 15 has no unit"),
    ({"prepare": "9999d"}, "prepare: 9999d is longer than"),
    ({"go_live": "at_dawn"}, "go_live: 'at_dawn': write on_join or at_start"),
    ({"room": "attic"}, "room: 'attic': write own or shared"),
    ({"operator_fields": "{}"}, "operator_fields: write a JSON list"),
    ({"id": "Über uns".encode("ascii", "ignore").decode()}, "id: 'ber uns'"),
]


UNTYPED = [
    ({"title": b"\xff\xfe"}, "title: not text"),
    ({"cancelled": "maybe"}, "cancelled: 'maybe' is neither 0 nor 1"),
]


@ONLY_SQLITE
@pytest.mark.parametrize(("columns", "reason"), UNTYPED)
async def test_a_column_of_another_type_is_unreadable_with_its_reason(
    house: House, columns: dict[str, Any], reason: str
) -> None:
    await test_a_bad_row_is_unreadable_with_its_reason_and_blinds_nobody(house, columns, reason)


@pytest.mark.parametrize(("columns", "reason"), GARBAGE)
async def test_a_bad_row_is_unreadable_with_its_reason_and_blinds_nobody(
    house: House, columns: dict[str, Any], reason: str
) -> None:
    bad = columns.get("id", "bad")
    house.insert(**{"id_": bad, **{name: value for name, value in columns.items() if name != "id"}})
    house.insert("good")
    fresh = await house.store.fresh(bad)
    assert fresh is not None
    assert isinstance(fresh[0], Unreadable)
    assert fresh[0].id == bad
    assert reason in fresh[0].reason
    assert (await house.store.fresh("good")) is not None
    assert [each.broadcast.id for each in await house.store.existing_broadcasts(NOON)] == ["good"]
    assert {each.id for each in await house.store.overview()} == {bad, "good"}


@ONLY_SQLITE
async def test_text_that_is_no_utf_8_spoils_its_own_row_alone(house: House) -> None:
    house.insert("bad")
    house.insert("good")
    house.sql("UPDATE broadcasts SET title = CAST(x'ff0a' AS TEXT) WHERE id = 'bad'")
    assert [each.broadcast.id for each in await house.store.existing_broadcasts(NOON)] == ["good"]


@pytest.mark.parametrize("bad", ["", "a" * 201, "caf\u00e9", "a\nb"])
def test_an_id_that_could_not_be_named_again_does_not_get_in(house: House, bad: object) -> None:
    with pytest.raises(RefusedError, match=r"(?i)check constraint"):
        house.sql("INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, 'A', '', '')", bad)


async def test_the_inbox_stirs_for_a_changed_row_and_for_a_request_without_an_answer(house: House) -> None:
    assert not await house.store.stirs()
    await house.taken_up()
    assert not await house.store.stirs()
    house.sql("UPDATE broadcasts SET title = 'B'")
    assert await house.store.stirs()
    house.sql("DELETE FROM unheeded")
    asked = await house.store.leave_request("stop", "a", by="op", at=NOON)
    assert await house.store.stirs()
    await house.store.answer_request(asked, "stopping", NOON)
    assert not await house.store.stirs()
