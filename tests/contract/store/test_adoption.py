"""A database that is adopted as a copy: nothing of what the original made is known there any more."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from jobs.model import Attempt, Broadcast, Doors, Host, Kind, Outcome, Run
from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.queries import adoption
from worker.store.queries.adoption import Effects
from worker.store.records import Alert, Changes, Save
from worker.store.schema.migration import transaction
from worker.store.standings import Worker

NOW = NOON + 6.5 * HOUR
"""Half an hour into what `taken_up` inserts."""
LATER: dict[str, Any] = {"starts_at": "2026-12-01T20:00Z", "ends_at": "2026-12-01T21:00Z"}
EARLIER: dict[str, Any] = {"starts_at": "2026-12-01T10:00Z", "ends_at": "2026-12-01T11:00Z"}
STUDIO = Host(id="s", name="Studio", preset="host")
ALERT = Alert(
    key="k", subject=Subject(SubjectKind.DATABASE), severity="critical", title="t", text="", cure=""
)


def adopt(house: House, now: datetime = NOW) -> Effects:
    """Tell what it would come to, and do it."""
    with transaction(house.url) as connection:
        found = adoption.effects(connection, now)
        adoption.as_copy(connection, "c0py", by="op", answer="refused: ask again", now=now)
    return found


async def has_meeting(house: House, id_: str, *, to: State = State.READY, **columns: Any) -> Run:
    """Have it be in this state, in a meeting that the original made."""
    run = await house.taken_up(id_, **columns)
    made = Attempt(kind=Kind.CREATE, began_at=NOON, answered_at=NOON, outcome=Outcome.DONE)
    room = replace(
        run.room,
        meeting_id=f"m-{id_}",
        doors=Doors.OPEN,
        title="A",
        held_by=id_,
        hosts={"s": STUDIO},
        tenant="t",
    )
    after = replace(run, state=State.READY, room=room)
    run = await house.saved(Save(run, after, (made,)))
    for state in PATHS[to]:
        run = await house.saved(Save(run, replace(run, state=state)))
    return run


PATHS: dict[State, tuple[State, ...]] = {
    State.READY: (),
    State.STARTING: (State.STARTING,),
    State.LIVE: (State.STARTING, State.LIVE),
    State.INTERRUPTED: (State.STARTING, State.LIVE, State.INTERRUPTED),
    State.STOPPING: (State.STARTING, State.LIVE, State.STOPPING),
    State.ENDED: (State.STARTING, State.LIVE, State.STOPPING, State.ENDED),
}


def states(house: House) -> dict[str, str]:
    return dict(house.sql("SELECT id, state FROM runs"))


def nothing_is_left_of_the_original(house: House) -> None:
    assert house.sql("SELECT key FROM rooms WHERE meeting_id IS NOT NULL OR held_by IS NOT NULL") == []
    assert house.sql("SELECT key FROM rooms WHERE doors IS NOT NULL OR free_since IS NOT NULL") == []
    assert house.sql("SELECT key FROM rooms WHERE marker NOT LIKE ' [c0py-________]'") == []
    assert house.sql("SELECT host_id FROM hosts") == []
    assert house.sql("SELECT id FROM runs WHERE state NOT IN ('ended', 'missed', 'cancelled')") == []
    assert house.sql("SELECT id FROM runs WHERE looked_back_at IS NULL") == []


async def test_what_is_to_come_is_taken_up_anew_and_its_meeting_forgotten(house: House) -> None:
    await has_meeting(house, "a", to=State.READY, **LATER)
    await house.taken_up("b", **LATER)
    found = adopt(house)
    assert (found.to_come, found.under_way, found.meetings) == (2, [], 1)
    nothing_is_left_of_the_original(house)
    assert {each.broadcast_id: each.account for each in await house.store.unheeded()} == {
        "a": None,
        "b": None,
    }
    fresh = await house.store.fresh("a")
    assert fresh is not None
    assert isinstance(fresh[0], Broadcast)
    assert not fresh[0].cancelled
    assert house.sql("SELECT count(*) FROM attempts") == [(0,)]
    assert [(each.before, each.after, each.who) for each in await house.store.journal("a")][-1] == (
        "ready",
        "",
        "op",
    )
    again = await house.taken_up("c", **LATER)
    assert again.state is State.PLANNED


@pytest.mark.parametrize("state", [each for each in PATHS if each is not State.ENDED])
async def test_what_is_under_way_is_called_off_here_and_not_asked_about(house: House, state: State) -> None:
    await has_meeting(house, "a", to=state)
    found = adopt(house)
    assert (found.to_come, found.under_way) == (0, ["a"])
    nothing_is_left_of_the_original(house)
    assert states(house) == {"a": "cancelled"}
    assert house.sql("SELECT id FROM broadcasts WHERE cancelled") == [("a",)]
    last = (await house.store.journal("a"))[-1]
    assert (last.before, last.after, last.who) == (state, "cancelled", "op")
    assert "the original continues it" in last.why


async def test_what_is_under_way_before_any_worker_has_taken_it_up_is_called_off(house: House) -> None:
    house.insert("now")
    house.insert("later", **LATER)
    house.insert("past", **EARLIER)
    house.insert("garbled", starts_at="soon")
    assert adopt(house).under_way == ["now"]
    assert house.sql("SELECT id FROM broadcasts WHERE cancelled") == [("now",)]
    assert states(house) == {}


async def test_what_has_begun_and_was_not_finished_in_time_is_called_off_too(house: House) -> None:
    await has_meeting(house, "stopping", to=State.STOPPING, **EARLIER)
    await house.taken_up("planned", **EARLIER)
    assert adopt(house).under_way == ["planned", "stopping"]
    assert states(house) == {"stopping": "cancelled", "planned": "cancelled"}


async def test_what_is_over_stays_on_record_without_its_meeting(house: House) -> None:
    run = await has_meeting(house, "a", to=State.ENDED, **EARLIER)
    await house.saved(Save(run, replace(run, live_at=NOON, off_at=NOON)))
    found = adopt(house)
    assert (found.to_come, found.under_way, found.meetings) == (0, [], 1)
    nothing_is_left_of_the_original(house)
    kept = await house.loaded("a")
    assert (kept.state, kept.live_at, kept.off_at) == (State.ENDED, NOON, NOON)
    assert kept.looked_back_at == NOW
    assert [each.kind for each in kept.attempts] == [Kind.CREATE]


async def test_a_room_that_occurrences_share_is_of_nobody(house: House) -> None:
    shared = {"entry": "weekly", "room": "shared", "source": "schedule"}
    await has_meeting(house, "weekly-1", to=State.ENDED, **EARLIER, **shared)
    await house.taken_up("weekly-2", **LATER, **shared)
    assert (await house.loaded("weekly-2")).room.meeting_id == "m-weekly-1"
    adopt(house)
    nothing_is_left_of_the_original(house)
    again = await house.store.fresh("weekly-2")
    assert again is not None
    assert states(house) == {"weekly-1": "ended"}


async def test_requests_alerts_and_workers_of_the_original_are_done_with(house: House) -> None:
    request = await house.store.leave_request("sweep", "", by="op", at=NOON)
    await house.store.raise_alert(ALERT, NOON)
    worker = Worker(id="w", host="h", pid=1, version="1", started_at=NOON, seen_at=NOON)
    await house.store.sign_in(worker)
    found = adopt(house)
    assert (found.requests, found.alerts) == (1, 1)
    answered = await house.store.request(request)
    assert answered is not None
    assert answered.answer == "refused: ask again"
    assert await house.store.open_alerts() == []
    assert (await house.store.workers())[0].left_at == NOON


async def test_the_tag_is_another_one_and_the_schedule_stays(house: House) -> None:
    assert await house.store.installation_tag("ab3k") == "ab3k"
    await house.store.apply_plan(Changes(text="t", by="x", at=NOON))
    assert adopt(house).was == "ab3k"
    assert await house.store.installation_tag() == "c0py"
    assert house.schedules() == ["t"]


async def test_whoever_decided_on_what_was_there_before_is_stale(house: House) -> None:
    run = await has_meeting(house, "a", to=State.LIVE)
    over = await has_meeting(house, "b", to=State.ENDED, **EARLIER)
    adopt(house)
    for each in (run, over):
        assert (await house.loaded(each.id)).version > each.version
        assert (await house.loaded(each.id)).room.version > each.room.version


async def test_a_database_that_nothing_was_ever_done_on_is_adopted_too(house: House) -> None:
    assert adopt(house) == Effects(was=None, under_way=[], to_come=0, meetings=0, requests=0, alerts=0)
    assert await house.store.installation_tag() == "c0py"
