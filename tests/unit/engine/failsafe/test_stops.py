"""A stop that no pass sends is sent from memory, and is not sent beside another."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Attempt, Broadcast, Kind, Outcome, Window
from jobs.run.decision import STOP_AGAIN, Stop, Urgency
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from tests.support.clock import NOON
from tests.unit.engine.failsafe.world import ENDS_AT, LIVE, SHOW, World
from worker.provider.errors import NotSentError


async def test_what_no_pass_stops_is_stopped_within_half_a_second(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600)
    assert world.stops() == 0
    await world.after(0.6)
    assert world.stops() == 1


async def test_the_first_stop_of_each_run_is_measured_and_no_repetition(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    assert world.stops() > 2
    assert len(world.late) == 1
    assert 0 < world.late[0] < 1


async def test_what_a_pass_stopped_is_left_to_it(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600)
    await world.stopped_by_a_pass()
    await world.after(8)
    assert world.stops() == 1


async def test_while_a_stop_is_under_way_no_other_is_sent_and_both_hear_of_it(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.clock.move(3600)
    first, second = await asyncio.gather(world.stopped_by_a_pass(), world.stopped_by_a_pass())
    assert first is second
    assert world.stops() == 1
    assert world.failsafe.unrecorded("show") == (first,)


async def test_a_stop_that_never_left_is_no_attempt(world: World) -> None:
    world.client.trouble = NotSentError("no connection: refused")
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    assert world.stops() > 2
    assert world.failsafe.unrecorded("show") == ()


async def test_a_pass_that_does_not_come_back_after_its_stop_is_stood_in_for(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600)
    await world.stopped_by_a_pass()
    await world.after(90)
    assert world.stops() > 2


async def test_an_extended_show_is_not_cut(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3500)
    longer = Broadcast(id="show", title="Show", window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    world.failsafe.note(LIVE, longer)
    await world.after(3000)
    assert world.stops() == 0


async def test_it_sends_nothing_but_stops_and_reads(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3700)
    assert {question.split()[0] for question in world.client.asked} == {"stop", "stream"}


async def test_stops_from_memory_wait_to_be_written_down(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3601)
    (attempt,) = world.failsafe.unrecorded("show")
    assert (attempt.kind, attempt.outcome) == (Kind.STOP, Outcome.DONE)
    world.failsafe.recorded("show", attempt)
    assert world.failsafe.unrecorded("show") == ()
    assert isinstance(attempt, Attempt)


async def test_a_stop_that_made_room_for_a_new_start_does_not_count_as_that_of_the_end(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(60)
    await world.stopped_by_a_pass()
    await world.after(3540.6)
    assert world.stops() == 2


@pytest.mark.parametrize(
    ("outcome", "stops"), [(Outcome.DONE, 0), (Outcome.ABSENT, 0), (Outcome.REFUSED, 1), (Outcome.UNKNOWN, 1)]
)
async def test_a_worker_that_begins_reads_before_it_repeats_a_stop_that_was_answered(
    world: World, outcome: Outcome, stops: int
) -> None:
    world.clock.move(3605)
    sent = Attempt(kind=Kind.STOP, began_at=ENDS_AT, answered_at=ENDS_AT, outcome=outcome)
    stopping = replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT, attempts=(sent,))
    world.failsafe.note(stopping, SHOW)
    await world.after(1)
    assert world.stops() == stops
    await world.after(25)
    assert world.stops() == 1


STOPPED = replace(
    LIVE,
    state=State.STOPPING,
    off_wanted_at=ENDS_AT,
    attempts=(Attempt(kind=Kind.STOP, began_at=ENDS_AT, answered_at=ENDS_AT, outcome=Outcome.DONE),),
)
EVERY = timedelta(seconds=5)


async def listed(world: World, *, live: bool = False, whole: bool = True, late: float = 10.0) -> None:
    """Have the list of what is on read for others, so many seconds after the end."""
    world.clock.move(3600 + late)
    world.client.streams_of = {"m": Stream(StreamStatus.LIVE, id="s", meeting_id="m")} if live else {}
    world.client.whole = whole
    await world.failsafe.gateways["default"].lists.streams.fresh(Urgency.WATCH_LIVE, EVERY, 10.0)


async def test_one_more_stop_is_withheld_when_a_list_read_meanwhile_says_off(world: World) -> None:
    await listed(world)
    made = await world.failsafe.stop(STOPPED, STOP_AGAIN, "not proven off")
    assert (made.outcome, world.stops()) == (Outcome.NOT_SENT, 0)


@pytest.mark.parametrize("read", [{"live": True}, {"whole": False}, {"late": -10.0}])
async def test_one_more_stop_leaves_when_no_read_since_the_last_says_off(
    world: World, read: dict[str, bool]
) -> None:
    await listed(world, **read)
    await world.failsafe.stop(STOPPED, STOP_AGAIN, "not proven off")
    assert world.stops() == 1


async def test_one_more_stop_leaves_when_the_last_one_failed_whatever_was_read(world: World) -> None:
    refused = replace(STOPPED.attempts[0], began_at=ENDS_AT + EVERY, outcome=Outcome.REFUSED)
    await listed(world)
    twice = replace(STOPPED, attempts=(*STOPPED.attempts, refused))
    await world.failsafe.stop(twice, STOP_AGAIN, "the last one was refused")
    assert world.stops() == 1


async def test_a_first_stop_leaves_whatever_was_read(world: World) -> None:
    await listed(world)
    await world.failsafe.stop(STOPPED, Stop(), "the window is over")
    assert world.stops() == 1
