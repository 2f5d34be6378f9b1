"""The sweeper: what it finds is stopped, closed, noted and told; a sweep cut short is made again soon."""

import asyncio
from dataclasses import replace

import pytest
import structlog

from jobs.run.observations import NO_RECORDING, Meeting, Recording, RecordingStatus, Stream, StreamStatus
from jobs.sweep import Verdict
from tests.support.gateway import gateway_of
from tests.support.provider import LaidOutClient
from tests.support.sweep import MARKER, OURS, World
from worker.engine.sweeper import AGAIN_AFTER
from worker.provider.errors import UnansweredError
from worker.store.errors import StoreUnavailableError


@pytest.mark.parametrize(
    ("recording", "told", "calls"),
    [
        (Recording(RecordingStatus.RECORDING, "r1"), "stop_recording done", ["stop recording r1"]),
        (NO_RECORDING, "recording none", []),
    ],
)
async def test_what_is_recorded_beside_it_ends_with_it(
    recording: Recording, told: str, calls: list[str]
) -> None:
    world = World()
    world.put_on_air("m", OURS, may_record=True)
    world.client.recordings_of["m"] = recording
    await world.sweeper.sweep()
    assert world.changed()[2:] == calls
    assert world.rooms.notes == [("show", f"sweep: meeting m stopped; stop done, close done, {told}")]
    await world.sweeper.close()


async def test_a_recording_that_cannot_be_read_keeps_nothing_from_being_swept() -> None:
    world = World()
    world.put_on_air("m", OURS, may_record=True)

    def fail_on_recordings() -> None:
        is_asked = world.client.asked[-1].startswith("recording")
        world.client.trouble = UnansweredError("too late") if is_asked else None

    world.client.on_ask = fail_on_recordings
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    assert world.rooms.notes[0][1].endswith("close done, recording unknown: too late")
    await world.sweeper.close()


async def test_what_is_on_air_after_its_end_is_stopped_closed_journalled_and_told() -> None:
    world = World()
    world.put_on_air("m", OURS)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    assert world.changed() == ["stop m", "patch m {'live_stream_on_start': False, 'status': 'INACTIVE'}"]
    assert world.rooms.notes == [("show", "sweep: meeting m stopped; stop done, close done")]
    assert (world.woken, world.alerts.open()) == ([("show", MARKER)], ["meeting/default/m/swept"])
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    await world.sweeper.close()


async def test_a_sweep_that_did_not_get_through_takes_nothing_back() -> None:
    world = World()
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/default/m/swept"]
    world.client.trouble = None
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    await world.sweeper.close()


async def test_an_account_that_is_read_takes_back_what_is_over_there_and_nothing_of_another() -> None:
    world = World()
    other = LaidOutClient()
    world.sweeper.gateways = {
        **world.sweeper.gateways,
        "events": replace(gateway_of(other, world.clock), account="events"),
    }
    world.put_on_air("m", OURS)
    other.found, other.streams_of = world.client.found, dict(world.client.streams_of)
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/default/m/swept", "meeting/events/m/swept"]
    other.trouble = UnansweredError("no whole answer within 8 s")
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/events/m/swept"]
    await world.sweeper.close()


async def test_streams_of_others_are_said_once_though_a_sweep_between_failed() -> None:
    world = World()
    world.put_on_air("theirs", "Their show")
    with structlog.testing.capture_logs() as lines:
        for trouble in (None, UnansweredError("no whole answer within 8 s"), None):
            world.client.trouble = trouble
            await world.sweeper.sweep()
    assert sum(each["event"] == "foreign_streams" for each in lines) == 1
    await world.sweeper.close()


async def test_what_was_on_air_is_swept_again_soon_until_nothing_is() -> None:
    world = World()
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    for _ in range(3):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.clock.move(AGAIN_AFTER)
    for _ in range(30):
        await asyncio.sleep(0)  # noqa: TID251  As above.
    assert world.changed().count("stop m") == 4
    await world.sweeper.close()


async def test_a_sweep_that_did_not_get_through_is_made_again_soon() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    assert await world.sweeper.sweep() == []
    world.client.trouble = None
    for _ in range(2):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.clock.move(AGAIN_AFTER)
    assert "stop m" in world.changed()
    await world.sweeper.close()


async def test_a_sweep_that_met_a_database_failure_is_made_again_soon() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.away = True
    with pytest.raises(StoreUnavailableError):
        await world.sweeper.sweep()
    for away in (True, False, False):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.rooms.away = away
        world.clock.move(AGAIN_AFTER)
    for _ in range(30):
        await asyncio.sleep(0)  # noqa: TID251  As above.
    assert "stop m" in world.changed()
    await world.sweeper.close()


async def test_what_cannot_be_noted_is_stopped_all_the_same_and_holds_up_no_other() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.client.found += (Meeting("m2", OURS, active=True, live_stream_on_start=True),)
    world.client.streams_of["m2"] = Stream(StreamStatus.LIVE, meeting_id="m2")
    world.rooms.full = True
    await world.sweeper.sweep()
    assert [each for each in world.changed() if each.startswith("stop")] == ["stop m", "stop m2"]
    await world.sweeper.close()


async def test_a_foreign_stream_is_found_and_left_alone() -> None:
    world = World()
    world.put_on_air("theirs", "Their show")
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.FOREIGN]
    assert (world.changed(), world.alerts.open()) == ([], [])


async def test_without_the_lease_nothing_is_asked_or_done() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.leases.release()
    assert await world.sweeper.sweep() == []
    assert world.client.asked == []


async def test_sweeps_that_fail_for_a_quarter_of_an_hour_are_told_and_change_nothing() -> None:
    world = World()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    world.clock.move(900)
    await world.sweeper.sweep()
    assert world.alerts.open() == ["sweep/default/sweep_failed"]
    world.client.trouble = None
    await world.sweeper.sweep()
    assert world.alerts.open() == []


async def test_who_is_in_is_read_once_for_all_that_is_live_and_not_where_nothing_is() -> None:
    world = World()
    await world.sweeper.sweep()
    assert "list sessions" not in world.client.asked
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    assert world.client.asked.count("list sessions") == 1
    await world.sweeper.close()
