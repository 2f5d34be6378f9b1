"""A run under a new id: its end, requests and alerts go with it, and its room has one pass at a time."""

import asyncio
from datetime import datetime

import pytest

from jobs.ids import room_of_entry
from jobs.marker import marker
from jobs.model import Attempt, Broadcast, GoLive, Kind, Outcome, RoomUse, Window
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from tests.support.clock import settle
from tests.support.engine import HOUR, TAG, World
from worker.engine.passes import Passes
from worker.store.records import Changes


async def scheduled(world: World, go_live: GoLive = GoLive.ON_JOIN) -> None:
    """Have a broadcast of a schedule, with its meeting."""
    start = world.clock.now() + HOUR
    window = Window(start, start + HOUR)
    wanted = Broadcast(id="show", title="Show", window=window, entry="show", go_live=go_live)
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), inserts=[wanted]))
    await world.inbox.look()
    await world.go()


async def scheduled_on_air(world: World) -> None:
    await scheduled(world)
    await world.go(3600)
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5)


async def renamed(world: World, old: str, new: str) -> None:
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), renames=[(old, new)]))


async def extended(world: World, run_id: str) -> None:
    await world.store.extend(run_id, HOUR)
    await world.inbox.look()
    await world.go(1, run_id)


@pytest.mark.parametrize("backstage", [False, True])
async def test_what_is_renamed_and_extended_is_stopped_at_its_new_end(
    world: World, *, backstage: bool
) -> None:
    """By passes of its new id; neither one of the old id nor the failsafe stops it at the old end."""
    if backstage:
        await scheduled(world, GoLive.AT_START)
        await world.go(3000)
    else:
        await scheduled_on_air(world)
    await renamed(world, "show", "gala")
    await extended(world, "gala")
    for number in range(150):
        if number == 25:
            world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
        await world.go(15)
        await world.go(15, "gala")
        world.failsafe.look()
        await settle()
    at_old_end = world.client.asked.count("stop new")
    for _ in range(140):
        await world.go(30, "gala")
        if "stop new" in world.client.asked:
            break
    assert (at_old_end, world.client.asked.count("stop new")) == (0, 1)
    assert [each.id for each in world.failsafe.on_air()] == ["gala"]


async def test_a_stop_asked_for_under_the_old_id_is_heeded_under_the_new_one(world: World) -> None:
    await scheduled_on_air(world)
    await world.store.leave_request("stop", "show", by="me", at=world.clock.now())
    await world.inbox.look()
    await renamed(world, "show", "gala")
    await world.inbox.look()
    assert len(await world.store.pending_requests()) == 1
    await world.go(0, "gala")
    assert (await world.run("gala")).state is State.STOPPING
    await world.inbox.look()
    assert await world.store.pending_requests() == []


async def test_what_was_told_under_the_old_id_is_taken_back(world: World) -> None:
    await scheduled_on_air(world)
    world.client.broken = ZeroDivisionError("no such answer")
    await world.go(30)
    world.client.broken = None
    await renamed(world, "show", "gala")
    await world.inbox.look()
    await world.go(0, "gala")
    await world.go(0, "show")
    assert world.alerts.open() == []


async def test_what_the_failsafe_sent_under_the_old_id_is_written_down_under_the_new_one(
    world: World,
) -> None:
    await scheduled_on_air(world)
    sent = Attempt(kind=Kind.STOP, began_at=world.clock.now(), outcome=Outcome.DONE)
    world.failsafe.record_later("show", sent)
    await renamed(world, "show", "gala")
    await world.inbox.look()
    await world.go(1, "gala")
    await world.go(5, "gala")
    assert Kind.STOP in [each.kind for each in (await world.run("gala")).attempts]
    assert world.failsafe.unrecorded("gala") == world.failsafe.unrecorded("show") == ()


async def test_a_renamed_run_of_a_shared_room_has_no_pass_beside_that_of_another(world: World) -> None:
    """One keeps its id, for it is on air, and its room has a new key all the same."""
    await sharing(world, "show@2026-12-01", "show@2026-12-08")
    await renamed(world, "show@2026-12-08", "gala@2026-12-08")
    await world.inbox.look()
    under_way: list[str] = []

    async def reconcile(run_id: str) -> datetime | None:
        under_way.append(run_id)
        await asyncio.Event().wait()
        return None

    world.passes._reconcile = reconcile
    world.passes.wake("show@2026-12-01")
    world.passes.start_due()
    await settle()
    assert len(under_way) == 1
    await world.passes.close()


async def test_a_stop_of_one_at_rest_has_no_pass_beside_that_of_another_in_its_room(world: World) -> None:
    await sharing(world, "show@2026-12-01", "show@2026-12-08")
    passes = world.inbox.requests.passes = world.inbox.passes = Passes(
        world.reconciler.reconcile, world.clock
    )
    for each in ("show@2026-12-01", "show@2026-12-08"):
        await world.store.leave_request("stop", each, by="me", at=world.clock.now())
    await world.inbox.look()
    assert set(passes._room_of.values()) == {marker(TAG, "default", room_of_entry("show"))}


async def sharing(world: World, *ids: str) -> None:
    """Have broadcasts that share a room."""
    start = world.clock.now() + HOUR
    windows = [
        Window(start + number * 2 * HOUR, start + (number * 2 + 1) * HOUR) for number in range(len(ids))
    ]
    wanted = [
        Broadcast(id=id_, title="Show", window=window, entry="show", room=RoomUse.SHARED)
        for id_, window in zip(ids, windows, strict=True)
    ]
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), inserts=wanted))
    await world.inbox.look()
