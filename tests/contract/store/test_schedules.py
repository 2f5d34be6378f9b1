"""Schedules as they are applied."""

from dataclasses import replace
from typing import Any

import pytest

from jobs.ids import room_of_entry
from jobs.model import Attempt, Broadcast, Host, Kind, Room, RoomUse, Unreadable
from jobs.run.lifecycle import OVER, State
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, MINE, House, broadcast, note
from worker.store.errors import IdTakenError, NotExtendedError
from worker.store.orders import Extended, Order
from worker.store.queries.schedules import content_hash
from worker.store.records import Alert, Changes, Save, Stale
from worker.store.schema.tables import broadcasts as table

CHANGED = ("id", "entry", "version", "changed_at")
"""What a rename changes of a row."""
STUDIO = Host(id="studio-1", name="Studio", preset="webinar_presenter")
ABOUT_A = Subject(SubjectKind.BROADCAST, "a")
ALERT = Alert(
    key="a/late", subject=ABOUT_A, severity="warning", title="late", text="It is late.", cure="Look."
)


async def planned(house: House, **parts: Any) -> list[str]:
    changes = Changes(text="schedule", by=MINE, at=NOON, **parts)
    return list((await house.store.apply_plan(changes)).stale)


def renamed(room: Room, key: str) -> Room:
    return replace(room, key=key, version=room.version + 1)


async def test_a_plan_is_applied_and_its_text_kept(house: House) -> None:
    wanted = broadcast("weekly@2026-12-01", entry="weekly", meeting={"record_on_start": True})
    assert await planned(house, inserts=[wanted]) == []
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert (existing.broadcast, existing.version, existing.state) == (wanted, 1, None)
    assert (existing.source, existing.operator_fields) == ("schedule", frozenset())
    moved = broadcast(wanted.id, NOON + 2 * HOUR, entry="weekly")
    assert await planned(house, updates=[(moved, 1)]) == []
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert (existing.broadcast, existing.version) == (moved, 2)
    assert await planned(house, cancels=[(wanted.id, 2)]) == []
    assert (await house.store.existing_broadcasts(NOON))[0].broadcast == replace(moved, cancelled=True)
    assert house.schedules() == ["schedule"]


async def test_revisions_are_kept_newest_first_and_repeated_only_when_they_change(house: House) -> None:
    for text in ("one", "two", "two", "one"):
        await house.store.apply_plan(Changes(text=text, by=MINE, at=NOON))
    assert house.schedules() == ["one", "two", "one"]
    assert await house.store.schedule_hashes() == [content_hash(each) for each in house.schedules()]
    assert content_hash("one") != content_hash("two")


async def test_what_somebody_changed_meanwhile_is_left_alone_and_named(house: House) -> None:
    house.insert("taken")
    await planned(house, inserts=[broadcast("a"), broadcast("b")])
    house.sql("UPDATE broadcasts SET title = 'Mine' WHERE id = 'a'")
    stale = await planned(
        house,
        inserts=[broadcast("taken"), broadcast("new")],
        updates=[(broadcast("a", NOON + 2 * HOUR), 1), (broadcast("gone"), 1)],
        cancels=[("b", 7)],
        renames=[("lost", "found")],
    )
    assert set(stale) == {"taken", "a", "gone", "b", "lost"}
    rows = dict(house.sql("SELECT id, title FROM broadcasts WHERE NOT cancelled"))
    assert rows == {"taken": "A", "a": "Mine", "b": "A", "new": "A"}


async def test_operators_changes_are_marked_and_a_schedule_that_overrides_one_has_it_back(
    house: House,
) -> None:
    await planned(house, inserts=[broadcast("a")])
    before = (await house.store.existing_broadcasts(NOON))[0].broadcast.window.ends_at
    assert await house.store.extend("a", NOON + 5 * HOUR - before) == Extended(NOON + 5 * HOUR, 2)
    assert await house.store.cancel("a") == 3
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert existing.broadcast.window.ends_at == NOON + 5 * HOUR
    assert existing.broadcast.cancelled
    assert existing.operator_fields == {"ends_at", "cancelled"}
    assert existing.source == "schedule"
    again = replace(existing.broadcast, cancelled=False, title="B")
    assert await planned(house, updates=[(again, 3)]) == []
    assert (await house.store.existing_broadcasts(NOON))[0].operator_fields == {"ends_at"}


async def test_an_operator_adds_a_broadcast_under_an_id_that_is_free(house: House) -> None:
    assert await house.store.add(broadcast("a")) == 1
    assert (await house.store.existing_broadcasts(NOON))[0].source == "operator"
    with pytest.raises(IdTakenError):
        await house.store.add(broadcast("a"))
    assert await house.store.extend("b", HOUR) is None
    assert await house.store.cancel("b") is None


