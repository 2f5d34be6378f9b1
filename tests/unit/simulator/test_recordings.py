"""Recordings, and pushes by RTMP: what begins and ends them, and what they cost."""

import pytest

from tests.unit.simulator.stage import Stage

RECORDS = {"record_on_start": True, "live_stream_on_start": False}


async def active(stage: Stage, room: str) -> str:
    answer = await stage.get(f"/recordings/active-recording/{room}")
    return str(answer.json()["data"]["id"]) if answer.status_code == 200 else str(answer.status_code)


async def ended(stage: Stage, recording: str, action: str = "stop") -> int:
    return (await stage.call("PUT", f"/recordings/{recording}", {"action": action})).status_code


@pytest.mark.parametrize("flavour", ["realtimekit", "dyte", "realtime-v2"])
async def test_it_begins_with_the_session_and_ends_once_when_that_is_asked_for(flavour: str) -> None:
    stage = Stage(flavour=flavour)
    room = await stage.meeting(**RECORDS)
    assert await active(stage, room) == "404"
    stage.simulator.join(room)
    recording = await active(stage, room)
    assert await ended(stage, recording) == 200
    assert await active(stage, room) == "404"
    again = await stage.call("PUT", f"/recordings/{recording}", {"action": "stop"})
    assert (again.status_code, again.json()["error"]["message"]) == (400, "The recording is not in progress")


async def test_neither_a_stop_of_the_stream_nor_a_closed_meeting_ends_it() -> None:
    stage = Stage()
    room = await stage.on_air(record_on_start=True)
    recording = await active(stage, room)
    await stage.post(f"/meetings/{room}/active-livestream/stop")
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    stage.wait(3600)
    assert await active(stage, room) == recording


async def test_it_ends_with_the_session() -> None:
    stage = Stage()
    for ends in ("kick", "leave"):
        room = await stage.meeting(**RECORDS)
        stage.simulator.join(room)
        if ends == "kick":
            await stage.post(f"/meetings/{room}/active-session/kick-all")
        else:
            stage.simulator.leave(room)
            assert await active(stage, room) != "404"
            stage.wait(60)
        assert await active(stage, room) == "404"


async def test_it_is_begun_on_request_and_several_go_on_side_by_side() -> None:
    stage = Stage()
    room = await stage.meeting(live_stream_on_start=False)
    asked = {"meeting_id": room, "rtmp_out_config": {"rtmp_url": "rtmps://example.org/live/x"}}
    assert (await stage.post("/recordings", asked)).status_code == 404
    stage.simulator.join(room)
    made = [(await stage.post("/recordings", asked)).json()["data"]["id"] for _ in range(2)]
    assert await active(stage, room) == made[0]
    assert await ended(stage, made[0]) == 200
    assert await active(stage, room) == made[1]
    listed = (await stage.get(f"/recordings?meeting_id={room}")).json()["data"]
    assert [(each["id"], each["status"]) for each in listed] == [
        (made[1], "RECORDING"),
        (made[0], "UPLOADED"),
    ]
    assert (await stage.get(f"/recordings/{made[1]}")).json()["data"]["id"] == made[1]


async def test_it_is_paused_and_resumed() -> None:
    stage = Stage()
    room = await stage.meeting(**RECORDS)
    stage.simulator.join(room)
    recording = await active(stage, room)
    for action, status in (("pause", "PAUSED"), ("resume", "RECORDING")):
        assert await ended(stage, recording, action) == 200
        read = await stage.get(f"/recordings/active-recording/{room}")
        assert read.json()["data"]["status"] == status
    assert await ended(stage, recording, "rewind") == 400


async def test_it_costs_what_a_stream_costs() -> None:
    stage = Stage()
    room = await stage.meeting(**RECORDS)
    stage.simulator.join(room)
    stage.wait(600)
    assert stage.simulator.bill().export_minutes == 10
