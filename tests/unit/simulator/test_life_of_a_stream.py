from datetime import timedelta

import pytest

from tests.support.clock import NOON
from tests.unit.simulator.stage import Stage
from worker.simulator import Kind, Refused


async def test_nothing_starts_until_somebody_joins() -> None:
    stage = Stage()
    room = await stage.meeting()
    stage.wait(3600)
    assert await stage.status(room) == "404"
    assert stage.kinds() == [Kind.MEETING_CREATED]


async def test_the_first_person_to_join_puts_it_on_air() -> None:
    stage = Stage()
    room = await stage.meeting()
    stage.simulator.join(room)
    assert await stage.status(room) == "INVOKED"
    stage.wait(14.9)
    assert await stage.status(room) == "INVOKED"
    stage.wait(0.1)
    assert await stage.status(room) == "LIVE"


async def test_without_the_flag_a_session_is_not_streamed_until_a_start() -> None:
    stage = Stage()
    room = await stage.meeting(live_stream_on_start=False)
    stage.simulator.join(room)
    stage.wait(60)
    assert await stage.status(room) == "404"
    started = await stage.post(f"/meetings/{room}/livestreams", {"name": "main-stage_1"})
    assert started.status_code == 201
    assert set(started.json()["data"]) == {"id", "status", "ingest_server", "stream_key", "playback_url"}
    stage.wait(15)
    assert await stage.status(room) == "LIVE"


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


async def test_jitter_stays_within_its_bounds_and_repeats_with_the_seed() -> None:
    def lives(seed: int) -> list[float]:
        stage = Stage(seed=seed, invoke_jitter_s=5)
        world = stage.simulator.world
        for _ in range(30):
            tenant = world.tenant("t")
            room = world.create_meeting(tenant, {"live_stream_on_start": True})
            world.presence.join(tenant, room, "guest")
        stage.wait(60)
        live = [change.at for change in stage.simulator.history if change.kind is Kind.STREAM_LIVE]
        return [(at - NOON).total_seconds() for at in live]

    drawn = lives(1)
    assert drawn == lives(1) != lives(2)
    assert all(10 <= seconds <= 20 for seconds in drawn)
    assert max(drawn) - min(drawn) > 5


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


async def test_a_second_start_is_refused_while_one_runs_or_is_still_stopping() -> None:
    stage = Stage()
    room = await stage.on_air()
    start, stop = f"/meetings/{room}/livestreams", f"/meetings/{room}/active-livestream/stop"
    assert (await stage.post(start)).status_code == 400
    await stage.post(stop)
    assert (await stage.post(start)).status_code == 400
    stage.wait(5)
    assert (await stage.post(start)).status_code == 201


async def test_a_start_with_nobody_there_is_refused() -> None:
    stage = Stage()
    room = await stage.meeting()
    assert (await stage.post(f"/meetings/{room}/livestreams")).status_code == 400


async def test_a_provider_may_start_with_nobody_there_until_the_keep_alive_is_over() -> None:
    stage = Stage(start_no_session_status=201, keep_alive_s=60)
    room = await stage.meeting()
    assert (await stage.post(f"/meetings/{room}/livestreams")).status_code == 201
    stage.wait(15)
    assert await stage.status(room) == "LIVE"
    stage.wait(45)
    assert await stage.status(room) == "404"
    assert stage.kinds().count(Kind.STREAM_STARTED) == 1


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


async def test_a_session_outlives_its_last_person_and_rejoining_continues_it() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.simulator.leave(room)
    stage.wait(59)
    stage.simulator.join(room)
    stage.wait(3600)
    assert await stage.status(room) == "LIVE"
    assert stage.kinds().count(Kind.SESSION_STARTED) == 1
    stage.simulator.leave(room)
    stage.wait(60)
    assert await stage.status(room) == "404"
    assert (await stage.get(f"/meetings/{room}/active-session")).status_code == 404


async def test_a_session_does_not_end_while_somebody_is_still_there() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.simulator.join(room, "second")
    stage.simulator.leave(room, "guest")
    stage.wait(3600)
    assert await stage.status(room) == "LIVE"


async def test_what_is_over_cannot_be_stopped_again() -> None:
    stage = Stage()
    room = await stage.on_air()
    stop = f"/meetings/{room}/active-livestream/stop"
    assert (await stage.post(stop)).status_code == 200
    assert (await stage.post(stop)).status_code == 200
    stage.wait(5)
    assert (await stage.post(stop)).status_code == 404
    assert stage.kinds().count(Kind.STREAM_STOPPING) == 1


async def test_rejoining_after_the_end_starts_a_new_stream_while_the_flag_is_on() -> None:
    stage = Stage()
    room = await stage.on_air()
    await stage.post(f"/meetings/{room}/active-session/kick-all", {})
    first = stage.simulator.find(room)[1].livestream
    stage.simulator.join(room)
    second = stage.simulator.find(room)[1].livestream
    assert first
    assert second
    assert first.id != second.id
    assert await stage.status(room) == "INVOKED"


async def test_a_provider_may_keep_one_livestream_for_each_meeting() -> None:
    stage = Stage(livestream_id="per_meeting")
    room = await stage.on_air()
    await stage.post(f"/meetings/{room}/active-session/kick-all", {})
    stage.simulator.join(room)
    _, found = stage.simulator.find(room)
    assert len(found.livestreams) == 1
    assert len(found.livestreams[0].sessions) == 2


async def test_kick_all_ends_session_and_stream_at_once() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.simulator.join(room, "second")
    kicked = await stage.post(f"/meetings/{room}/active-session/kick-all", {})
    assert kicked.json()["data"] == {"action": "kick-all", "kicked_participants_count": 2}
    assert await stage.status(room) == "404"
    assert (await stage.get(f"/meetings/{room}/active-session")).status_code == 404
    assert (await stage.post(f"/meetings/{room}/active-session/kick-all")).status_code == 404


async def test_kicking_some_lets_the_others_stay() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.simulator.join(room, "second")
    kick = f"/meetings/{room}/active-session/kick"
    assert (await stage.post(kick, {"custom_participant_ids": ["second"]})).status_code == 200
    assert (await stage.post(kick, {"custom_participant_ids": ["second"]})).status_code == 404
    assert (await stage.post(kick, {})).status_code == 400
    assert await stage.status(room) == "LIVE"


async def test_a_closed_meeting_lets_nobody_in_but_its_session_goes_on() -> None:
    stage = Stage()
    room = await stage.on_air()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    with pytest.raises(Refused):
        stage.simulator.join(room, "late")
    assert stage.kinds()[-1] is Kind.PERSON_REFUSED
    stage.wait(3600)
    assert await stage.status(room) == "LIVE"


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


async def test_a_disabled_stream_never_goes_live() -> None:
    stage = Stage(streams_disabled=True)
    room = await stage.on_air()
    read = (await stage.get(f"/meetings/{room}/active-livestream")).json()["data"]
    assert (read["status"], read["disabled"]) == ("INVOKED", True)


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


async def test_a_duplicate_start_may_be_a_conflict() -> None:
    stage = Stage(start_dup_status=409)
    room = await stage.on_air()
    assert (await stage.post(f"/meetings/{room}/livestreams")).status_code == 409


async def test_a_provider_may_refuse_to_stop_in_a_closed_meeting() -> None:
    stage = Stage(stop_when_inactive=404)
    room = await stage.on_air()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    assert (await stage.post(f"/meetings/{room}/active-livestream/stop")).status_code == 404
    stage.wait(60)
    assert await stage.status(room) == "LIVE"


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
