from typing import Any

import pytest

from tests.unit.simulator.stage import Stage


async def streamed(**knobs: Any) -> tuple[Stage, str, str]:
    stage = Stage(**knobs)
    room = await stage.on_air()
    stream = stage.simulator.find(room)[1].livestream
    assert stream
    return stage, room, stream.id


async def test_the_active_livestream_carries_what_is_documented() -> None:
    stage, room, stream = await streamed(stream_key_prefix="canary-")
    data = (await stage.get(f"/meetings/{room}/active-livestream")).json()["data"]
    assert data.pop("stream_key").startswith("canary-")
    assert data.pop("ingest_server").startswith("rtmps://live.cloudflare.com")
    assert data.pop("playback_url").endswith(".m3u8")
    assert data == {
        "id": stream,
        "name": None,
        "status": "LIVE",
        "meeting_id": room,
        "disabled": False,
        "created_at": "2026-12-01T12:00:00.000Z",
        "updated_at": "2026-12-01T12:00:15.000Z",
    }


async def test_keys_may_be_absent_the_flag_a_text_and_the_object_a_list() -> None:
    stage, room, _ = await streamed(
        keys_in_active=False, disabled_type="string", active_livestream_shape="list"
    )
    (only,) = (await stage.get(f"/meetings/{room}/active-livestream")).json()["data"]
    assert only["disabled"] == "false"
    assert "stream_key" not in only
    assert "ingest_server" not in only


async def test_dyte_streams_elsewhere() -> None:
    stage, room, _ = await streamed(flavour="dyte")
    data = (await stage.get(f"/meetings/{room}/active-livestream")).json()["data"]
    assert "live-video.net" in data["ingest_server"]
    assert "live-video.net" in data["playback_url"]


async def test_the_list_of_livestreams_is_an_array_in_the_sample() -> None:
    stage, room, stream = await streamed()
    listed = (await stage.get("/livestreams?status=LIVE")).json()
    assert [(one["id"], one["meeting_id"]) for one in listed["data"]] == [(stream, room)]
    assert listed["paging"] == {"total_count": 1, "start_offset": 1, "end_offset": 1}


async def test_the_list_of_livestreams_is_one_object_a_page_as_declared() -> None:
    stage, _, first = await streamed(list_shape="declared")
    await stage.on_air(title="Other")
    seen = []
    for number in (1, 2):
        data = (await stage.get(f"/livestreams?status=LIVE&page_no={number}")).json()["data"]
        assert data["paging"] == {"total_count": 2, "start_offset": number, "end_offset": number}
        seen.append(data["id"])
    assert seen[1] == first != seen[0]
    nothing = (await stage.get("/livestreams?status=IDLE")).json()["data"]
    assert nothing == {"paging": {"total_count": 0, "start_offset": 0, "end_offset": 0}}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("status=INVOKED", 1),
        ("status=ERRORED", 0),
        ("exclude_meetings=true", 0),
        ("start_time=2026-12-01T12:00:10Z", 1),
        ("end_time=2026-12-01T12:00:10Z", 1),
        ("per_page=1", 1),
    ],
)
async def test_livestreams_are_filtered(query: str, count: int) -> None:
    stage, *_ = await streamed()
    stage.simulator.join(await stage.meeting(title="Other"))
    assert len((await stage.get(f"/livestreams?{query}")).json()["data"]) == count


async def test_livestreams_are_sorted_and_unknown_words_refused() -> None:
    stage, _, first = await streamed()
    stage.simulator.join(await stage.meeting(title="Other"))
    ascending = (await stage.get("/livestreams?sort_order=ASC")).json()["data"]
    descending = (await stage.get("/livestreams?sort_order=DSC")).json()["data"]
    assert ascending[0]["id"] == descending[1]["id"] == first
    assert (await stage.get("/livestreams?sort_order=DESC")).status_code == 400
    assert (await stage.get("/livestreams?status=OFFLINE")).status_code == 400


async def test_livestream_sessions_as_in_the_samples() -> None:
    stage, room, stream = await streamed()
    paging = {"total_count": 1, "start_offset": 1, "end_offset": 1}
    of_meeting = (await stage.get(f"/meetings/{room}/livestream")).json()
    assert (of_meeting["data"]["livestream"]["id"], of_meeting["paging"]) == (stream, paging)
    of_stream = (await stage.get(f"/livestreams/{stream}")).json()
    assert of_stream["data"]["sessions"] == of_meeting["data"]["sessions"]
    talk = stage.simulator.find(room)[1].session
    assert talk
    of_session = (await stage.get(f"/sessions/{talk.id}/livestream-sessions")).json()["data"]
    assert of_session == {"data": of_meeting["data"]["sessions"], "paging": paging}


