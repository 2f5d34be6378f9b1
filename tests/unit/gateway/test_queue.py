"""The queue: its order, its kept slots, its count, and what is checked when a call leaves."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from jobs.quota.budget import Budget
from jobs.run.decision import Urgency
from tests.support.clock import HandClock, settle
from worker.gateway.pause import PAUSE_IF_UNSAID
from worker.gateway.permit import WithdrawnError
from worker.gateway.queue import CallQueue
from worker.provider.errors import RateLimitedError


class Calls:
    """Calls that stay under way until they are let go."""

    def __init__(self, queue: CallQueue) -> None:
        self.queue = queue
        self.left: list[str] = []
        self.gate = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    def add(self, name: str, urgency: Urgency, admit: Callable[[], str] = lambda: "") -> asyncio.Task[None]:
        task = asyncio.create_task(self.queue.call(urgency, self._send(name), admit))
        self.tasks.append(task)
        return task

    def _send(self, name: str) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            self.left.append(name)
            await self.gate.wait()

        return send

    async def finish(self) -> None:
        self.gate.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_the_more_urgent_leaves_first_and_then_the_older() -> None:
    calls = Calls(CallQueue(HandClock(), Budget(in_flight=2, in_flight_for_stops=1)))
    calls.add("first", Urgency.SWEEP)
    await settle()
    for name, urgency in [("sweep", Urgency.SWEEP), ("live", Urgency.WATCH_LIVE), ("start", Urgency.GO_LIVE)]:
        calls.add(name, urgency)
    calls.add("start too", Urgency.GO_LIVE)
    await settle()
    assert calls.left == ["first"]
    await calls.finish()
    assert calls.left == ["first", "start", "start too", "live", "sweep"]


async def test_a_stop_leaves_though_every_other_connection_is_taken() -> None:
    calls = Calls(CallQueue(HandClock(), Budget(in_flight=4, in_flight_for_stops=2)))
    for number in range(5):
        calls.add(f"read {number}", Urgency.WATCH_STARTING)
    await settle()
    assert len(calls.left) == 2
    calls.add("stop", Urgency.STOP)
    await settle()
    assert calls.left[-1] == "stop"
    await calls.finish()


async def test_what_changed_meanwhile_keeps_a_call_from_leaving() -> None:
    calls = Calls(CallQueue(HandClock(), Budget()))
    refused = calls.add("edit", Urgency.PREPARE, lambda: "the broadcast was changed meanwhile")
    await settle()
    with pytest.raises(WithdrawnError, match="changed meanwhile"):
        await refused
    assert calls.left == []
    assert calls.queue.under_way == 0


async def test_the_count_lets_the_rest_go_when_the_window_has_moved_on() -> None:
    clock = HandClock()
    queue = CallQueue(clock, Budget(calls=4, kept_for_stops=1))
    calls = Calls(queue)
    calls.gate.set()
    for number in range(5):
        calls.add(f"read {number}", Urgency.GO_LIVE)
    await settle()
    assert len(calls.left) == 3
    clock.move(300)
    queue.let_go()
    await settle()
    calls.add("read 5", Urgency.GO_LIVE)
    calls.add("read 6", Urgency.GO_LIVE)
    await settle()
    assert calls.left[3:] == ["read 5", "read 6"]


async def test_a_call_that_finds_no_turn_within_ten_seconds_is_decided_anew_and_a_stop_waits_on() -> None:
    clock = HandClock()
    queue = CallQueue(clock, Budget(calls=4, kept_for_stops=0))
    calls = Calls(queue)
    calls.gate.set()
    for number in range(4):
        calls.add(f"stop {number}", Urgency.STOP)
    waits, late_stop = calls.add("read", Urgency.WATCH_LIVE), calls.add("stop 4", Urgency.STOP)
    await settle()
    clock.move(9.9)
    queue.let_go()
    await settle()
    assert not waits.done()
    clock.move(0.1)
    queue.let_go()
    await settle()
    assert isinstance(waits.exception(), WithdrawnError)
    assert not late_stop.done()
    clock.move(290)
    queue.let_go()
    await settle()
    assert calls.left == ["stop 0", "stop 1", "stop 2", "stop 3", "stop 4"]


async def test_a_429_pauses_everything_but_stops() -> None:
    clock = HandClock()
    queue = CallQueue(clock, Budget())

    async def limited() -> None:
        raise RateLimitedError("too many calls", retry_after=6)

    with pytest.raises(RateLimitedError):
        await queue.call(Urgency.WATCH_LIVE, limited)
    calls = Calls(queue)
    calls.gate.set()
    calls.add("read", Urgency.WATCH_STARTING)
    calls.add("stop", Urgency.STOP)
    await settle()
    assert calls.left == ["stop"]
    clock.move(6)
    queue.let_go()
    await settle()
    assert calls.left == ["stop", "read"]


async def limited_in_silence() -> None:
    raise RateLimitedError("too many calls", retry_after=None)


async def test_a_stop_refused_in_a_pause_with_nothing_said_does_not_make_it_longer() -> None:
    """Stops are tried in a pause too: each of them would keep everything else waiting for longer."""
    clock = HandClock()
    queue = CallQueue(clock, Budget())
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            await queue.call(Urgency.STOP, limited_in_silence)
        clock.move(PAUSE_IF_UNSAID / 2)
    calls = Calls(queue)
    calls.gate.set()
    calls.add("read", Urgency.WATCH_STARTING)
    await settle()
    assert calls.left == ["read"]


async def test_a_caller_that_closes_sends_nothing_more_but_lets_what_is_under_way_end() -> None:
    calls = Calls(CallQueue(HandClock(), Budget(in_flight=2, in_flight_for_stops=1)))
    calls.add("under way", Urgency.SWEEP)
    waiting = calls.add("waiting", Urgency.SWEEP)
    await settle()
    calls.queue.close()
    with pytest.raises(WithdrawnError, match="stopping"):
        await waiting
    with pytest.raises(WithdrawnError, match="stopping"):
        await calls.add("late", Urgency.STOP)
    assert calls.queue.under_way == 1
    await calls.finish()
    assert calls.left == ["under way"]
    assert calls.queue.under_way == 0


async def test_a_cancelled_call_gives_its_place_back() -> None:
    calls = Calls(CallQueue(HandClock(), Budget(in_flight=2, in_flight_for_stops=1)))
    first = calls.add("first", Urgency.SWEEP)
    second = calls.add("second", Urgency.SWEEP)
    await settle()
    second.cancel()
    first.cancel()
    await settle()
    assert calls.queue.under_way == 0
    calls.gate.set()
    await calls.add("third", Urgency.SWEEP)
    assert calls.left == ["first", "third"]


async def test_what_left_longer_ago_than_the_window_counts_no_more() -> None:
    clock = HandClock()
    calls = Calls(queue := CallQueue(clock, Budget(calls=10, window_seconds=300)))
    calls.gate.set()
    await calls.add("first", Urgency.GO_LIVE)
    clock.move(200)
    await calls.add("second", Urgency.GO_LIVE)
    assert queue.left == 8
    clock.move(101)
    assert queue.left == 9


async def test_what_is_not_answered_counts_until_it_is() -> None:
    clock = HandClock()
    calls = Calls(queue := CallQueue(clock, Budget(calls=10, window_seconds=300)))
    calls.add("slow", Urgency.GO_LIVE)
    await settle()
    clock.move(301)
    assert queue.left == 9
    await calls.finish()
    clock.move(299)
    assert queue.left == 9
    clock.move(2)
    assert queue.left == 10


async def test_calls_that_leave_in_the_same_instant_count_before_they_are_sent() -> None:
    clock = HandClock()
    queue = CallQueue(clock, Budget(calls=5, kept_for_stops=0, in_flight=32))
    calls = Calls(queue)
    calls.gate.set()
    for number in range(25):
        calls.add(f"stop {number}", Urgency.STOP)
    await settle()
    clock.move(300)
    queue.let_go()
    await settle()
    assert len(calls.left) == 10


async def test_what_only_has_to_wait_for_time_leaves_by_itself_though_nothing_waited_before() -> None:
    clock = HandClock()
    calls = Calls(queue := CallQueue(clock, Budget(calls=1, kept_for_stops=0)))
    calls.gate.set()
    running = asyncio.create_task(queue.run())
    for at_once, waits in (("first", "second"), ("third", "fourth")):
        calls.add(at_once, Urgency.GO_LIVE)
        await settle()
        clock.move(295)
        calls.add(waits, Urgency.GO_LIVE)
        await settle()
        assert calls.left[-1] == at_once
        clock.move(5.1)
        await settle()
        assert calls.left[-1] == waits
        clock.move(1000)
        await settle()
    running.cancel()
    await calls.finish()
