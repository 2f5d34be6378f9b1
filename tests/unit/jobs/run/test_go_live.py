"""To LIVE: what counts as a stream that hangs, at one instant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Attempt, Broadcast, Doors, GoLive, Host, Kind, Outcome, Room, Run, Window
from jobs.policy import Policy
from jobs.run import go_live
from jobs.run.decision import AddHost, Perform, Stop
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN, Asked, Stream, StreamStatus, answered, unanswered
from jobs.run.situation import Situation
from tests.support.clock import NOON

SHOW = Broadcast(id="show", title="Show", window=Window(NOON, NOON + timedelta(hours=1)))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.OPEN, held_by="show")
RUN = Run(id="show", state=State.STARTING, room=ROOM, entered_at=NOON)
TOO_LONG = Policy().invoked_for.total_seconds()
INVOKED = Stream(StreamStatus.INVOKED)


def situation(stream: Asked[Stream], seconds: float) -> Situation:
    now = NOON + timedelta(seconds=seconds)
    return Situation(SHOW, RUN, replace(NOTHING_SEEN, stream=stream), now, Policy())


def invoked(*seconds: float) -> Asked[Stream]:
    asked: Asked[Stream] | None = None
    for each in seconds:
        asked = answered(asked, INVOKED, NOON + timedelta(seconds=each), same=True)
    assert asked
    return asked


@pytest.mark.parametrize(("last_read", "stuck"), [(TOO_LONG + 1, True), (TOO_LONG - 1, False)])
def test_what_is_read_as_starting_for_too_long_hangs(last_read: float, *, stuck: bool) -> None:
    assert go_live.is_stuck(situation(invoked(1, last_read), last_read)) is stuck


def test_what_was_starting_when_the_provider_fell_silent_may_be_live_and_is_not_stopped() -> None:
    silent = unanswered(invoked(1, 10), NOON + timedelta(seconds=TOO_LONG + 10), "away")
    assert go_live.revive(situation(silent, TOO_LONG + 20)) is None


@pytest.mark.parametrize(("read_at", "stopped"), [(9, False), (11, True)])
def test_what_was_on_air_before_a_shared_room_was_free_was_another_show(
    read_at: float, *, stopped: bool
) -> None:
    room = replace(ROOM, held_by=None, doors=Doors.CLOSED, free_since=NOON + timedelta(seconds=10))
    waiting = Run(id="show", state=State.READY, room=room, entered_at=NOON)
    later = replace(SHOW, window=Window(NOON + timedelta(hours=1), NOON + timedelta(hours=2)))
    live = answered(None, Stream(StreamStatus.LIVE), NOON + timedelta(seconds=read_at), same=True)
    now = NOON + timedelta(seconds=20)
    decision = go_live.ready(Situation(later, waiting, replace(NOTHING_SEEN, stream=live), now, Policy()))
    assert (isinstance(decision, Perform) and isinstance(decision.step, Stop)) is stopped


def test_while_one_refused_call_waits_the_others_go_on() -> None:
    room = replace(ROOM, held_by=None, doors=Doors.SHUT, title="Show")
    refused = Attempt(kind=Kind.BACKSTAGE, began_at=NOON, answered_at=NOON, outcome=Outcome.REFUSED)
    waiting = Run(id="show", state=State.READY, room=room, entered_at=NOON, attempts=(refused,))
    studio = Host("studio", "Studio", "presenter")
    wanted = replace(
        SHOW,
        window=Window(NOON + timedelta(minutes=5), NOON + timedelta(hours=1)),
        go_live=GoLive.AT_START,
        doors=timedelta(minutes=15),
        hosts=(studio,),
    )
    now = NOON + timedelta(seconds=0.1)
    assert go_live.ready(Situation(wanted, waiting, NOTHING_SEEN, now, Policy())) == Perform(AddHost(studio))
