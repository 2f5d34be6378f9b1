"""What puts a stream on air, and what refuses to."""

from tests.support.clock import NOON
from tests.unit.simulator.stage import Stage
from worker.simulator import Kind


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


async def test_a_disabled_stream_never_goes_live() -> None:
    stage = Stage(streams_disabled=True)
    room = await stage.on_air()
    read = (await stage.get(f"/meetings/{room}/active-livestream")).json()["data"]
    assert (read["status"], read["disabled"]) == ("INVOKED", True)


async def test_a_duplicate_start_may_be_a_conflict() -> None:
    stage = Stage(start_dup_status=409)
    room = await stage.on_air()
    assert (await stage.post(f"/meetings/{room}/livestreams")).status_code == 409
