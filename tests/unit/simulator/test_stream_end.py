"""What takes a stream off air: stops, failures, drops, and its longest duration."""

from tests.unit.simulator.stage import Stage
from worker.simulator import Kind


async def test_a_stop_takes_its_time_and_leaves_the_session_alone() -> None:
    stage = Stage()
    room = await stage.on_air()
    assert (await stage.post(f"/meetings/{room}/active-livestream/stop", {})).status_code == 200
    stage.wait(4.9)
    assert await stage.status(room) == "LIVE"
    stage.wait(0.1)
    assert await stage.status(room) == "404"
    assert (await stage.get(f"/meetings/{room}/active-session")).status_code == 200


async def test_stopped_while_invoked_it_never_goes_live() -> None:
    stage = Stage()
    room = await stage.meeting()
    stage.simulator.join(room)
    stage.wait(12)
    await stage.post(f"/meetings/{room}/active-livestream/stop")
    assert await stage.status(room) == "INVOKED"
    stage.wait(60)
    assert Kind.STREAM_LIVE not in stage.kinds()
    assert await stage.status(room) == "404"


async def test_the_first_stops_may_be_ignored() -> None:
    stage = Stage(stop_ignored_first_n=2)
    room = await stage.on_air()
    for _ in range(2):
        assert (await stage.post(f"/meetings/{room}/active-livestream/stop")).status_code == 200
    stage.wait(60)
    assert await stage.status(room) == "LIVE"
    await stage.post(f"/meetings/{room}/active-livestream/stop")
    stage.wait(5)
    assert await stage.status(room) == "404"


async def test_what_is_over_cannot_be_stopped_again() -> None:
    stage = Stage()
    room = await stage.on_air()
    stop = f"/meetings/{room}/active-livestream/stop"
    assert (await stage.post(stop)).status_code == 200
    assert (await stage.post(stop)).status_code == 200
    stage.wait(5)
    assert (await stage.post(stop)).status_code == 404
    assert stage.kinds().count(Kind.STREAM_STOPPING) == 1


async def test_a_failed_exporter_reads_errored_with_its_reason_and_may_be_started_again() -> None:
    stage = Stage()
    room = await stage.on_air()
    assert stage.simulator.fail(room, "the encoder broke")
    assert await stage.status(room) == "ERRORED"
    stream = stage.simulator.find(room)[1].livestream
    assert stream
    read = await stage.get(f"/livestreams/{stream.id}/active-livestream-session")
    assert read.json()["data"]["session"]["err_message"] == "the encoder broke"
    assert (await stage.post(f"/meetings/{room}/active-livestream/stop")).status_code == 200
    assert await stage.status(room) == "404"
    assert (await stage.post(f"/meetings/{room}/livestreams")).status_code == 201


async def test_a_failed_stream_is_no_longer_active_when_its_session_is_over() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.simulator.fail(room)
    await stage.post(f"/meetings/{room}/active-session/kick-all")
    assert await stage.status(room) == "404"
    assert [one["status"] for one in (await stage.get("/livestreams")).json()["data"]] == ["ERRORED"]


async def test_exporters_fail_by_chance() -> None:
    stage = Stage(errored_probability=1, err_message="no room")
    room = await stage.on_air()
    assert await stage.status(room) == "ERRORED"


async def test_a_dropped_stream_is_off_while_the_session_goes_on() -> None:
    stage = Stage()
    room = await stage.on_air()
    assert stage.simulator.drop(room)
    assert not stage.simulator.drop(room)
    assert await stage.status(room) == "404"
    assert (await stage.get(f"/meetings/{room}/active-session")).status_code == 200


async def test_a_stream_ends_after_its_longest_duration() -> None:
    stage = Stage(max_stream_s=100)
    room = await stage.on_air()
    stage.wait(99)
    assert await stage.status(room) == "LIVE"
    stage.wait(1)
    assert await stage.status(room) == "404"


async def test_a_provider_may_refuse_to_stop_in_a_closed_meeting() -> None:
    stage = Stage(stop_when_inactive=404)
    room = await stage.on_air()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    assert (await stage.post(f"/meetings/{room}/active-livestream/stop")).status_code == 404
    stage.wait(60)
    assert await stage.status(room) == "LIVE"
