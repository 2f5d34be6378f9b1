"""Runs: taken up, loaded whole, saved on the version they were decided on."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.model import Attempt, Doors, Host, Kind, Outcome, Room, Unreadable
from jobs.run.lifecycle import IllegalMoveError, State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, broadcast, new_run, note
from worker.store.records import Arrival, Fence, Save, Saved, Stale

STUDIO = Host(id="studio-1", name="Studio", preset="webinar_presenter")


async def test_what_is_taken_up_is_loaded_whole(house: House) -> None:
    await house.taken_up()
    record = await house.record("a")
    wanted = broadcast("a", NOON + 6 * HOUR)
    room = Room(key="a", account="default", marker=" [ab3k-00000000]")
    assert record.run == new_run("a", room)
    assert record.accepted == wanted == record.wanted
    assert record.wanted_version == 1
    assert await house.store.journal("a") == [note("picked up")]


async def test_a_run_that_nobody_took_up_is_not_there(house: House) -> None:
    house.insert()
    assert await house.store.load("a") is None


async def test_a_broadcast_is_taken_up_once(house: House) -> None:
    run = await house.taken_up()
    other = replace(run, room=Room(key="other", account="default", marker=""))
    assert not await house.store.take_up(Arrival(broadcast("a"), 1, other, None, note()))
    assert house.sql("SELECT key FROM rooms") == [("a",)]
    assert len(await house.store.journal("a")) == 1


async def test_a_room_that_is_there_is_kept_by_the_next_run(house: House) -> None:
    first = await house.taken_up("weekly@2026-12-01", entry="weekly", source="schedule", room="shared")
    adopted = replace(first, room=replace(first.room, meeting_id="m-1", doors=Doors.SHUT))
    await house.saved(Save(first, adopted))
    fresh_room = Room(key=first.room.key, account="default", marker="")
    house.insert("weekly@2026-12-08", source="schedule", entry="weekly")
    second = new_run("weekly@2026-12-08", fresh_room)
    assert await house.store.take_up(Arrival(broadcast(second.id), 1, second, None, note()))
    assert (await house.loaded(second.id)).room == (await house.loaded(first.id)).room
    assert (await house.loaded(second.id)).room.meeting_id == "m-1"


async def test_it_is_the_turn_of_the_first_to_start_that_is_not_over(house: House) -> None:
    late = await house.taken_up(
        "late", entry="weekly", source="schedule", room="shared", starts_at="2026-12-01T18:30Z"
    )
    early = await house.taken_up("early", entry="weekly", source="schedule", room="shared")
    assert (await house.loaded("late")).room.turn_of == "early"
    await house.saved(Save(early, replace(early, state=State.MISSED)))
    assert (await house.loaded("late")).room.turn_of == "late"
    own = await house.taken_up("own")
    assert (own.room.turn_of, late.room.turn_of) == (None, "late")


async def test_a_shared_room_is_needed_from_the_doors_of_the_next_that_is_not_over(house: House) -> None:
    first = await house.taken_up("early", entry="weekly", source="schedule", room="shared")
    assert (await house.loaded("early")).room.needed_at is None
    times = {"starts_at": "2026-12-01T20:30Z", "ends_at": "2026-12-01T21:00Z"}
    late = await house.taken_up(
        "late", entry="weekly", source="schedule", room="shared", go_live="at_start", doors="10m", **times
    )
    assert (await house.loaded("early")).room.needed_at == datetime(2026, 12, 1, 20, 20, tzinfo=UTC)
    await house.saved(Save(late, replace(late, state=State.MISSED, looked_back_at=late.entered_at)))
    assert (await house.loaded("early")).room.needed_at is None
    assert first.room.needed_at is None


async def test_an_end_that_was_moved_by_rule_comes_back_beside_the_planned_one(house: House) -> None:
    run = await house.taken_up("show", overrun="15m")
    (row,) = await house.store.existing_broadcasts(None, ["show"])
    moved = row.broadcast.running_until(row.broadcast.latest_end)
    await house.saved(Save(run, run, accepted=moved))
    record = await house.store.load("show")
    assert record
    assert record.accepted == moved
    found = await house.store.find("show")
    assert found
    assert (found.ends_at, found.planned_end) == (moved.window.ends_at, row.broadcast.window.ends_at)
    made = await house.store.extend("show", timedelta(minutes=5))
    assert made
    assert made.ends_at == moved.window.ends_at + timedelta(minutes=5)


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
    result = await house.saved(Save(before, after))
    assert result == replace(after, version=1, room=replace(room, version=1))
    assert await house.loaded("a") == result


async def test_of_two_saves_from_one_version_one_is_stale(house: House) -> None:
    run = await house.taken_up()
    saves = [Save(run, replace(run, why=why), notes=(note(why),)) for why in ("one", "two")]
    results = await asyncio.gather(*map(house.store.save, saves))
    assert [type(each) for each in results] == [Saved, Stale]
    assert (await house.loaded("a")).why == "one"
    assert [each.why for each in await house.store.journal("a")] == ["picked up", "one"]


async def test_a_room_changed_meanwhile_makes_the_whole_save_stale(house: House) -> None:
    one = await house.taken_up("one", entry="weekly", source="schedule", room="shared")
    two = await house.taken_up("two", entry="weekly", source="schedule", room="shared")
    await house.saved(Save(one, replace(one, room=replace(one.room, held_by="one"))))
    theft = replace(two, state=State.READY, room=replace(two.room, held_by="two"))
    assert await house.store.save(Save(two, theft, notes=(note("theft"),))) == Stale()
    assert (await house.loaded("two")).state is State.PLANNED
    assert (await house.loaded("two")).room.held_by == "one"


async def test_a_move_the_table_does_not_know_writes_nothing(house: House) -> None:
    run = await house.taken_up()
    with pytest.raises(IllegalMoveError):
        await house.store.save(Save(run, replace(run, state=State.LIVE), notes=(note(),)))
    assert await house.loaded("a") == run


async def test_several_moves_are_one_write(house: House) -> None:
    run = await house.taken_up()
    notes = tuple(note(why) for why in ("ready", "starting", "stopping"))
    after = replace(run, state=State.STOPPING, why="over")
    run = await house.saved(Save(run, after, notes=notes, through=(State.READY, State.STARTING)))
    assert (run.state, run.version) == (State.STOPPING, 1)
    assert await house.loaded("a") == run
    assert [each.why for each in await house.store.journal("a")] == [
        "picked up",
        "ready",
        "starting",
        "stopping",
    ]


@pytest.mark.parametrize(
    ("through", "state"),
    [
        ((State.READY,), State.LIVE),
        ((State.STARTING,), State.STOPPING),
        ((State.READY, State.STARTING), State.ENDED),
        ((State.PLANNED,), State.READY),
        ((State.READY,), State.PLANNED),
    ],
)
async def test_each_of_several_moves_has_to_be_in_the_table(
    house: House, through: tuple[State, ...], state: State
) -> None:
    run = await house.taken_up()
    with pytest.raises(IllegalMoveError):
        await house.store.save(Save(run, replace(run, state=state), notes=(note(),), through=through))
    assert await house.loaded("a") == run


async def test_a_run_may_go_and_come_back_in_one_write(house: House) -> None:
    run = await house.taken_up()
    run = await house.saved(Save(run, replace(run, state=State.LIVE), through=(State.READY, State.STARTING)))
    back = replace(run, why="LIVE was read")
    assert (await house.saved(Save(run, back, through=(State.INTERRUPTED,)))).state is State.LIVE


async def test_a_save_that_fails_at_its_last_row_leaves_no_trace(house: House) -> None:
    run = await house.taken_up()
    room = replace(run.room, meeting_id="m-1", hosts={STUDIO.id: STUDIO})
    naive = replace(note(), at=NOON.replace(tzinfo=None))
    attempt = Attempt(kind=Kind.CREATE, began_at=NOON)
    save = Save(run, replace(run, state=State.READY, room=room), attempts=(attempt,), notes=(note(), naive))
    with pytest.raises(Exception, match="a time without a UTC offset"):
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


async def test_saves_that_wait_together_come_to_what_each_would_alone(house: House) -> None:
    ids = [f"show-{number}" for number in range(40)]
    runs = [await house.taken_up(id_) for id_ in ids]
    stop = Attempt(kind=Kind.STOP, began_at=NOON)
    first = [
        Save(
            run, replace(run, why=run.id), attempts=(stop,) * (place % 3), notes=(note(run.id),) * (place % 2)
        )
        for place, run in enumerate(runs)
    ]
    runs = [
        each.run for each in await asyncio.gather(*map(house.store.save, first)) if isinstance(each, Saved)
    ]
    assert [run.id for run in runs] == ids
    assert runs == [await house.loaded(id_) for id_ in ids]
    assert [len(run.attempts) for run in runs] == [place % 3 for place in range(40)]
    later = broadcast("a", NOON + 8 * HOUR)
    second = [
        Save(
            run,
            replace(run, room=replace(run.room, hosts={STUDIO.id: STUDIO} if place % 2 else {})),
            attempts=tuple(replace(each, outcome=Outcome.DONE) for each in run.attempts),
            accepted=replace(later, id=run.id) if place % 4 else None,
        )
        for place, run in enumerate(runs)
    ]
    runs = [
        each.run for each in await asyncio.gather(*map(house.store.save, second)) if isinstance(each, Saved)
    ]
    assert runs == [await house.loaded(id_) for id_ in ids]
    assert {each.outcome for run in runs for each in run.attempts} == {Outcome.DONE}


@pytest.mark.parametrize("why", ["half \ud800", "na\0ught"])
async def test_text_that_cannot_be_kept_does_not_hurt_the_saves_beside_it(house: House, why: str) -> None:
    runs = [await house.taken_up(id_) for id_ in ("a", "b", "c")]
    whys = ("good", why, "good")
    saves = [
        Save(run, replace(run, playback_url=text), notes=(note(text),))
        for run, text in zip(runs, whys, strict=True)
    ]
    results = await asyncio.gather(*map(house.store.save, saves), return_exceptions=True)
    assert [type(results[0]), type(results[2])] == [Saved, Saved]
    for id_ in ("a", "c"):
        assert (await house.loaded(id_)).playback_url == "good"
        assert [each.why for each in await house.store.journal(id_)] == ["picked up", "good"]


async def test_of_saves_that_wait_together_only_those_in_an_ended_term_are_stale(house: House) -> None:
    runs = [await house.taken_up(id_) for id_ in ("a", "b", "c")]
    for holder in ("before", "now"):
        await house.store.take_lease("main", holder, -1.0)
    terms = (2, 1, 2)
    saves = [
        Save(run, replace(run, why="w"), notes=(note(),), fence=Fence("main", term))
        for run, term in zip(runs, terms, strict=True)
    ]
    results = await asyncio.gather(*map(house.store.save, saves))
    assert [type(each) for each in results] == [Saved, Stale, Saved]
    assert [(await house.loaded(id_)).why for id_ in ("a", "b", "c")] == ["w", "picked up", "w"]


async def test_what_is_accepted_is_replaced_only_by_what_is_accepted(house: House) -> None:
    run = await house.taken_up()
    house.sql("UPDATE broadcasts SET starts_at = 'garbage'")
    run = await house.saved(Save(run, replace(run, why="refused"), heeded=2))
    record = await house.record("a")
    assert isinstance(record.wanted, Unreadable)
    assert record.accepted == broadcast("a", NOON + 6 * HOUR)
    later = broadcast("a", NOON + 8 * HOUR, hosts=(STUDIO,), meeting={"record_on_start": True})
    await house.saved(Save(run, run, accepted=later))
    assert (await house.record("a")).accepted == later
    assert (await house.store.unfinished_after("", 9))[0].starts_at == NOON + 8 * HOUR


async def test_hosts_are_added_and_removed_one_by_one(house: House) -> None:
    run = await house.taken_up()
    guest = Host(id="guest", name="Guest", preset="p")
    both = replace(run, room=replace(run.room, hosts={STUDIO.id: STUDIO, guest.id: guest}))
    run = await house.saved(Save(run, both))
    run = await house.saved(Save(run, replace(run, room=replace(run.room, hosts={guest.id: guest}))))
    assert (await house.loaded("a")).room.hosts == {guest.id: guest}


async def test_a_run_may_leave_for_another_room_before_there_is_a_meeting(house: House) -> None:
    run = await house.taken_up()
    other = Room(key="weekly", account="events", marker=" [ab3k-11111111]")
    moved = await house.saved(Save(run, replace(run, room=other)))
    assert moved.room == other
    assert (await house.loaded("a")).room == other
