"""An end that is moved by rule: in force once it is written down, for the passes and for the failsafe."""

from datetime import timedelta

from jobs.model import Broadcast, Kind
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Session
from tests.support.clock import settle
from tests.support.engine import World

MINUTE = timedelta(minutes=1)
CAP = 7 * MINUTE
TO_ITS_END = 3600 - 5
"""Seconds from when it is on air until its planned end."""


async def shortly_before_its_end(world: World, people: int = 3) -> None:
    await world.on_air(overrun=CAP)
    world.client.sessions_of["new"] = Session("s", "new", people)
    await world.go(TO_ITS_END - 45)


async def in_force(world: World) -> Broadcast:
    record = await world.store.load("show")
    assert record
    assert record.accepted
    return record.accepted


def stops(world: World) -> int:
    return world.client.asked.count("stop new")


async def past(world: World, seconds: float) -> None:
    """Let time pass with nothing but the failsafe at work."""
    for _ in range(int(seconds * 5)):
        world.clock.move(0.2)
        world.failsafe.look()
        await settle()


async def test_an_end_that_is_moved_is_written_with_its_term_in_the_journal_and_for_all_to_read(
    world: World,
) -> None:
    await shortly_before_its_end(world)
    found = await in_force(world)
    assert found.planned_end is not None
    assert found.window.ends_at == found.planned_end + 5 * MINUTE
    (saved,) = [each for each in world.records.saved if each.accepted and each.accepted.planned_end]
    assert saved.fence == world.leases.fence("default")
    (note,) = [each for each in await world.store.journal("show") if each.who == "rule"]
    assert (note.kind, note.why.endswith("3 in the meeting")) == ("order", True)
    row = await world.store.find("show")
    assert row
    assert (row.ends_at, row.planned_end) == (found.window.ends_at, found.planned_end)


async def test_what_is_written_is_known_to_the_failsafe_at_once(world: World) -> None:
    """No further pass is made: the one that wrote it down told the failsafe, too."""
    await world.on_air(overrun=CAP)
    world.client.sessions_of["new"] = Session("s", "new", 3)
    world.clock.move(TO_ITS_END - 45)
    await world.reconciler.reconcile("show")
    assert (await in_force(world)).planned_end is not None
    await past(world, 50)
    assert stops(world) == 0
    await past(world, 5 * 60)
    assert stops(world) == 1


async def test_an_end_that_could_not_be_written_down_is_not_moved(world: World) -> None:
    await world.on_air(overrun=CAP)
    world.client.sessions_of["new"] = Session("s", "new", 3)
    world.records.locked = True
    await world.go(TO_ITS_END - 45)
    await past(world, 50)
    assert stops(world) == 1
    assert (await in_force(world)).planned_end is None


async def test_without_the_lease_no_end_is_moved(world: World) -> None:
    await world.on_air(overrun=CAP)
    world.client.sessions_of["new"] = Session("s", "new", 3)
    world.leases.lost.add("default")
    world.clock.move(TO_ITS_END - 45)
    await world.reconciler.reconcile("show")
    await past(world, 50)
    assert stops(world) == 1
    assert (await in_force(world)).planned_end is None


async def test_an_end_that_was_written_too_late_to_be_heard_of_starts_nothing_again(world: World) -> None:
    """The failsafe stopped it at the end it knew; the database took the later one meanwhile."""
    await world.on_air(overrun=CAP)
    planned = (await in_force(world)).window.ends_at
    world.clock.move(TO_ITS_END)
    await past(world, 2)
    assert stops(world) == 1
    record = await world.store.load("show")
    assert record
    draft = world.recorder.begin(record)
    world.recorder.ran_over(draft, (await in_force(world)).running_until(planned + 5 * MINUTE), "late")
    await world.recorder.write(draft)
    world.client.streams_of["new"] = NO_STREAM
    await world.go(5)
    assert (await world.run()).state is State.STOPPING
    await world.go(5)
    run = await world.run()
    assert (run.state, len(run.of_kind(Kind.STOP)), run.last(Kind.START)) == (State.ENDED, 1, None)
    assert stops(world) == 1


async def test_an_operator_who_extends_it_extends_the_end_in_force(world: World) -> None:
    await shortly_before_its_end(world)
    until = (await in_force(world)).window.ends_at
    await world.go(60)
    made = await world.store.extend("show", 10 * MINUTE)
    assert made
    assert made.ends_at == until + 10 * MINUTE
    await world.inbox.look()
    await world.go()
    found = await in_force(world)
    assert (found.window.ends_at, found.planned_end) == (until + 10 * MINUTE, None)


async def test_a_stop_ends_what_runs_over_at_once(world: World) -> None:
    await shortly_before_its_end(world)
    await world.go(60)
    world.recorder.ask_to_stop("show", world.clock.now())
    await world.go()
    assert stops(world) == 1
    assert (await world.run()).state is State.STOPPING
