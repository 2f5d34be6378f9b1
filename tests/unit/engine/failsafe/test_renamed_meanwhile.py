"""A run that is renamed while a call for it is under way."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from jobs.model import Kind, Run
from jobs.run.decision import Stop
from jobs.run.observations import Meeting
from tests.support.clock import settle
from tests.support.provider import LaidOutClient
from tests.unit.engine.failsafe.world import CLOSED, LIVE, ROOM, SHOW, World


class SlowClient(LaidOutClient):
    """Answers no stop and no change until it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def stop_stream(self, meeting_id: str) -> None:
        await super().stop_stream(meeting_id)
        await self.gate.wait()

    async def patch_meeting(self, meeting_id: str, fields: Mapping[str, Any]) -> Meeting:
        self.gate.clear()
        changed = await super().patch_meeting(meeting_id, fields)
        await self.gate.wait()
        return changed


@pytest.fixture
def slow() -> World:
    return World(SlowClient())


def let(world: World) -> None:
    assert isinstance(world.client, SlowClient)
    world.client.gate.set()


def named_anew(world: World, name: str) -> Run:
    renamed = replace(LIVE, id=name, room=replace(ROOM, key=name, held_by=name))
    world.failsafe.note(renamed, replace(SHOW, id=name))
    return renamed


@pytest.mark.parametrize("names", [("gala",), ("gala", "finale")])
async def test_a_stop_under_way_while_its_run_is_renamed_is_written_down_under_the_new_name(
    slow: World, names: Sequence[str]
) -> None:
    slow.failsafe.note(LIVE, SHOW)
    slow.clock.move(3600)
    by_a_pass = asyncio.create_task(slow.stopped_by_a_pass())
    await settle()
    renamed = [named_anew(slow, name) for name in names][-1]
    again = asyncio.create_task(slow.failsafe.stop(renamed, Stop(), "the window is over"))
    await settle()
    let(slow)
    assert await by_a_pass is await again
    assert slow.stops() == 1
    assert slow.failsafe.unrecorded("show") == ()
    assert slow.failsafe.unrecorded(renamed.id) == (by_a_pass.result(),)
    await settle()
    assert not slow.failsafe._sending
    assert not slow.failsafe._new_names


async def test_a_closing_under_way_while_its_run_is_renamed_is_written_down_under_the_new_name(
    slow: World,
) -> None:
    slow.failsafe.note(LIVE, SHOW)
    slow.failsafe.set_aside("show")
    let(slow)
    await slow.after(3601)
    assert CLOSED in slow.client.asked
    named_anew(slow, "gala")
    let(slow)
    await settle()
    assert slow.failsafe.unrecorded("show") == ()
    assert [each.kind for each in slow.failsafe.unrecorded("gala")] == [Kind.STOP, Kind.CLOSE]
