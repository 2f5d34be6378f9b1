"""A session beside its stream: who joins, leaves, and is sent out."""

import pytest

from tests.unit.simulator.stage import Stage
from worker.simulator import Kind, Refused


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
