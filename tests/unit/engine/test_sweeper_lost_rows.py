"""A show whose row is lost: what this worker knows of it decides whether it is swept."""

import pytest
import structlog

from jobs.model import Room, Run
from jobs.run.lifecycle import State
from jobs.sweep import Verdict
from tests.support.clock import NOON
from tests.support.sweep import MARKER, OURS, World


def in_state(state: State) -> Run:
    room = Room(key="show", account="default", marker=MARKER, meeting_id="m", held_by="show")
    return Run(id="show", state=state, room=room, entered_at=NOON)


@pytest.mark.parametrize("state", [State.STARTING, State.LIVE, State.INTERRUPTED])
async def test_a_show_that_this_worker_knows_to_be_in_its_window_is_not_swept_though_its_row_is_lost(
    state: State,
) -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(state)
    with structlog.testing.capture_logs() as lines:
        assert await world.sweeper.sweep() == []
    assert world.changed() == []
    assert [each["run"] for each in lines if each["event"] == "row_lost"] == ["show"]
    world.client.streams_of.clear()
    assert await world.sweeper.sweep() == []
    assert world.changed() == []


async def test_a_backstage_whose_row_is_lost_is_not_closed_and_what_airs_before_its_start_is_stopped() -> (
    None
):
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(State.READY)
    streams = dict(world.client.streams_of)
    world.client.streams_of.clear()
    assert await world.sweeper.sweep() == []
    world.client.streams_of |= streams
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


@pytest.mark.parametrize("state", [None, State.STOPPING])
async def test_what_is_over_or_to_be_off_is_swept_when_its_row_is_lost(state: State | None) -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(state) if state else None
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


async def test_what_is_called_off_is_swept_when_its_row_is_lost() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept, world.rooms.called_off = [], True
    world.in_hand = in_state(State.LIVE)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


async def test_a_twin_of_a_show_in_its_window_is_swept() -> None:
    world = World()
    world.put_on_air("twin", OURS)
    world.in_hand = in_state(State.LIVE)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()