async def test_a_rename_carries_the_run_and_everything_about_it(house: House) -> None:
    old, new = "webinar@2026-12-01", "product@2026-12-01"
    run = await house.taken_up(old, source="schedule", entry="webinar")
    room = replace(run.room, meeting_id="m-1", held_by=old, hosts={STUDIO.id: STUDIO})
    create = Attempt(kind=Kind.CREATE, began_at=NOON)
    run = await house.saved(Save(run, replace(run, state=State.READY, room=room), attempts=(create,)))
    await house.store.raise_alert(replace(ALERT, key=f"{old}/late", subject=replace(ABOUT_A, id=old)), NOON)
    assert await planned(house, renames=[(old, new)]) == []
    assert await house.store.load(old) is None
    record = await house.record(new)
    assert record.run.room == replace(renamed(run.room, new), held_by=new, version=run.room.version + 2)
    assert record.run.attempts == run.attempts
    assert record.run.version == run.version + 1
    assert record.accepted == record.wanted
    assert isinstance(record.wanted, Broadcast)
    assert (record.wanted.id, record.wanted.entry) == (new, "product")
    assert house.sql("SELECT broadcast_id, version FROM unheeded") == [(new, 2)]
    assert (await house.store.journal(new))[0] == note("picked up")
    assert await house.store.open_alerts() == []
    assert await house.store.save(Save(run, replace(run, why="late"))) == Stale()


async def test_a_rename_carries_the_whole_row_and_its_age(house: House) -> None:
    wanted = broadcast(
        "old", entry="old", hosts=(STUDIO,), end_session=True, meeting={"record_on_start": True}
    )
    await planned(house, inserts=[wanted])
    await house.store.extend("old", HOUR)
    house.sql("UPDATE broadcasts SET created_at = starts_utc")
    columns = ", ".join(each.name for each in table.c if each.name not in CHANGED)
    before = house.sql(f"SELECT {columns} FROM broadcasts")  # noqa: S608 - names of columns
    assert await planned(house, renames=[("old", "new")]) == []
    assert house.sql(f"SELECT {columns} FROM broadcasts") == before  # noqa: S608 - as above
    assert house.sql("SELECT id, entry, version FROM broadcasts") == [("new", "new", 3)]


async def test_a_rename_carries_the_room_that_occurrences_share(house: House) -> None:
    run = await house.taken_up("webinar@2026-12-01", source="schedule", entry="webinar", room="shared")
    house.insert("webinar@2026-12-08", source="schedule", entry="webinar", room="shared")
    ids = [("webinar@2026-12-01", "product@2026-12-01"), ("webinar@2026-12-08", "product@2026-12-08")]
    assert await planned(house, renames=ids) == []
    moved = await house.loaded("product@2026-12-01")
    assert moved.room == renamed(run.room, room_of_entry("product"))
    assert house.sql("SELECT key FROM rooms") == [(room_of_entry("product"),)]
    assert {id_ for (id_,) in house.sql("SELECT broadcast_id FROM unheeded")} == {new for _, new in ids}


async def test_who_is_renamed_is_heard_of_with_the_marker_of_its_room_which_stays(house: House) -> None:
    run = await house.taken_up("webinar@2026-12-01", source="schedule", entry="webinar", room="shared")
    new = "product@2026-12-01"
    assert await planned(house, renames=[(run.id, new)]) == []
    asked = await house.store.leave_request("stop", new, by="me", at=NOON)
    assert [(each.broadcast_id, each.marker) for each in await house.store.unheeded()] == [
        (new, run.room.marker)
    ]
    assert [(each.id, each.marker) for each in await house.store.pending_requests()] == [
        (asked, run.room.marker)
    ]


async def test_what_was_reopened_in_a_shared_room_knows_it_by_its_new_key(house: House) -> None:
    run = await house.taken_up("webinar@2026-12-01", source="schedule", entry="webinar", room="shared")
    house.insert("webinar@2026-12-08", source="schedule", entry="webinar", room="shared")
    again = replace(broadcast(run.id), room=RoomUse.SHARED, reopened_in=run.room.key)
    request = await house.store.leave_request("reopen", run.id, "15m", by="me", at=NOON)
    assert await house.store.reopen(request, again, NOON) == "webinar@2026-12-01.2"
    assert await planned(house, renames=[("webinar@2026-12-08", "product@2026-12-08")]) == []
    assert (await house.loaded(run.id)).room.key == room_of_entry("product")
    found = await house.store.fresh("webinar@2026-12-01.2")
    assert found
    assert isinstance(found[0], Broadcast)
    assert found[0].room_key == room_of_entry("product")


async def test_an_operators_broadcast_never_airs_in_the_room_of_an_entry_of_its_name(house: House) -> None:
    entrys = await house.taken_up("weekly@2026-12-01", source="schedule", entry="weekly", room="shared")
    await house.store.add(broadcast("weekly"))
    found = await house.store.fresh("weekly")
    assert found
    assert isinstance(found[0], Broadcast)
    assert found[0].room_key != entrys.room.key


@pytest.mark.parametrize("source", ["sql", "operator", "forgotten", "Schedule"])
@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"entry": "weekly"}, "entry: only"),
        ({"room": "shared"}, "room: only"),
        ({"entry": ""}, "entry: only"),
    ],
)
async def test_a_row_of_no_schedule_is_part_of_none_and_shares_no_room(
    house: House, source: str, claim: dict[str, str], reason: str
) -> None:
    house.insert("a", source=source, **claim)
    found = await house.store.fresh("a")
    assert found
    assert isinstance(found[0], Unreadable)
    assert found[0].reason.startswith(reason)