async def test_livestream_sessions_as_declared() -> None:
    stage, room, stream = await streamed(session_shape="declared")
    of_meeting = (await stage.get(f"/meetings/{room}/livestream")).json()["data"]
    assert [one["id"] for one in of_meeting["livestreams"]] == [stream]
    run = of_meeting["sessions"]
    assert run["ingest_seconds"] == "60.0"
    of_stream = (await stage.get(f"/livestreams/{stream}")).json()["data"]
    assert (of_stream["session"]["id"], of_stream["paging"]["total_count"]) == (run["id"], 1)
    assert of_stream["session"]["ingest_seconds"] == 60
    talk = stage.simulator.find(room)[1].session
    assert talk
    of_session = (await stage.get(f"/sessions/{talk.id}/livestream-sessions")).json()["data"]
    assert of_session["id"] == run["id"]
    assert (await stage.get(f"/livestreams/sessions/{run['id']}")).json()["data"] == of_session
    assert "ended_at" not in (await stage.get(f"/meetings/{room}/active-session")).json()["data"]


async def test_a_livestream_unseen_is_not_found() -> None:
    stage = Stage(status_lag_s=2)
    room = await stage.meeting()
    stage.simulator.join(room)
    stream = stage.simulator.find(room)[1].livestream
    assert stream
    assert (await stage.get(f"/livestreams/{stream.id}")).status_code == 404
    assert (await stage.get(f"/meetings/{room}/livestream")).json()["data"] == {
        "livestream": {},
        "sessions": [],
    }


async def test_a_finished_livestream_has_no_active_session() -> None:
    stage, room, stream = await streamed()
    stage.simulator.drop(room)
    assert (await stage.get(f"/livestreams/{stream}/active-livestream-session")).status_code == 404


async def test_an_active_session_carries_what_is_documented() -> None:
    stage, room, _ = await streamed()
    data = (await stage.get(f"/meetings/{room}/active-session")).json()["data"]
    talk = data.pop("id")
    assert (await stage.get(f"/sessions/{talk}")).json()["data"] == data | {"id": talk}
    assert data == {
        "associated_id": room,
        "meeting_display_name": "Town hall",
        "type": "meeting",
        "status": "LIVE",
        "live_participants": 1,
        "max_concurrent_participants": 1,
        "minutes_consumed": 0.25,
        "organization_id": "00000000000000000000000000000000/app-1",
        "started_at": "2026-12-01T12:00:00.000Z",
        "ended_at": "null",
        "created_at": "2026-12-01T12:00:00.000Z",
        "updated_at": "2026-12-01T12:00:00.000Z",
    }


async def test_sessions_are_listed_by_status_meeting_and_search() -> None:
    stage, room, _ = await streamed()
    await stage.on_air(title="Other")
    await stage.post(f"/meetings/{room}/active-session/kick-all")

    async def rooms(query: str) -> list[str]:
        answer = (await stage.get(f"/sessions?{query}")).json()
        assert answer["paging"]["total_count"] == len(answer["data"]["sessions"])
        return [one["meeting_display_name"] for one in answer["data"]["sessions"]]

    assert await rooms("") == ["Other", "Town hall"]
    assert await rooms("sort_order=ASC") == ["Town hall", "Other"]
    assert await rooms("status=LIVE") == ["Other"]
    assert await rooms("status=ENDED") == ["Town hall"]
    assert await rooms(f"associated_id={room}") == ["Town hall"]
    assert await rooms("search=other") == ["Other"]


@pytest.mark.parametrize("body", [{"name": "with space"}, {"name": "é"}, {"video_config": {"width": "x"}}])
async def test_a_wrong_start_is_refused(body: Any) -> None:
    stage, room, _ = await streamed()
    stage.simulator.drop(room)
    assert (await stage.post(f"/meetings/{room}/livestreams", body)).status_code == 400
    assert (await stage.post(f"/meetings/{room}/livestreams", {"name": None})).status_code == 201
