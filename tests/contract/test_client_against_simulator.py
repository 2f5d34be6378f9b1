"""The worker's client makes every call that it knows, in each flavour and with each shape of an answer."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.run.observations import NO_RECORDING, NO_SESSION, NO_STREAM, Airing, StreamStatus
from tests.contract.scene import TICKET, UNKNOWN, scene
from worker.provider.attendance import Attendance
from worker.provider.errors import (
    AbsentError,
    Effect,
    RefusedError,
)
from worker.provider.flavours import FLAVOURS
from worker.provider.webhooks import EVENTS


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_broadcast_goes_on_air_and_off_again(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.meeting()
        assert await s.client.active_stream(room) == NO_STREAM
        assert await s.client.active_session(room) == NO_SESSION
        s.simulator.join(room)
        assert (await s.client.active_stream(room)).status is StreamStatus.INVOKED
        assert [each.meeting_id for each in await s.client.streams(StreamStatus.INVOKED)] == [room]
        s.wait(15)
        live = await s.client.active_stream(room)
        assert (live.is_live, live.meeting_id, live.disabled) == (True, room, False)
        assert await s.client.streams(StreamStatus.LIVE) == (live,)
        session = await s.client.active_session(room)
        assert await s.client.live_sessions() == (session,)
        assert (session.meeting_id, session.people) == (room, 1)
        await s.client.stop_stream(room)
        s.wait(5)
        assert (await s.client.active_stream(room)).is_off
        await s.client.start_stream(room)
        s.wait(15)
        assert (await s.client.active_stream(room)).is_live
        await s.client.kick_all(room)
        s.wait(5)
        assert (await s.client.active_stream(room)).is_off
        assert not (await s.client.active_session(room)).runs


async def test_how_long_people_were_in_is_said_by_session_newest_first() -> None:
    async with scene() as s:
        began = s.now()
        room = await s.meeting("Town hall [ab3k-7f3k2m9q]")
        other = await s.meeting("Another's")
        s.simulator.join(other)
        s.simulator.join(room)
        s.simulator.join(room)
        s.wait(90)
        (going,) = await s.client.attendances("[ab3k-", began)
        assert (going.meeting_id, going.is_over) == (room, False)
        await s.client.kick_all(room)
        s.wait(700)
        (over,) = await s.client.attendances("[ab3k-", began)
        assert over == Attendance(room, timedelta(minutes=3), is_over=True)
        assert [each.meeting_id for each in await s.client.attendances("", began)] == [room, other]
        assert await s.client.attendances("", s.now()) == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_webhooks_are_registered_listed_and_deleted(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_webhook("ours", "https://cuelight.example.org/webhooks/provider")
        assert (made.name, made.url, made.events, made.enabled) == (
            "ours",
            "https://cuelight.example.org/webhooks/provider",
            EVENTS,
            True,
        )
        assert await s.client.webhooks() == (made,)
        await s.client.delete_webhook(made.id)
        await s.client.delete_webhook(made.id)
        assert await s.client.webhooks() == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_meetings_are_made_found_and_closed(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_meeting(
            "Café [ab3k-7f3k2m9q]", {"record_on_start": False}, live_stream_on_start=True
        )
        assert (made.title, made.active, made.live_stream_on_start) == ("Café [ab3k-7f3k2m9q]", True, True)
        assert await s.client.meeting(made.id) == made
        assert made in await s.client.search_meetings("[ab3k-7f3k2m9q]")
        closed = await s.client.patch_meeting(made.id, {"status": "INACTIVE", "live_stream_on_start": False})
        assert (closed.active, closed.live_stream_on_start) == (False, False)
        assert await s.client.meeting(UNKNOWN) is None


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_participants_are_added_listed_invited_and_removed(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.meeting()
        host = await s.client.add_participant(room, "Studio", "webinar_presenter", "studio-1")
        assert await s.client.participants(room) == (host,)
        assert host.custom_id == "studio-1"
        assert (await s.client.participant_token(room, host.id)).startswith(TICKET)
        await s.client.remove_participant(room, host.id)
        await s.client.remove_participant(room, host.id)
        assert await s.client.participants(room) == ()


@pytest.mark.parametrize(
    "knobs",
    [
        {"list_shape": "declared"},
        {"session_shape": "declared"},
        {"active_livestream_shape": "list"},
        {"disabled_type": "string"},
        {"keys_in_active": False},
        {"error_code_type": "string"},
    ],
    ids=str,
)
async def test_each_shape_of_an_answer_says_the_same(knobs: dict[str, Any]) -> None:
    async with scene(**knobs) as s:
        first, second = await s.on_air(), await s.on_air()
        for room in (first, second):
            stream = await s.client.active_stream(room)
            assert (stream.is_live, stream.meeting_id, stream.disabled) == (True, room, False)
        assert {each.meeting_id for each in await s.client.streams(StreamStatus.LIVE)} == {first, second}
        assert {each.meeting_id for each in await s.client.live_sessions()} == {first, second}
        assert await s.client.streams(StreamStatus.ERRORED) == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("shape", ["sample", "declared"])
async def test_a_meeting_tells_what_was_live_in_it(flavour: str, shape: str) -> None:
    async with scene(flavour=flavour, session_shape=shape) as s:
        room = await s.meeting()
        assert await s.client.airings(room) == ()
        s.simulator.join(room)
        s.wait(5)
        assert await s.client.airings(room) == ()
        s.wait(10)
        began_at = s.now()
        assert await s.client.airings(room) == (Airing(began_at),)
        s.wait(30)
        await s.client.stop_stream(room)
        s.wait(5)
        for _ in range(2):
            assert await s.client.airings(room) == (Airing(began_at, began_at + timedelta(seconds=35)),)
            s.wait(60)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_recording_is_found_and_ended(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_meeting("t", {"record_on_start": True}, live_stream_on_start=False)
        assert made.may_record
        assert not (await s.client.create_meeting("t", {}, live_stream_on_start=False)).may_record
        assert await s.client.active_recording(made.id) == NO_RECORDING
        s.simulator.join(made.id)
        found = await s.client.active_recording(made.id)
        assert found.is_on
        await s.client.stop_recording(found.id)
        assert (await s.client.active_recording(made.id)).is_off
        with pytest.raises(RefusedError, match="not in progress"):
            await s.client.stop_recording(found.id)


async def test_what_was_invoked_and_failed_was_not_live() -> None:
    async with scene(errored_probability=1) as s:
        room = await s.on_air()
        s.wait(60)
        assert await s.client.airings(room) == ()


@pytest.mark.parametrize("written", ["bool", "string"])
async def test_a_disabled_stream_is_told(written: str) -> None:
    async with scene(streams_disabled=True, disabled_type=written) as s:
        assert (await s.client.active_stream(await s.on_air())).disabled


@pytest.mark.parametrize("answer", ["404", "200_null", "200_empty", "200_list", "200_idle"])
async def test_each_way_to_say_that_nothing_runs_is_off(answer: str) -> None:
    async with scene(none_active_response=answer) as s:
        stream = await s.client.active_stream(await s.meeting())
        assert stream.is_off
        assert not stream.is_on


async def test_lists_of_more_than_one_page_are_whole() -> None:
    async with scene(per_page_max=2) as s:
        rooms = {await s.meeting(f"Show {number}") for number in range(5)}
        assert {each.id for each in await s.client.search_meetings("Show")} == rooms
        for room in rooms:
            s.simulator.join(room)
        s.wait(15)
        assert {each.meeting_id for each in await s.client.streams(StreamStatus.LIVE)} == rooms
        assert {each.meeting_id for each in await s.client.live_sessions()} == rooms


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_a_stop_of_nothing_says_that_it_did_nothing(status: int) -> None:
    async with scene(stop_none_status=status, kick_none_status=status) as s:
        room = await s.meeting()
        for call in (s.client.stop_stream, s.client.kick_all):
            with pytest.raises(AbsentError if status == 404 else RefusedError) as raised:
                await call(room)
            assert (raised.value.status, raised.value.effect) == (status, Effect.NONE)
