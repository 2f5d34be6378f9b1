from tests.unit.simulator.stage import Stage
from worker.simulator import Kind


async def close(stage: Stage, room: str) -> None:
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE", "live_stream_on_start": False})


def present(stage: Stage, room: str) -> list[str]:
    session = stage.simulator.find(room)[1].session
    return [person.name for person in session.present] if session else []


async def test_nobody_joins_by_themselves_unless_there_is_a_crowd() -> None:
    stage = Stage()
    room = await stage.meeting()
    stage.wait(3600)
    assert present(stage, room) == []


async def test_the_crowd_joins_some_time_after_a_meeting_opens() -> None:
    stage = Stage(crowd=True, join_delay_s=5)
    room = await stage.meeting()
    stage.wait(4.9)
    assert present(stage, room) == []
    stage.wait(0.1)
    assert present(stage, room) == ["crowd"]
    await stage.call("PATCH", f"/meetings/{room}", {"title": "Renamed"})
    stage.wait(60)
    assert present(stage, room) == ["crowd"]


async def test_the_crowd_does_not_come_to_a_meeting_that_was_closed_in_time_but_comes_when_it_opens() -> None:
    stage = Stage(crowd=True)
    room = await stage.meeting()
    await close(stage, room)
    stage.wait(600)
    assert Kind.PERSON_JOINED not in stage.kinds()
    assert Kind.PERSON_REFUSED not in stage.kinds()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "ACTIVE"})
    stage.wait(5)
    assert present(stage, room) == ["crowd"]


async def test_the_crowd_stays_until_some_time_after_closed_and_off_air() -> None:
    stage = Stage(crowd=True, linger_s=30)
    room = await stage.meeting()
    stage.wait(60)
    await close(stage, room)
    stage.wait(600)
    assert present(stage, room) == ["crowd"]
    await stage.post(f"/meetings/{room}/active-livestream/stop")
    stage.wait(5 + 29.9)
    assert present(stage, room) == ["crowd"]
    stage.wait(0.1)
    assert present(stage, room) == []
    stage.wait(60)
    assert (await stage.get(f"/meetings/{room}/active-session")).status_code == 404


async def test_the_crowd_is_one_person_however_often_the_meeting_opens() -> None:
    stage = Stage(crowd=True)
    room = await stage.meeting()
    stage.wait(60)
    await close(stage, room)
    await stage.call("PATCH", f"/meetings/{room}", {"status": "ACTIVE"})
    stage.wait(600)
    assert present(stage, room) == ["crowd"]


async def test_the_crowd_stays_in_an_open_meeting_that_goes_off_air() -> None:
    stage = Stage(crowd=True)
    room = await stage.meeting()
    stage.wait(60)
    await stage.post(f"/meetings/{room}/active-livestream/stop")
    stage.wait(3600)
    assert present(stage, room) == ["crowd"]


async def test_somebody_may_come_back_after_the_end_and_puts_it_on_air_again() -> None:
    stage = Stage(rejoin_after_end=True, join_delay_s=5)
    room = await stage.on_air()
    await stage.post(f"/meetings/{room}/active-session/kick-all")
    stage.wait(5)
    assert await stage.status(room) == "INVOKED"


async def test_who_comes_back_to_a_closed_meeting_is_refused() -> None:
    stage = Stage(rejoin_after_end=True, join_delay_s=5)
    room = await stage.on_air()
    await close(stage, room)
    await stage.post(f"/meetings/{room}/active-session/kick-all")
    stage.wait(60)
    assert stage.kinds()[-1] is Kind.PERSON_REFUSED
    assert await stage.status(room) == "404"


async def test_people_follow_a_plan() -> None:
    stage = Stage(plan=((10, "Town", "join"), (100, "Town", "leave"), (10, "Nowhere", "join")))
    room = await stage.meeting()
    other = await stage.meeting(title="Other")
    stage.wait(10)
    assert (present(stage, room), present(stage, other)) == (["planned"], [])
    stage.wait(90)
    assert present(stage, room) == []


async def test_a_plan_does_not_open_closed_doors() -> None:
    stage = Stage(plan=((10, "Town", "join"),))
    room = await stage.meeting()
    await close(stage, room)
    stage.wait(10)
    assert stage.kinds()[-1] is Kind.PERSON_REFUSED
