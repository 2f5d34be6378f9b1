"""Whole lives: what is counted, told and aired again."""

from prometheus_client.parser import text_string_to_metric_families

from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Stream, StreamStatus
from tests.support.engine import World


async def test_alerts_are_rows_and_are_resolved(world: World) -> None:
    await world.add()
    await world.go()
    await world.go(3600)
    await world.go(130)
    await world.alerts.write()
    assert [each.key for each in await world.store.open_alerts()] == ["show/nobody_here"]
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(30)
    await world.alerts.write()
    assert await world.store.open_alerts() == []


def counted(world: World, name: str, **labels: str) -> float:
    """Return a sample of /metrics; 0 if it is not there."""
    page = world.metrics.page().decode()
    samples = [each for family in text_string_to_metric_families(page) for each in family.samples]
    return sum(each.value for each in samples if each.name == name and each.labels == labels)


async def test_a_life_is_counted(world: World) -> None:
    await world.on_air()
    assert counted(world, "cuelight_open_lateness_seconds_count") == 1
    assert counted(world, "cuelight_live_delay_seconds_count") == 1
    assert world.metrics.in_hand() == {State.LIVE: 1}
    await world.go(3600)
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2)
    assert (await world.run()).state is State.ENDED
    assert counted(world, "cuelight_stop_lateness_seconds_count") == 1
    assert counted(world, "cuelight_off_delay_seconds_count") == 1
    assert counted(world, "cuelight_moves_total", before="stopping", after="ended") == 1
    await world.go(60)
    assert world.metrics.in_hand() == {}


async def test_a_reopened_broadcast_airs_in_the_same_meeting_once_the_first_is_off(world: World) -> None:
    await world.on_air()
    await world.go(3600)
    request = await world.store.leave_request("reopen", "show", "10m", by="me", at=world.clock.now())
    assert (await world.run()).state is State.STOPPING
    await world.inbox.look()
    await world.inbox.look()
    answered = await world.store.request(request)
    assert answered
    assert answered.answer == "show.2"
    await world.go(run_id="show.2")
    assert (await world.run("show.2")).state is State.READY, "it waits until the room is free"
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2)
    assert (await world.run()).state is State.ENDED
    await world.go(2, "show.2")
    assert (await world.run("show.2")).state is State.STARTING
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5, "show.2")
    assert (await world.run("show.2")).state is State.LIVE
    assert sum(each.startswith("create") for each in world.client.asked) == 1
    await world.go(600, "show.2")
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2, "show.2")
    assert (await world.run("show.2")).state is State.ENDED
