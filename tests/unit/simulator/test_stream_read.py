"""What a stream reads, before, while and after it runs."""

from datetime import timedelta

import pytest

from tests.support.clock import NOON
from tests.unit.simulator.stage import Stage
from worker.simulator import Kind


async def test_the_history_tells_exact_instants_however_far_the_clock_jumps() -> None:
    stage = Stage(max_stream_s=600)
    room = await stage.meeting(session_keep_alive_time_in_secs=120)
    stage.simulator.join(room)
    stage.wait(10)
    stage.simulator.leave(room)
    stage.wait(86_400)
    told = {change.kind: (change.at - NOON).total_seconds() for change in stage.simulator.history}
    assert told[Kind.STREAM_LIVE] == 15
    assert told[Kind.STREAM_OFF] == told[Kind.SESSION_ENDED] == 130


async def test_reads_lag_behind_what_is() -> None:
    stage = Stage(status_lag_s=2)
    room = await stage.meeting()
    stage.simulator.join(room)
    assert await stage.status(room) == "404"
    stage.wait(2)
    assert await stage.status(room) == "INVOKED"
    stage.wait(14.9)
    assert await stage.status(room) == "INVOKED"
    stage.wait(0.1)
    assert await stage.status(room) == "LIVE"


@pytest.mark.parametrize(("start", "final"), [("OFFLINE", "IDLE"), ("INVOKED", "OFFLINE")])
async def test_what_a_stream_reads_before_and_after(start: str, final: str) -> None:
    stage = Stage(start_status=start, final_status=final)
    room = await stage.meeting()
    stage.simulator.join(room)
    assert await stage.status(room) == start
    stage.simulator.drop(room)
    stream = stage.simulator.find(room)[1].livestream
    assert stream
    read = await stage.get(f"/livestreams/{stream.id}")
    assert read.json()["data"]["livestream"]["status"] == final


@pytest.mark.parametrize(
    ("knob", "status", "data"),
    [("404", 404, None), ("200_null", 200, None), ("200_empty", 200, {}), ("200_list", 200, [])],
)
async def test_no_active_stream_is_told_in_several_ways(knob: str, status: int, data: object) -> None:
    stage = Stage(none_active_response=knob)
    room = await stage.meeting()
    answer = await stage.get(f"/meetings/{room}/active-livestream")
    assert answer.status_code == status
    assert answer.json().get("data") == data


async def test_no_active_stream_may_be_told_by_an_idle_one() -> None:
    stage = Stage(none_active_response="200_idle")
    room = await stage.meeting()
    assert await stage.status(room) == "IDLE"
    await stage.on_air(title="Other")
    stage.simulator.drop("Other")
    assert await stage.status(stage.simulator.find("Other")[1].id) == "IDLE"


@pytest.mark.parametrize(
    ("knob", "status", "method", "path"),
    [
        ("stop_none_status", 409, "POST", "active-livestream/stop"),
        ("stop_none_status", 200, "POST", "active-livestream/stop"),
        ("start_no_session_status", 404, "POST", "livestreams"),
        ("kick_none_status", 400, "POST", "active-session/kick-all"),
    ],
)
async def test_what_is_left_open_can_be_set(knob: str, status: int, method: str, path: str) -> None:
    stage = Stage(**{knob: status})
    room = await stage.meeting()
    assert (await stage.call(method, f"/meetings/{room}/{path}", {})).status_code == status


async def test_counters_read_sixty_until_some_time_after_the_end() -> None:
    stage = Stage(counters_lag_s=45)
    room = await stage.on_air()
    stage.wait(100)
    stage.simulator.drop(room)
    stage.wait(44)
    stream = stage.simulator.find(room)[1].livestream
    assert stream
    path = f"/livestreams/{stream.id}"
    assert (await stage.get(path)).json()["data"]["sessions"][0]["ingest_seconds"] == 60
    stage.wait(1)
    assert (await stage.get(path)).json()["data"]["sessions"][0]["ingest_seconds"] == 100


async def test_time_never_goes_back() -> None:
    stage = Stage()
    stage.simulator.world.advance(NOON + timedelta(seconds=10))
    stage.simulator.world.advance(NOON)
    assert stage.simulator.world.now == NOON + timedelta(seconds=10)