async def test_a_renamed_row_is_changed_on_the_version_it_had_before(house: House) -> None:
    await planned(house, inserts=[broadcast("old", entry="old"), broadcast("gone", entry="gone")])
    wanted = broadcast("new", NOON + 3 * HOUR, entry="new")
    stale = await planned(
        house, renames=[("old", "new"), ("gone", "left")], updates=[(wanted, 1)], cancels=[("left", 1)]
    )
    assert stale == []
    found = {each.broadcast.id: each.broadcast for each in await house.store.existing_broadcasts(NOON)}
    assert found["new"] == wanted
    assert found["left"].cancelled


async def test_a_rename_onto_an_id_that_is_taken_changes_nothing(house: House) -> None:
    await planned(house, inserts=[broadcast("old"), broadcast("new")])
    assert await planned(house, renames=[("old", "new")]) == ["old"]
    assert sorted(house.sql("SELECT id FROM broadcasts")) == [("new",), ("old",)]


@pytest.mark.parametrize("is_taken_up", [False, True])
async def test_of_two_who_extend_at_once_neither_is_lost(house: House, *, is_taken_up: bool) -> None:
    if is_taken_up:
        await house.taken_up("a")
    else:
        await planned(house, inserts=[broadcast("a")])
    ends_at = (await house.store.existing_broadcasts(NOON))[0].broadcast.window.ends_at
    made = [await house.store.extend("a", HOUR), await house.store.extend("a", 2 * HOUR)]
    assert made == [Extended(ends_at + HOUR, 2), Extended(ends_at + 3 * HOUR, 3)]


@pytest.mark.parametrize("state", sorted(OVER | {State.STOPPING}))
async def test_what_is_over_or_being_stopped_is_not_extended(house: House, state: State) -> None:
    await house.taken_up("a")
    house.sql(f"UPDATE runs SET state = '{state}' WHERE id = 'a'")  # noqa: S608 - a name of ours
    with pytest.raises(NotExtendedError, match=state):
        await house.store.extend("a", HOUR)
    assert house.sql("SELECT version FROM broadcasts") == [(1,)]


async def test_a_row_without_a_readable_end_is_extended_from_the_end_in_force_or_not_at_all(
    house: House,
) -> None:
    await house.taken_up("a")
    house.sql("UPDATE broadcasts SET ends_at = 'soon' WHERE id = 'a'")
    accepted = (await house.record("a")).accepted
    assert accepted is not None
    assert await house.store.extend("a", HOUR) == Extended(accepted.window.ends_at + HOUR, 3)
    house.insert("new", ends_at="soon")
    with pytest.raises(NotExtendedError, match="no valid end"):
        await house.store.extend("new", HOUR)


ANN = Order("ann", NOON)


async def test_the_journal_says_who_changed_what_from_what_to_what(house: House) -> None:
    await planned(house, inserts=[broadcast("a"), broadcast("b")])
    assert await house.store.extend("a", HOUR, ANN)
    assert await house.store.cancel("a", ANN) == 3
    moved = broadcast("b", NOON + 2 * HOUR)
    await planned(house, updates=[(moved, 1)])
    await planned(house, cancels=[("b", 2)], whys={"b": "its entry was removed"})
    told = [(each.kind, each.who, each.why) for each in await house.store.journal("a")]
    assert told[0][:2] == ("order", "ann")
    assert told[0][2].startswith("extended it by 1h: ends_at ")
    assert told[1] == ("order", "ann", "cancelled it")
    edited, cancelled = await house.store.journal("b")
    assert (edited.who, cancelled.who) == (MINE, MINE)
    assert "starts_at" in edited.why
    assert f"-> {moved.window.starts_at.isoformat()[:19]}" in edited.why
    assert cancelled.why == "cancelled it: its entry was removed"


async def test_what_is_not_changed_is_told_in_no_journal(house: House) -> None:
    await planned(house, inserts=[broadcast("a")])
    await planned(house, updates=[(broadcast("a", NOON + 2 * HOUR), 7)], cancels=[("a", 7)])
    assert await house.store.extend("gone", HOUR, ANN) is None
    assert await house.store.cancel("gone", ANN) is None
    assert await house.store.journal("a") == await house.store.journal("gone") == []


async def test_revisions_are_found_by_their_number_and_by_what_they_say(house: House) -> None:
    for text, by in (("- key: a", "apply by ann"), ("- key: b_c", "follow")):
        await house.store.apply_plan(Changes(text=text, by=by, at=NOON))
    newest, oldest = await house.store.revisions()
    assert (newest.by, oldest.by, newest.applied_at) == ("follow", "apply by ann", NOON)
    assert newest.content_hash == content_hash("- key: b_c")
    assert await house.store.schedule_text(oldest.number) == "- key: a"
    assert await house.store.schedule_text(77) == ""
    assert await house.store.revisions_naming("key") == [newest.number, oldest.number]
    assert await house.store.revisions_naming("b_c") == [newest.number]
    assert await house.store.revisions_naming("b%c") == []
