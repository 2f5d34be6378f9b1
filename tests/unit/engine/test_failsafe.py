"""The last line: ends are kept from memory, whatever the passes do."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jobs.conditions import Condition
from jobs.model import Attempt, Broadcast, Doors, Kind, Outcome, Room, Run, Window
from jobs.policy import Policy
from jobs.run.decision import STOP_AGAIN, Stop, Urgency
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Meeting, Stream, StreamStatus
from tests.support.clock import NOON, HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases
from tests.support.provider import LaidOutClient
from worker.bootstrap.engine import _holder_of
from worker.engine.failsafe import Failsafe
from worker.engine.recorder import Recorder
from worker.provider.errors import NotSentError, UnansweredError
from worker.store.opening import inline

ENDS_AT = NOON + timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, ENDS_AT))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.OPEN, held_by="show")
CLOSED = "patch m {'live_stream_on_start': False, 'status': 'INACTIVE'}"
LIVE = Run(id="show", state=State.LIVE, room=ROOM, entered_at=NOON)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.


class World:
    def __init__(self, client: LaidOutClient | None = None) -> None:
        self.clock = HandClock()
        self.client = client or LaidOutClient()
        gateway = gateway_of(self.client, self.clock)
        self.late: list[float] = []
        self.told: list[list[str]] = []
        self.leased = True
        self.failsafe = Failsafe(
            {"default": gateway}, self.clock, Policy(), self.measure, self.tell, lambda _: self.leased
        )

    def tell(self, _run_id: str, conditions: Sequence[Condition]) -> None:
        self.told.append([each.name for each in conditions])

    def measure(self, late: timedelta) -> None:
        self.late.append(late.total_seconds())

    async def after(self, seconds: float) -> None:
        for _ in range(int(seconds * 5)):
            self.clock.move(0.2)
            self.failsafe.look()
            await settle()

    async def stopped_by_a_pass(self) -> Attempt:
        return await self.failsafe.stop(LIVE, Stop(), "the window is over")

    def stops(self) -> int:
        return self.client.asked.count("stop m")


@pytest.fixture
def world() -> World:
    return World()


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


async def test_what_was_proven_off_from_memory_is_not_on_air_any_more(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    world.leased = False
    await world.after(3660)
    assert [each.id for each in world.failsafe.on_air()] == ["show"]
    world.client.streams_of["m"] = NO_STREAM
    believed = []
    for _ in range(40):
        await world.after(1)
        believed.append(world.failsafe.on_air())
    assert () in believed, "it is proven off between two stops"


async def test_it_goes_on_until_two_reads_say_off(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    before = world.stops()
    assert before > 2
    world.client.streams_of["m"] = NO_STREAM
    await world.after(40)
    then = world.stops()
    await world.after(300)
    assert world.stops() == then


async def test_an_unheard_status_proves_nothing(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.UNHEARD, word="PAUSED")
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600 + 120)
    assert world.stops() > 3


async def test_a_provider_that_does_not_answer_is_told_again(world: World) -> None:
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600 + 60)
    assert world.stops() > 2
    assert {each.outcome for each in world.failsafe.unrecorded("show")} == {Outcome.UNKNOWN}


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


async def test_the_meeting_of_a_run_set_aside_is_closed_at_its_end(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    await world.after(3590)
    assert world.client.asked == []
    await world.after(60)
    assert world.client.asked == ["stop m", CLOSED, "stream m", "stream m"]
    kinds = [(each.kind, each.outcome) for each in world.failsafe.unrecorded("show")]
    assert kinds == [(Kind.STOP, Outcome.DONE), (Kind.CLOSE, Outcome.DONE)]


async def test_without_the_lease_nothing_is_closed(world: World) -> None:
    world.leased = False
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    await world.after(3660)
    assert world.stops() > 1
    assert CLOSED not in world.client.asked


async def test_what_is_set_aside_and_cannot_be_closed_is_told_and_closed_again(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.failsafe.set_aside("show")
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.after(3616)
    assert world.told == [["not_off"]]
    world.client.trouble = None
    await world.after(60)
    assert world.told == [["not_off"], []]
    assert world.client.asked.count(CLOSED) > 1


async def test_a_backstage_that_nobody_shuts_is_stopped_and_is_not_said_to_be_on_air(world: World) -> None:
    world.failsafe.note(replace(LIVE, state=State.READY), SHOW)
    assert world.failsafe.on_air() == ()
    await world.after(3601)
    assert world.stops() == 1


async def test_it_names_who_holds_a_meeting_until_its_end_has_come(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    assert world.failsafe.holder_of("m") == LIVE
    assert world.failsafe.holder_of("another") is None
    world.clock.move(3601)
    assert world.failsafe.holder_of("m") is None
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    world.failsafe.note(LIVE, later)
    assert world.failsafe.holder_of("m") == LIVE
    world.failsafe.note(replace(LIVE, stop_asked_at=world.clock.now()), later)
    assert world.failsafe.holder_of("m") is None


async def test_a_holder_that_an_operator_wants_off_keeps_no_sweep_from_its_meeting(world: World) -> None:
    recorder = Recorder(inline(), HeldLeases(), world.clock, "w")
    world.failsafe.note(LIVE, SHOW)
    assert _holder_of(world.failsafe, recorder, "m") == LIVE
    recorder.ask_to_stop("show", world.clock.now())
    assert _holder_of(world.failsafe, recorder, "m") is None


async def test_what_is_off_is_forgotten(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    ended = Run(id="show", state=State.ENDED, room=ROOM, entered_at=NOON)
    world.failsafe.note(ended, SHOW)
    assert world.failsafe.on_air() == ()
    await world.after(3700)
    assert world.stops() == 0


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


async def test_what_no_pass_proves_off_is_told_from_memory_once_and_resolved(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3614)
    assert world.told == []
    await world.after(60)
    assert world.told == [["not_off"]]
    world.failsafe.note(replace(LIVE, state=State.ENDED), SHOW)
    assert world.told == [["not_off"], []]


async def test_what_was_told_of_an_end_that_is_moved_is_taken_back(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3660)
    assert world.told == [["not_off"]]
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    world.failsafe.note(LIVE, later)
    await world.after(1)
    assert world.told == [["not_off"], []]


async def test_what_a_pass_looks_at_is_told_by_the_pass(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    world.clock.move(3616)
    world.failsafe.note(replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT), SHOW)
    world.failsafe.attend("show")
    await world.after(10)
    assert world.told == []


async def test_what_passes_look_at_all_the_time_is_never_told_from_memory(world: World) -> None:
    """Between the pass before it should be told and the one after it nothing is raised, and taken back."""
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3598)
    for _ in range(30):
        world.failsafe.note(replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT), SHOW)
        world.failsafe.attend("show")
        await world.after(2)
    assert world.told == []


async def test_passes_that_fail_attend_to_nothing(world: World) -> None:
    """They learn how it stands, and come to nothing: as while another session holds its row."""
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    stopping = replace(LIVE, state=State.STOPPING, off_wanted_at=ENDS_AT)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3600)
    for _ in range(12):
        world.failsafe.note(stopping, SHOW)
        await world.after(5)
    assert world.stops() > 1
    assert world.told == [["not_off"]]


@pytest.fixture
async def looking(world: World) -> AsyncIterator[World]:
    """A world in which the failsafe runs."""
    world.failsafe.note(LIVE, SHOW)
    running = asyncio.create_task(world.failsafe.run())
    await settle()
    yield world
    running.cancel()


async def slept(world: World, seconds: float) -> None:
    world.clock.move(seconds)
    await settle()


async def test_after_a_sleep_over_an_end_the_passes_go_first(looking: World) -> None:
    await slept(looking, 3630)
    assert looking.stops() == 0
    await slept(looking, 0.3)
    assert looking.stops() == 1


async def test_an_end_that_moved_while_the_host_slept_is_not_kept(looking: World) -> None:
    await slept(looking, 3630)
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    looking.failsafe.note(LIVE, later)
    await slept(looking, 0.3)
    assert looking.stops() == 0


async def test_what_another_worker_took_over_while_this_one_slept_is_not_stopped(looking: World) -> None:
    await slept(looking, 3630)
    looking.failsafe.release({"default"})
    await slept(looking, 0.3)
    assert looking.stops() == 0


async def test_a_clock_set_back_after_an_end_does_not_take_it_back(world: World) -> None:
    world.client.streams_of["m"] = Stream(StreamStatus.LIVE)
    world.failsafe.note(LIVE, SHOW)
    await world.after(3601)
    assert world.stops() == 1
    world.clock.step(-3600)
    for _ in range(6):
        world.failsafe.note(LIVE, SHOW)  # By its clock the end is to come: the pass lets it go on.
        world.failsafe.attend("show")
        await world.after(5)
    assert world.stops() > 1
    assert world.told == [["not_off"]]


async def test_what_a_clock_that_was_ahead_dated_later_is_set_back_before_it_is_written(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    await world.after(3601)
    world.clock.step(-3600)
    world.failsafe.rewind()
    (attempt,) = world.failsafe.unrecorded("show")
    assert (attempt.began_at, attempt.answered_at) == (world.clock.now(), world.clock.now())


async def test_what_goes_on_air_again_by_a_clock_set_back_has_its_end_before_it(world: World) -> None:
    world.client.streams_of["m"] = NO_STREAM
    world.failsafe.note(LIVE, SHOW)
    await world.after(3610)
    world.clock.step(-3600)
    world.failsafe.note(LIVE, SHOW)
    await world.after(20)
    assert world.stops() == 1
    await world.after(3600)
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


async def test_who_holds_a_shared_room_next_is_known_by_a_new_name_after_the_first_is_forgotten(
    world: World,
) -> None:
    shared = replace(ROOM, key="entry/weekly")
    first, second = (
        replace(LIVE, id=each, room=replace(shared, held_by=each)) for each in ("first", "second")
    )
    world.failsafe.note(first, replace(SHOW, id="first"))
    world.failsafe.note(second, replace(SHOW, id="second"))
    world.failsafe.note(replace(first, state=State.ENDED), replace(SHOW, id="first"))
    renamed = replace(LIVE, id="third", room=replace(ROOM, key="entry/monthly", held_by="third"))
    world.failsafe.note(renamed, replace(SHOW, id="third"))
    assert [each.id for each in world.failsafe.on_air()] == ["third"]


class SlowClient(LaidOutClient):
    """Answers no stop and no change until it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def stop_stream(self, meeting_id: str) -> None:
        await super().stop_stream(meeting_id)
        await self.gate.wait()

    async def patch_meeting(self, meeting_id: str, fields: Mapping[str, Any]) -> Meeting:
        self.gate.clear()
        changed = await super().patch_meeting(meeting_id, fields)
        await self.gate.wait()
        return changed


