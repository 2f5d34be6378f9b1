"""What the provider says by itself wakes, has the meeting looked at, and does nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Broadcast, Doors, Room, Run, Window
from jobs.policy import Policy
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from jobs.run.polling import Read, due, next_look_at
from jobs.run.situation import Situation
from tests.support.clock import NOON, HandClock
from tests.support.gateway import gateway_of
from tests.support.provider import LaidOutClient
from worker.engine.hints import Hint, Hints, Reception
from worker.gateway.reads import HINTS_APART, LISTS_FROM, TOLD_FOR

ROOM = Room(key="show", account="default", marker="", meeting_id="m-1", doors=Doors.OPEN, held_by="show")
LIVE = Run(id="show", state=State.LIVE, room=ROOM, entered_at=NOON)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, NOON + timedelta(hours=5)))
STREAM = frozenset({Read.STREAM})


class Heard:
    def __init__(self) -> None:
        self.clock, self.client = HandClock(), LaidOutClient()
        self.client.streams_of["m-1"] = Stream(StreamStatus.LIVE, id="s-1", meeting_id="m-1")
        self.gateway = gateway_of(self.client, self.clock)
        self.woken: list[tuple[str, datetime]] = []
        self.hints = Hints({"default": self.gateway}, lambda: [LIVE], self.wake)

    def wake(self, run_id: str, at: datetime) -> None:
        self.woken.append((run_id, at))

    def hear(self, meeting_id: str | None, stream_id: str | None = None) -> Reception:
        return self.hints.heard(Hint("default", "meeting.started", meeting_id, stream_id))

    def situation(self) -> Situation:
        return Situation(SHOW, LIVE, self.gateway.reader.seen("show"), self.clock.now(), Policy())

    async def look(self) -> None:
        await self.gateway.reader.look(LIVE, STREAM, timedelta(seconds=30))


@pytest.mark.parametrize(
    ("meeting_id", "stream_id"), [("m-1", None), ("m-1", "other"), (None, "s-1"), ("other", "s-1")]
)
async def test_a_hint_wakes_the_run_that_it_is_about(meeting_id: str | None, stream_id: str | None) -> None:
    heard = Heard()
    await heard.look()
    assert heard.hear(meeting_id, stream_id) is Reception.TAKEN
    assert heard.woken == [("show", heard.clock.now())]


@pytest.mark.parametrize(("meeting_id", "stream_id"), [("other", None), (None, "other"), (None, None)])
def test_a_hint_of_a_meeting_that_is_not_ours_wakes_nothing_and_is_no_sign_of_life(
    meeting_id: str | None, stream_id: str | None
) -> None:
    heard = Heard()
    assert heard.hear(meeting_id, stream_id) is Reception.FOREIGN
    assert heard.woken == []
    assert not heard.gateway.reader.seen("show").is_told


async def test_a_hint_has_the_stream_read_at_once_and_only_once() -> None:
    heard = Heard()
    await heard.look()
    heard.clock.move(1)
    assert due(heard.situation()) == frozenset()
    heard.hear("m-1")
    assert due(heard.situation()) == STREAM
    heard.clock.move(0.1)
    await heard.look()
    assert due(heard.situation()) == frozenset()


async def test_hints_in_a_row_have_it_read_again_a_little_later() -> None:
    heard = Heard()
    for _ in range(100):
        heard.hear("m-1")
    first, then = heard.woken[0][1], {at for _, at in heard.woken[1:]}
    assert then <= {first + HINTS_APART * number for number in range(3)}


async def test_a_hint_asks_the_meeting_itself_and_no_list_that_may_be_older() -> None:
    heard = Heard()
    for number in range(LISTS_FROM + 1):
        other = replace(LIVE, id=f"run-{number}", room=replace(ROOM, meeting_id=f"m-{number}"))
        await heard.gateway.reader.look(other, STREAM, timedelta(seconds=30))
    await heard.look()
    heard.clock.move(1)
    heard.hear("m-1")
    heard.client.asked.clear()
    await heard.look()
    assert heard.client.asked == ["stream m-1"]


async def test_while_hints_come_looks_are_rarer_and_when_they_fall_silent_as_often_as_before() -> None:
    heard = Heard()
    await heard.look()
    assert next_look_at(heard.situation()) == heard.clock.now() + timedelta(seconds=30)
    heard.hear("m-1")
    heard.clock.move(0.1)
    await heard.look()
    assert next_look_at(heard.situation()) == heard.clock.now() + timedelta(seconds=60)
    heard.clock.move(TOLD_FOR + 1)
    await heard.look()
    assert next_look_at(heard.situation()) == heard.clock.now() + timedelta(seconds=30)
