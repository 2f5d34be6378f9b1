"""Reads: singly for a few runs, from the lists for many; and every new verdict from the meeting itself."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from jobs.model import Room, Run
from jobs.quota.budget import Budget
from jobs.run.decision import Urgency
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN, Meeting, Session, Stream, StreamStatus
from jobs.run.polling import Read
from tests.support.clock import NOON, HandClock
from tests.support.gateway import NO_BUDGET_SAID, gateway_of
from tests.support.provider import LaidOutClient
from worker.gateway.queue import PATIENCE
from worker.gateway.reads import LISTS_FROM
from worker.provider.errors import FaultyError, RateLimitedError

EVERY = timedelta(seconds=5)
BOTH = frozenset({Read.STREAM, Read.SESSION})
STREAM = frozenset({Read.STREAM})


class World:
    def __init__(self, budget: Budget = NO_BUDGET_SAID) -> None:
        self.clock = HandClock()
        self.client = LaidOutClient()
        gateway = gateway_of(self.client, self.clock, budget=budget)
        self.queue, self.reader, self.lists = gateway.queue, gateway.reader, gateway.lists
        self.runs = [run(number) for number in range(LISTS_FROM + 1)]

    async def round(self, reads: frozenset[Read] = BOTH) -> list[str]:
        """Look at every run once; return what was asked."""
        self.clock.move(EVERY)
        self.client.asked.clear()
        for each in self.runs:
            await self.reader.look(each, reads, EVERY)
        return list(self.client.asked)

    async def pass_by(self, seconds: float) -> None:
        self.clock.move(seconds)
        self.queue.let_go()
        for _ in range(20):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.

    def set_back(self) -> None:
        """Have the clock set back, once, and everything forgotten."""
        self.client.on_ask = lambda: None
        self.clock.step(-3600)
        self.reader.forget_all()

    def status(self, number: int) -> StreamStatus:
        asked = self.reader.seen(f"run-{number}").stream
        assert asked
        assert asked.fact
        return asked.fact.value.status


def run(number: int) -> Run:
    room = Room(key=f"run-{number}", account="default", marker=" [aaaa-bbbbbbbb]", meeting_id=f"m{number}")
    return Run(id=f"run-{number}", state=State.STARTING, room=room, entered_at=NOON)


def stream(number: int, status: StreamStatus) -> Stream:
    return Stream(status, id=f"s{number}", meeting_id=f"m{number}")


async def test_a_few_runs_are_asked_one_by_one() -> None:
    world = World()
    world.runs = world.runs[:2]
    assert sorted(await world.round()) == ["session m0", "session m1", "stream m0", "stream m1"]


async def test_many_runs_where_nothing_changes_cost_three_lists() -> None:
    world = World()
    await world.round()
    await world.round()
    assert sorted(await world.round()) == ["list INVOKED", "list LIVE", "list sessions"]


async def test_a_new_live_is_read_from_the_meeting_itself() -> None:
    world = World()
    await world.round()
    world.client.streams_of["m3"] = stream(3, StreamStatus.LIVE)
    world.client.sessions_of["m3"] = Session("x", "m3")
    assert "stream m3" in await world.round()
    assert world.status(3) is StreamStatus.LIVE
    assert "stream m3" not in await world.round()


async def test_a_live_that_is_no_longer_listed_is_read_from_the_meeting_itself() -> None:
    world = World()
    world.client.streams_of["m3"] = stream(3, StreamStatus.LIVE)
    await world.round(STREAM)
    await world.round(STREAM)
    del world.client.streams_of["m3"]
    assert "stream m3" in await world.round(STREAM)
    assert world.status(3) is StreamStatus.NONE


async def test_a_list_that_lags_does_not_overrule_the_meeting() -> None:
    world = World()
    world.client.streams_of["m3"] = stream(3, StreamStatus.LIVE)
    await world.round(STREAM)
    world.lists.forget()
    world.client.streams_of["m3"] = stream(3, StreamStatus.ERRORED)
    assert "stream m3" in await world.round(STREAM)
    assert world.status(3) is StreamStatus.ERRORED


async def test_lists_that_cannot_be_had_leave_the_single_reads() -> None:
    world = World()
    world.runs = [run(number) for number in range(LISTS_FROM)]
    await world.round()
    world.client.trouble = FaultyError("out of order", status=500)
    asked = await world.round()
    assert asked.count("stream m0") == 1
    seen = world.reader.seen("run-0").stream
    assert seen
    assert "out of order" in seen.trouble
    assert seen.fact


async def test_while_lists_cannot_be_had_many_ask_their_meetings_in_turns() -> None:
    world = World(Budget(calls=10**6))
    world.runs = [run(number) for number in range(LISTS_FROM * 20)]
    await world.round()
    world.client.trouble = FaultyError("out of order", status=500)
    rounds = [await world.round(STREAM) for _ in range(60)]
    singly = [[each for each in asked if each.startswith("stream")] for asked in map(list, rounds)]
    assert max(map(len, singly)) < LISTS_FROM * 4
    asked_for = {each for asked in singly for each in asked}
    assert len(asked_for) > LISTS_FROM * 17


async def test_a_search_takes_only_whole_markers_and_the_oldest_first() -> None:
    world = World()
    titles = ["Mine [aaaa-bbbbbbbb]", "Not mine [aaaa-bbbbbbbb] ", "Mine too [aaaa-bbbbbbbb]"]
    world.client.found = tuple(
        Meeting(f"m{number}", title, active=True, live_stream_on_start=True, created_at=f"2026-0{9 - number}")
        for number, title in enumerate(titles)
    )
    seen = await world.reader.look(run(0), frozenset({Read.SEARCH}), EVERY)
    assert seen.search
    assert seen.search.fact
    assert [each.id for each in seen.search.fact.value] == ["m2", "m0"]


async def test_an_unanswered_read_leaves_the_last_answer_with_its_old_time() -> None:
    world = World()
    world.runs = world.runs[:1]
    await world.round(STREAM)
    read_at = world.clock.now()
    world.client.trouble = FaultyError("out of order", status=500)
    await world.round(STREAM)
    seen = world.reader.seen("run-0").stream
    assert seen
    assert seen.fact
    assert (seen.fact.began_at, seen.tried_at) == (read_at, world.clock.now())


async def test_a_read_under_way_while_everything_is_forgotten_is_forgotten_too() -> None:
    """Its instant is by a clock that was wrong: an hour ahead, it would keep every later read waiting."""
    world = World()
    world.client.on_ask = world.reader.forget_all
    for trouble in (None, FaultyError("out of order", status=500)):
        world.client.trouble = trouble
        await world.reader.look(run(0), BOTH, EVERY)
        assert world.reader.seen("run-0") == NOTHING_SEEN


async def test_lists_under_way_while_the_clock_is_set_back_are_read_again() -> None:
    world = World()
    await world.round()
    await world.round()
    world.client.on_ask = world.set_back
    await world.round()
    assert "list LIVE" in await world.round()


async def limited() -> None:
    raise RateLimitedError("too many calls", retry_after=300)


async def test_runs_do_not_wait_for_the_lists_one_after_the_other_while_nothing_may_leave() -> None:
    """Each would find no turn for 10 s, and the pass of the last would be taken for one that hangs."""
    world = World()
    await world.round()
    with suppress(RateLimitedError):
        await world.queue.call(Urgency.STOP, limited)
    looks = [asyncio.create_task(world.reader.look(each, BOTH, EVERY)) for each in world.runs]
    for _ in range(3):
        await world.pass_by(PATIENCE)
    assert all(each.done() for each in looks)


async def test_what_is_live_learns_who_is_in_from_lists_that_others_read_and_asks_nothing_for_it() -> None:
    world = World()
    live = replace(run(3), state=State.LIVE)
    world.client.sessions_of["m3"] = Session("x", "m3", 0)
    await world.reader.look(live, STREAM, EVERY)
    assert world.reader.seen("run-3").present is None
    await world.lists.sessions.fresh(Urgency.SWEEP, EVERY, PATIENCE)
    world.client.asked.clear()
    await world.reader.look(live, STREAM, EVERY)
    assert world.client.asked == ["stream m3"]
    seen = world.reader.seen("run-3")
    assert seen.present
    assert seen.present.fact
    assert (seen.present.fact.value.is_empty, seen.session) == (True, None)


async def test_a_list_that_may_lack_a_meeting_does_not_say_that_nobody_is_in() -> None:
    for whole in (False, True):
        world = World()
        world.client.whole = whole
        await world.lists.sessions.fresh(Urgency.SWEEP, EVERY, PATIENCE)
        await world.reader.look(replace(run(3), state=State.LIVE), STREAM, EVERY)
        assert (world.reader.seen("run-3").present is not None) is whole
