"""A list of broadcasts is written whole or not at all, on whatever database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from jobs.model import Broadcast, GoLive, RoomUse
from jobs.schedule.planned import Existing
from tests.unit.store.house import House, broadcast


async def existing(house: House, *ids: str) -> dict[str, Existing]:
    return {each.broadcast.id: each for each in await house.store.existing_broadcasts(None, ids)}


def full(id_: str) -> Broadcast:
    """Return a broadcast that says something of all that a list can."""
    usual = timedelta(minutes=7)
    lengths: dict[str, Any] = dict.fromkeys(("doors", "prepare", "live_within", "late_start"), usual)
    flags: dict[str, Any] = {"end_session": True, "keep_recording": True, "room": RoomUse.OWN}
    return broadcast(id_, account="events", go_live=GoLive.AT_START, **lengths, **flags)


async def test_what_is_written_is_what_was_listed_and_waits_for_a_worker(house: House) -> None:
    wanted = [full("a"), broadcast("b")]
    assert await house.store.import_list(wanted, []) == ()
    found = await existing(house, "a", "b")
    assert [each.broadcast for each in found.values()] == wanted
    assert {each.source for each in found.values()} == {"operator"}
    assert sorted(each.broadcast_id for each in await house.store.unheeded()) == ["a", "b"]


async def test_an_update_changes_what_a_list_can_say_and_nothing_else(house: House) -> None:
    house.insert("a", hosts='[{"id": "h", "name": "H", "preset": "p"}]', starts_at="2026-12-01T19:00+01:00")
    before = (await existing(house, "a"))["a"]
    wanted = replace(full("a"), hosts=before.broadcast.hosts)
    assert await house.store.import_list([], [(wanted, before.version)]) == ()
    after = (await existing(house, "a"))["a"]
    assert (after.broadcast, after.source) == (wanted, "sql")
    assert after.version > before.version


async def test_nothing_is_written_if_an_id_is_taken_or_a_row_was_changed(house: House) -> None:
    house.insert("a")
    house.insert("b")
    before = (await existing(house, "a", "b"))["b"]
    house.sql("UPDATE broadcasts SET title = 'C' WHERE id = 'b'")
    update = (replace(before.broadcast, title="D"), before.version)
    assert await house.store.import_list([broadcast("new"), broadcast("a")], []) == ("a",)
    assert await house.store.import_list([broadcast("new")], [update]) == ("b",)
    gone = (replace(before.broadcast, id="gone"), 1)
    assert await house.store.import_list([broadcast("new")], [gone]) == ("gone",)
    assert [each.broadcast.title for each in (await existing(house, "a", "b", "new")).values()] == ["A", "C"]


async def test_a_row_that_nobody_can_read_keeps_its_id(house: House) -> None:
    house.insert("a", ends_at="never")
    assert await house.store.import_list([broadcast("a"), broadcast("b")], []) == ("a",)
    assert await existing(house, "a", "b") == {}


async def test_thousands_are_written_within_the_patience_of_a_call(house: House) -> None:
    wanted = [broadcast(f"show-{number}") for number in range(1000)]
    assert await house.store.import_list(wanted, []) == ()
    found = await existing(house, *(each.id for each in wanted))
    later = [
        (replace(each.broadcast, window=full("x").window, title="B"), each.version) for each in found.values()
    ]
    assert await house.store.import_list([], later) == ()
    assert {each.broadcast.title for each in (await existing(house, *found)).values()} == {"B"}
    assert len(await house.store.unheeded()) == 1000