@pytest.fixture
def slow() -> World:
    return World(SlowClient())


def let(world: World) -> None:
    assert isinstance(world.client, SlowClient)
    world.client.gate.set()


def named_anew(world: World, name: str) -> Run:
    renamed = replace(LIVE, id=name, room=replace(ROOM, key=name, held_by=name))
    world.failsafe.note(renamed, replace(SHOW, id=name))
    return renamed


@pytest.mark.parametrize("names", [("gala",), ("gala", "finale")])
async def test_a_stop_under_way_while_its_run_is_renamed_is_written_down_under_the_new_name(
    slow: World, names: Sequence[str]
) -> None:
    slow.failsafe.note(LIVE, SHOW)
    slow.clock.move(3600)
    by_a_pass = asyncio.create_task(slow.stopped_by_a_pass())
    await settle()
    renamed = [named_anew(slow, name) for name in names][-1]
    again = asyncio.create_task(slow.failsafe.stop(renamed, Stop(), "the window is over"))
    await settle()
    let(slow)
    assert await by_a_pass is await again
    assert slow.stops() == 1
    assert slow.failsafe.unrecorded("show") == ()
    assert slow.failsafe.unrecorded(renamed.id) == (by_a_pass.result(),)
    await settle()
    assert not slow.failsafe._sending
    assert not slow.failsafe._new_names


async def test_a_closing_under_way_while_its_run_is_renamed_is_written_down_under_the_new_name(
    slow: World,
) -> None:
    slow.failsafe.note(LIVE, SHOW)
    slow.failsafe.set_aside("show")
    let(slow)
    await slow.after(3601)
    assert CLOSED in slow.client.asked
    named_anew(slow, "gala")
    let(slow)
    await settle()
    assert slow.failsafe.unrecorded("show") == ()
    assert [each.kind for each in slow.failsafe.unrecorded("gala")] == [Kind.STOP, Kind.CLOSE]
