"""What every store keeps to, whatever it is made of."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.lifecycle import IllegalMoveError, State
from jobs.model import Attempt, Broadcast, Doors, Host, Kind, Outcome, Room, Run, Unreadable
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, KINDS, MINE, House, broadcast, new_run, note
from worker.store.errors import (
    GarbledRowError,
    IdTakenError,
    InstallationTagError,
    StoreUnavailableError,
)
from worker.store.records import Alert, Changes, Glance, Save, Saved, Stale, TakingUp, Term, Unheeded, Worker
from worker.store.schema import NEWEST

STUDIO = Host(id="studio-1", name="Studio", preset="webinar_presenter")
ALERT = Alert(key="a/late", run_id="a", severity="warning", title="late", text="It is late.", cure="Look.")


@pytest.fixture(params=KINDS)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    path = tmp_path / "cuelight.db"
    house = House(KINDS[request.param](path), path)
    yield house
    await house.store.close()


async def saved(house: House, save: Save) -> Run:
    result = await house.store.save(save)
    assert isinstance(result, Saved)
    return result.run


async def planned(house: House, **parts: Any) -> list[str]:
    changes = Changes(text="schedule", by=MINE, at=NOON, **parts)
    return list((await house.store.apply_plan(changes)).stale)


def renamed(room: Room, key: str) -> Room:
    return replace(room, key=key, version=room.version + 1)


# The inbox


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
    assert await house.store.take_up(TakingUp(Unreadable("a", "?"), 1, run, None, note()))
    assert await house.store.unheeded() == [Unheeded("a", 2, "default")]


async def test_only_the_version_that_was_looked_at_leaves_the_inbox(house: House) -> None:
    run = await house.taken_up()
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.sql("UPDATE broadcasts SET title = 'C'")
    run = await saved(house, Save(run, run, heeded=2))
    assert await house.store.unheeded() == [Unheeded("a", 3, "default")]
    assert not await house.store.heeded("a", 3)
    await saved(house, Save(run, run, heeded=3))
    assert await house.store.unheeded() == []
    assert await house.store.heeded("a", 3)


GARBAGE = [
    ({"starts_at": "2026-12-01T18:00"}, "starts_at: '2026-12-01T18:00' has no offset"),
    ({"ends_at": "2026-02-30T18:00Z"}, "ends_at: "),
    ({"ends_at": "tomorrow"}, "ends_at: 'tomorrow' is no instant"),
    ({"ends_at": "2026-12-01T17:00Z"}, "not after its start"),
    ({"title": " "}, "title: "),
    ({"title": b"\xff\xfe"}, "title: not text"),
    ({"meeting": "{"}, "meeting: no JSON"),
    ({"meeting": "[]"}, "meeting: write a JSON object"),
    ({"meeting": '{"title": "B"}'}, "meeting: title cannot be set here"),
    ({"meeting": '{"a": 1e999}'}, "meeting: a number without end"),
    ({"meeting": '{"a": "\\ud800"}'}, "meeting: half a character"),
    ({"meeting": "[" * 60_000}, "meeting: nested too deeply"),
    ({"hosts": '[{"id": "x"}]'}, "hosts: write each host as"),
    (
        {"hosts": '[{"id": "x", "name": "X", "preset": "p"}, {"id": "x", "name": "Y", "preset": "p"}]'},
        "same id",
    ),
    ({"doors": "15"}, "doors: 15 of what?"),
    ({"prepare": "9999d"}, "prepare: 9999d is longer than"),
    ({"go_live": "at_dawn"}, "go_live: 'at_dawn': write on_join or at_start"),
    ({"room": "attic"}, "room: 'attic': write own or shared"),
    ({"cancelled": "maybe"}, "cancelled: 'maybe' is neither 0 nor 1"),
    ({"operator_fields": "{}"}, "operator_fields: write a JSON list"),
    ({"id": "Über uns".encode("ascii", "ignore").decode()}, "id: 'ber uns'"),
]


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


async def test_text_that_is_no_utf_8_spoils_its_own_row_alone(house: House) -> None:
    house.insert("bad")
    house.insert("good")
    house.sql("UPDATE broadcasts SET title = CAST(x'ff0a' AS TEXT) WHERE id = 'bad'")
    assert [each.broadcast.id for each in await house.store.existing_broadcasts(NOON)] == ["good"]


@pytest.mark.parametrize("bad", [b"\xff", "", "a" * 201, "caf\u00e9", "a\nb"])
def test_an_id_that_could_not_be_named_again_does_not_get_in(house: House, bad: object) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        house.sql("INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, 'A', '', '')", bad)


# Triggers


def test_a_broadcast_is_not_deleted_and_the_refusal_names_the_cure(house: House) -> None:
    house.insert()
    with pytest.raises(sqlite3.IntegrityError, match="SET cancelled = 1"):
        house.sql("DELETE FROM broadcasts")


def test_every_change_by_anyone_is_stamped_and_counted(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET created_at = NULL, changed_at = NULL")
    house.sql("UPDATE broadcasts SET title = 'B', version = 99")
    ((version, changed_at),) = house.sql("SELECT version, changed_at FROM broadcasts")
    assert version == 2
    assert datetime.fromisoformat(changed_at).tzinfo is UTC


def test_a_version_never_comes_back_even_when_a_row_is_replaced(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.sql(
        "INSERT OR REPLACE INTO broadcasts (id, title, starts_at, ends_at)"
        " SELECT id, 'C', starts_at, ends_at FROM broadcasts"
    )
    assert house.sql("SELECT title, version FROM broadcasts") == [("C", 3)]
    assert house.sql("SELECT version FROM unheeded") == [(3,)]


def test_triggers_do_not_set_themselves_off_when_recursion_is_on(house: House) -> None:
    house.insert()
    with sqlite3.connect(house.path) as connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("UPDATE broadcasts SET title = 'B'")
    connection.close()
    assert house.sql("SELECT version FROM broadcasts") == [(2,)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-12-01T18:00+01:00", "2026-12-01T17:00:00.000000Z"),
        ("2026-12-01 18:00:00.25Z", "2026-12-01T18:00:00.250000Z"),
        ("2026-12-01T18:00:00", None),
        ("2026-02-30T18:00Z", None),
        ("2026-12-01T24:00Z", None),
        ("soon", None),
    ],
)
def test_a_normalised_copy_is_kept_of_what_has_an_offset(house: House, typed: str, kept: str | None) -> None:
    house.insert(starts_at=typed)
    assert house.sql("SELECT starts_utc FROM broadcasts") == [(kept,)]


# Runs


async def test_what_is_taken_up_is_loaded_whole(house: House) -> None:
    await house.taken_up()
    record = await house.record("a")
    wanted = broadcast("a", NOON + 6 * HOUR)
    room = Room(key="a", account="default", marker=" [ab3k-00000000]")
    assert record.run == new_run("a", room)
    assert record.accepted == wanted == record.wanted
    assert record.wanted_version == 1
    assert await house.store.journal("a") == [note("taken up")]


async def test_a_run_that_nobody_took_up_is_not_there(house: House) -> None:
    house.insert()
    assert await house.store.load("a") is None


async def test_a_broadcast_is_taken_up_once(house: House) -> None:
    run = await house.taken_up()
    other = replace(run, room=Room(key="other", account="default", marker=""))
    assert not await house.store.take_up(TakingUp(broadcast("a"), 1, other, None, note()))
    assert house.sql("SELECT key FROM rooms") == [("a",)]
    assert len(await house.store.journal("a")) == 1


async def test_a_room_that_is_there_is_kept_by_the_next_run(house: House) -> None:
    first = await house.taken_up("weekly@2026-12-01", entry="weekly", room="shared")
    adopted = replace(first, room=replace(first.room, meeting_id="m-1", doors=Doors.SHUT))
    await saved(house, Save(first, adopted))
    fresh_room = Room(key="weekly", account="default", marker="")
    house.insert("weekly@2026-12-08", entry="weekly")
    second = new_run("weekly@2026-12-08", fresh_room)
    assert await house.store.take_up(TakingUp(broadcast(second.id), 1, second, None, note()))
    assert (await house.loaded(second.id)).room == (await house.loaded(first.id)).room
    assert (await house.loaded(second.id)).room.meeting_id == "m-1"


async def test_it_is_the_turn_of_the_first_to_start_that_is_not_over(house: House) -> None:
    late = await house.taken_up("late", entry="weekly", room="shared", starts_at="2026-12-01T18:30Z")
    early = await house.taken_up("early", entry="weekly", room="shared")
    assert (await house.loaded("late")).room.turn_of == "early"
    await saved(house, Save(early, replace(early, state=State.MISSED)))
    assert (await house.loaded("late")).room.turn_of == "late"
    own = await house.taken_up("own")
    assert (own.room.turn_of, late.room.turn_of) == (None, "late")


async def test_every_part_of_a_run_comes_back_as_it_was_saved(house: House) -> None:
    before = await house.taken_up()
    room = replace(
        before.room,
        meeting_id="m-1",
        doors=Doors.BACKSTAGE,
        title="A",
        options={"record_on_start": True},
        hosts={STUDIO.id: STUDIO},
        held_by="a",
        free_since=NOON,
    )
    times: Any = dict.fromkeys(("live_at", "off_wanted_at", "closed_at", "off_at", "looked_back_at"), NOON)
    after = replace(
        before, state=State.READY, room=room, stop_asked_at=NOON, playback_url="https://x/y", why="w", **times
    )
    result = await saved(house, Save(before, after, participants={STUDIO.id: "p-1"}))
    assert result == replace(after, version=1, room=replace(room, version=1))
    assert await house.loaded("a") == result
    assert await house.store.participants("a") == {STUDIO.id: "p-1"}


async def test_of_two_saves_from_one_version_one_is_stale(house: House) -> None:
    run = await house.taken_up()
    saves = [Save(run, replace(run, why=why), notes=(note(why),)) for why in ("one", "two")]
    results = await asyncio.gather(*map(house.store.save, saves))
    assert [type(each) for each in results] == [Saved, Stale]
    assert (await house.loaded("a")).why == "one"
    assert [each.why for each in await house.store.journal("a")] == ["taken up", "one"]


async def test_a_room_changed_meanwhile_makes_the_whole_save_stale(house: House) -> None:
    one = await house.taken_up("one", entry="weekly", room="shared")
    two = await house.taken_up("two", entry="weekly", room="shared")
    await saved(house, Save(one, replace(one, room=replace(one.room, held_by="one"))))
    theft = replace(two, state=State.READY, room=replace(two.room, held_by="two"))
    assert await house.store.save(Save(two, theft, notes=(note("theft"),))) == Stale()
    assert (await house.loaded("two")).state is State.PLANNED
    assert (await house.loaded("two")).room.held_by == "one"


async def test_a_move_the_table_does_not_know_writes_nothing(house: House) -> None:
    run = await house.taken_up()
    with pytest.raises(IllegalMoveError):
        await house.store.save(Save(run, replace(run, state=State.LIVE), notes=(note(),)))
    assert await house.loaded("a") == run


async def test_a_save_that_fails_at_its_last_row_leaves_no_trace(house: House) -> None:
    run = await house.taken_up()
    room = replace(run.room, meeting_id="m-1", hosts={STUDIO.id: STUDIO})
    naive = replace(note(), at=NOON.replace(tzinfo=None))
    attempt = Attempt(kind=Kind.CREATE, began_at=NOON)
    save = Save(run, replace(run, state=State.READY, room=room), attempt=attempt, notes=(note(), naive))
    with pytest.raises(Exception, match="an instant without an offset"):
        await house.store.save(save)
    assert await house.loaded("a") == run
    assert len(await house.store.journal("a")) == 1


async def test_one_bad_write_does_not_hurt_those_beside_it(house: House) -> None:
    runs = [await house.taken_up(id_) for id_ in ("a", "b", "c")]
    states = (State.READY, State.LIVE, State.READY)
    saves = [Save(run, replace(run, state=state)) for run, state in zip(runs, states, strict=True)]
    results = await asyncio.gather(*map(house.store.save, saves), return_exceptions=True)
    assert [type(each) for each in results] == [Saved, IllegalMoveError, Saved]
    assert [(await house.loaded(id_)).state for id_ in ("a", "b", "c")] == [
        State.READY,
        State.PLANNED,
        State.READY,
    ]


async def test_what_is_accepted_is_replaced_only_by_what_is_accepted(house: House) -> None:
    run = await house.taken_up()
    house.sql("UPDATE broadcasts SET starts_at = 'garbage'")
    run = await saved(house, Save(run, replace(run, why="refused"), heeded=2))
    record = await house.record("a")
    assert isinstance(record.wanted, Unreadable)
    assert record.accepted == broadcast("a", NOON + 6 * HOUR)
    later = broadcast("a", NOON + 8 * HOUR, hosts=(STUDIO,), meeting={"record_on_start": True})
    await saved(house, Save(run, run, accepted=later))
    assert (await house.record("a")).accepted == later
    assert (await house.store.unfinished())[0].starts_at == NOON + 8 * HOUR


async def test_hosts_are_added_and_removed_one_by_one(house: House) -> None:
    run = await house.taken_up()
    guest = Host(id="guest", name="Guest", preset="p")
    both = replace(run, room=replace(run.room, hosts={STUDIO.id: STUDIO, guest.id: guest}))
    run = await saved(house, Save(run, both, participants={STUDIO.id: "p-1", guest.id: "p-2"}))
    run = await saved(house, Save(run, replace(run, room=replace(run.room, hosts={guest.id: guest}))))
    assert (await house.loaded("a")).room.hosts == {guest.id: guest}
    assert await house.store.participants("a") == {guest.id: "p-2"}


async def test_a_run_may_leave_for_another_room_before_there_is_a_meeting(house: House) -> None:
    run = await house.taken_up()
    other = Room(key="weekly", account="events", marker=" [ab3k-11111111]")
    moved = await saved(house, Save(run, replace(run, room=other)))
    assert moved.room == other
    assert (await house.loaded("a")).room == other


# Attempts


async def test_an_attempt_gets_its_id_when_it_is_begun_and_keeps_it_when_it_is_answered(house: House) -> None:
    run = await house.taken_up()
    began = Attempt(kind=Kind.CREATE, began_at=NOON)
    run = await saved(house, Save(run, replace(run, attempts=(began,)), attempt=began))
    (stored,) = run.attempts
    assert stored == replace(began, id=stored.id)
    assert stored.id is not None
    answered = replace(stored, outcome=Outcome.DONE, answered_at=NOON + timedelta(seconds=1), detail="d")
    run = await saved(house, Save(run, replace(run, attempts=(answered,)), attempt=answered))
    assert run.attempts == (answered,)
    assert (await house.loaded("a")).attempts == (answered,)


async def test_an_attempt_need_not_be_among_those_of_the_run(house: House) -> None:
    run = await house.taken_up()
    began = Attempt(kind=Kind.STOP, began_at=NOON)
    run = await saved(house, Save(run, run, attempt=began))
    run = await saved(house, Save(run, run, attempt=replace(began, began_at=NOON + HOUR)))
    assert [each.began_at for each in run.attempts] == [NOON, NOON + HOUR]
    assert run == await house.loaded("a")


async def test_an_attempt_of_another_run_is_not_updated(house: House) -> None:
    one, two = await house.taken_up("one"), await house.taken_up("two")
    one = await saved(house, Save(one, one, attempt=Attempt(kind=Kind.STOP, began_at=NOON)))
    with pytest.raises(LookupError):
        await house.store.save(Save(two, two, attempt=replace(one.attempts[0], outcome=Outcome.DONE)))
    assert (await house.loaded("one")).attempts == one.attempts


async def test_attempts_before_the_round_do_not_count_except_creates_of_the_room(house: House) -> None:
    one = await house.taken_up("one", entry="weekly", room="shared")
    two = await house.taken_up("two", entry="weekly", room="shared")
    for kind in (Kind.CREATE, Kind.OPEN):
        one = await saved(house, Save(one, one, attempt=Attempt(kind=kind, began_at=NOON)))
    one = await saved(house, Save(one, replace(one, round_at=NOON + HOUR)))
    late = Attempt(kind=Kind.STOP, began_at=NOON + HOUR)
    await saved(house, Save(one, one, attempt=late))
    assert [each.kind for each in (await house.loaded("one")).attempts] == [Kind.CREATE, Kind.STOP]
    assert [each.kind for each in (await house.loaded(two.id)).attempts] == [Kind.CREATE]


# Unfinished runs, and rows that are garbled


async def test_unfinished_are_the_runs_not_over_or_not_looked_back_at(house: House) -> None:
    run = await house.taken_up()
    glance = Glance("a", "a", "default", State.PLANNED, NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert await house.store.unfinished() == [glance]
    run = await saved(house, Save(run, replace(run, state=State.MISSED)))
    assert await house.store.unfinished() == [replace(glance, state=State.MISSED)]
    await saved(house, Save(run, replace(run, looked_back_at=NOON)))
    assert await house.store.unfinished() == []


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE runs SET entered_at = 'noon' WHERE id = 'a'",
        "UPDATE runs SET starts_at = x'00' WHERE id = 'a'",
        "UPDATE runs SET state = 'floating' WHERE id = 'a'",
        "UPDATE runs SET accepted = '{}' WHERE id = 'a'",
        "UPDATE rooms SET doors = 'ajar' WHERE key = 'a'",
        "UPDATE rooms SET options = 'none' WHERE key = 'a'",
        "UPDATE attempts SET outcome = 'great' WHERE run_id = 'a'",
    ],
)
async def test_a_garbled_row_is_an_error_for_its_own_run_alone(house: House, spoil: str) -> None:
    run = await house.taken_up("a")
    await saved(house, Save(run, run, attempt=Attempt(kind=Kind.STOP, began_at=NOON)))
    await house.taken_up("b")
    house.sql(spoil)
    with pytest.raises(GarbledRowError):
        await house.store.load("a")
    assert (await house.loaded("b")).id == "b"
    assert {each.run_id for each in await house.store.unfinished()} == {"a", "b"}
    assert {each.id for each in await house.store.overview()} == {"a", "b"}


async def test_a_garbled_row_of_the_journal_leaves_the_others_legible(house: House) -> None:
    await house.taken_up()
    house.sql("INSERT INTO journal (run_id, at, kind, who) VALUES ('a', 'noon', 'move', 'x')")
    assert await house.store.journal("a") == [note("taken up")]


# The database away


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
async def test_a_locked_database_is_unavailable_and_works_again_afterwards(house: House, begin: str) -> None:
    run = await house.taken_up()
    save = Save(run, replace(run, why="later"))
    with house.held(begin):
        with pytest.raises(StoreUnavailableError, match="locked"):
            await house.store.save(save)
        assert (await house.loaded("a")).why == "taken up"
    assert (await saved(house, save)).why == "later"


async def test_somebody_who_reads_for_long_holds_up_nobody(house: House) -> None:
    run = await house.taken_up()
    with house.held("BEGIN"):
        assert (await saved(house, Save(run, replace(run, why="written")))).why == "written"
        assert (await house.loaded("a")).why == "written"


async def test_a_damaged_database_is_unavailable(house: House) -> None:
    house.path.with_name("cuelight.db-wal").unlink(missing_ok=True)
    house.path.write_bytes(b"no database at all" * 500)
    with pytest.raises(StoreUnavailableError):
        await house.store.unheeded()
    with pytest.raises(StoreUnavailableError):
        await house.store.beat("w", NOON)


# Alerts and requests


async def test_an_alert_is_open_once_for_each_key(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.raise_alert(replace(ALERT, text="again"), NOON + HOUR)
    assert await house.store.open_alerts() == [replace(ALERT, raised_at=NOON)]
    await house.store.resolve_alert(ALERT.key, NOON)
    assert await house.store.open_alerts() == []
    await house.store.raise_alert(replace(ALERT, text="anew"), NOON)
    assert [each.text for each in await house.store.open_alerts("a")] == ["anew"]
    assert await house.store.open_alerts("b") == []
    await house.store.resolve_alert(ALERT.key, NOON + HOUR)
    assert len(set(house.sql("SELECT resolved_at FROM alerts"))) == 2


async def test_a_request_waits_until_it_is_answered(house: House) -> None:
    number = await house.store.leave_request("stop", "a", by="ann", at=NOON)
    (request,) = await house.store.pending_requests()
    assert (request.id, request.kind, request.broadcast_id, request.by) == (number, "stop", "a", "ann")
    await house.store.answer_request(number, "heeded", NOON + HOUR)
    await house.store.answer_request(number, "again", NOON + HOUR)
    assert await house.store.pending_requests() == []
    answered = await house.store.request(number)
    assert answered == replace(request, answer="heeded", answered_at=NOON + HOUR)


# Schedules


async def test_a_plan_is_applied_and_its_text_kept(house: House) -> None:
    wanted = broadcast("weekly@2026-12-01", entry="weekly", meeting={"record_on_start": True})
    assert await planned(house, inserts=[wanted], entries={"weekly": "key: weekly"}) == []
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert (existing.broadcast, existing.version, existing.state) == (wanted, 1, None)
    assert (existing.source, existing.operator_fields) == ("schedule", frozenset())
    moved = broadcast(wanted.id, NOON + 2 * HOUR, entry="weekly")
    assert await planned(house, updates=[(moved, 1)]) == []
    (existing,) = await house.store.existing_broadcasts(NOON)
    assert (existing.broadcast, existing.version) == (moved, 2)
    assert await planned(house, cancels=[(wanted.id, 2)]) == []
    assert (await house.store.existing_broadcasts(NOON))[0].broadcast == replace(moved, cancelled=True)
    assert len(await house.store.schedule_revisions()) == 1


async def test_revisions_are_kept_newest_first_and_repeated_only_when_they_change(house: House) -> None:
    for text in ("one", "two", "two", "one"):
        await house.store.apply_plan(Changes(text=text, by=MINE, at=NOON))
    revisions = await house.store.schedule_revisions()
    assert [each.text for each in revisions] == ["one", "two", "one"]
    assert revisions[0].content_hash == revisions[2].content_hash != revisions[1].content_hash


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
    rows = dict(house.sql("SELECT id, title || cancelled FROM broadcasts"))
    assert rows == {"taken": "A0", "a": "Mine0", "b": "A0", "new": "A0"}


async def test_operators_changes_are_marked_and_a_schedule_that_overrides_one_has_it_back(
    house: House,
) -> None:
    await planned(house, inserts=[broadcast("a")])
    assert await house.store.extend("a", NOON + 5 * HOUR) == 2
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
    with pytest.raises(ValueError, match="without an offset"):
        await house.store.extend("a", NOON.replace(tzinfo=None))
    assert await house.store.extend("b", NOON) is None
    assert await house.store.cancel("b") is None


async def test_a_rename_carries_the_run_and_everything_about_it(house: House) -> None:
    old, new = "webinar@2026-12-01", "product@2026-12-01"
    run = await house.taken_up(old, entry="webinar")
    room = replace(run.room, meeting_id="m-1", held_by=old, hosts={STUDIO.id: STUDIO})
    create = Attempt(kind=Kind.CREATE, began_at=NOON)
    run = await saved(house, Save(run, replace(run, state=State.READY, room=room), attempt=create))
    await house.store.raise_alert(replace(ALERT, key=f"{old}/late", run_id=old), NOON)
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
    assert (await house.store.journal(new))[0] == note("taken up")
    assert await house.store.open_alerts() == []
    assert await house.store.save(Save(run, replace(run, why="late"))) == Stale()


async def test_a_rename_carries_the_room_that_occurrences_share(house: House) -> None:
    run = await house.taken_up("webinar@2026-12-01", entry="webinar", room="shared")
    house.insert("webinar@2026-12-08", entry="webinar", room="shared")
    ids = [("webinar@2026-12-01", "product@2026-12-01"), ("webinar@2026-12-08", "product@2026-12-08")]
    assert await planned(house, renames=ids) == []
    moved = await house.loaded("product@2026-12-01")
    assert moved.room == renamed(run.room, "product")
    assert house.sql("SELECT key FROM rooms") == [("product",)]
    assert {id_ for (id_,) in house.sql("SELECT broadcast_id FROM unheeded")} == {new for _, new in ids}


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


# Overview


async def test_the_overview_tells_of_what_became_of_each_row(house: House) -> None:
    run = await house.taken_up()
    room = replace(run.room, meeting_id="m-1")
    after = replace(run, state=State.READY, room=room, why="prepared", playback_url="https://x/y")
    await saved(house, Save(run, after))
    house.insert("b", title="B", account="events")
    house.sql("UPDATE broadcasts SET ends_at = 'never' WHERE id = 'a'")
    one, two = sorted(await house.store.overview(), key=lambda each: each.id)
    assert (one.state, one.meeting_id, one.playback_url) == (State.READY, "m-1", "https://x/y")
    assert one.why.startswith("ends_at: 'never' is no instant")
    assert (one.starts_at, one.ends_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert (two.state, two.title, two.account, two.meeting_id) == (None, "B", "events", None)
    assert (two.starts_at, two.ends_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)


async def test_the_overview_leaves_out_what_was_over_long_ago(house: House) -> None:
    run = await house.taken_up()
    await saved(house, Save(run, replace(run, state=State.MISSED, looked_back_at=NOON)))
    await house.taken_up("b")
    assert [each.id for each in await house.store.overview(NOON + 24 * HOUR)] == ["b"]
    assert len(await house.store.overview(NOON)) == 2


# Workers, leases, installation, retention


async def test_workers_sign_in_beat_and_sign_out(house: House) -> None:
    assert await house.store.last_worker_seen() is None
    me = Worker(id="w", host="h", pid=1, version="1", started_at=NOON, seen_at=NOON)
    await house.store.sign_in(me)
    await house.store.beat("w", NOON + HOUR)
    assert await house.store.last_worker_seen() == NOON + HOUR
    await house.store.sign_out("w", NOON + 2 * HOUR)
    assert await house.store.workers() == [replace(me, seen_at=NOON + 2 * HOUR, left_at=NOON + 2 * HOUR)]


async def test_terms_only_grow_and_the_reserve_outlives_them(house: House) -> None:
    assert await house.store.reserved("main") == "{}"
    assert await house.store.next_term("main", "w1") == 1
    await house.store.reserve("main", '{"a": 1}')
    assert await house.store.next_term("main", "w2") == 2
    assert await house.store.reserved("main") == '{"a": 1}'
    assert await house.store.next_term("other", "w2") == 1
    await house.store.reserve("third", "[]")
    assert await house.store.next_term("third", "w2") == 1


async def test_the_installation_tag_is_made_once_and_kept(house: House) -> None:
    tag = await house.store.installation_tag()
    assert len(tag) == 4
    assert tag.isalnum()
    assert await house.store.installation_tag() == tag
    assert await house.store.installation_tag(tag) == tag
    with pytest.raises(InstallationTagError, match="this database has"):
        await house.store.installation_tag("zz" + tag[:2][::-1] if tag[:2] != "zz" else "aaaa")


async def test_a_preferred_tag_is_taken_while_there_is_none(house: House) -> None:
    with pytest.raises(InstallationTagError, match="four characters"):
        await house.store.installation_tag("ABCDE")
    assert await house.store.installation_tag("ab3k") == "ab3k"
    assert await house.store.installation_tag() == "ab3k"


async def test_what_was_over_long_ago_is_forgotten_and_nothing_else(house: House) -> None:
    for id_ in ("old", "recent", "edited", "coming"):
        run = await house.taken_up(id_)
        if id_ != "coming":
            run = await saved(house, Save(run, replace(run, state=State.MISSED)))
            await saved(house, Save(run, replace(run, looked_back_at=NOON)))
    recent = await house.loaded("recent")
    await saved(house, Save(recent, replace(recent, looked_back_at=NOON + 30 * HOUR)))
    house.sql("UPDATE broadcasts SET title = 'B' WHERE id = 'edited'")
    await house.store.raise_alert(ALERT, NOON)
    while await house.store.forget(NOON + 24 * HOUR):
        pass
    assert {each.id for each in await house.store.overview()} == {"recent", "edited", "coming"}
    assert {key for (key,) in house.sql("SELECT key FROM rooms")} == {"recent", "edited", "coming"}
    assert house.sql("SELECT broadcast_id FROM unheeded") == [("edited",)]
    assert await house.store.journal("coming") == []
    assert await house.store.open_alerts() == [replace(ALERT, raised_at=NOON)]


# Reopening


async def asked_to_reopen(house: House) -> int:
    return await house.store.leave_request("reopen", "a", "15m", by="me", at=NOON)


async def test_a_reopened_broadcast_gets_the_next_free_number(house: House) -> None:
    await house.taken_up()
    wanted = broadcast("a", NOON)
    for number in (2, 3):
        request = await asked_to_reopen(house)
        assert await house.store.reopen(request, wanted, NOON) == f"a.{number}"
        answered = await house.store.request(request)
        assert answered
        assert (answered.answer, answered.answered_at) == (f"a.{number}", NOON)
    request = await asked_to_reopen(house)
    assert await house.store.reopen(request, replace(wanted, id="a.2"), NOON) == "a.4"
    assert {each.source for each in await house.store.overview() if each.id != "a"} == {"reopen"}


async def test_a_request_that_is_answered_reopens_nothing_again(house: House) -> None:
    await house.taken_up()
    request = await asked_to_reopen(house)
    assert await house.store.reopen(request, broadcast("a", NOON), NOON) == "a.2"
    assert await house.store.reopen(request, broadcast("a", NOON), NOON) is None
    assert {each.id for each in await house.store.overview()} == {"a", "a.2"}


async def test_the_latest_term_of_each_group_is_told(house: House) -> None:
    await house.store.next_term("*", "first")
    await house.store.next_term("*", "second")
    assert await house.store.terms() == [Term("*", "second", 2)]


async def test_the_version_of_the_schema_is_told(house: House) -> None:
    assert await house.store.revision() == NEWEST


async def test_instants_that_a_clock_wrote_which_was_ahead_are_set_back(house: House) -> None:
    run = await house.taken_up()
    ahead = replace(run, closed_at=NOON + HOUR, live_at=NOON - HOUR)
    later = Attempt(kind=Kind.CLOSE, began_at=NOON + HOUR, answered_at=NOON + HOUR, outcome=Outcome.DONE)
    await saved(house, Save(run, ahead, attempt=later))
    assert await house.store.rewind(NOON) > 0
    found = await house.loaded("a")
    assert (found.closed_at, found.live_at) == (NOON, NOON - HOUR)
    assert [(each.began_at, each.answered_at) for each in found.attempts] == [(NOON, NOON)]
    assert isinstance(await house.store.save(Save(ahead, replace(ahead, why="decided before"))), Stale)
    assert await house.store.rewind(NOON) == 0
    assert house.sql("SELECT ends_at FROM runs") == [("2026-12-01T19:00:00.000000Z",)]
