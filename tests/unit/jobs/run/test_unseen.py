"""Nobody saw it is not it never aired: the provider's own list is asked before a run is called missed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Attempt, Broadcast, Doors, Kind, Outcome, Room, RoomUse, Run, Window
from jobs.policy import Policy
from jobs.run.alarms import conditions
from jobs.run.decide import decided
from jobs.run.decision import Move, Urgency, WaitUntil
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Airing, Asked, Meeting, Seen, answered, put_off, unanswered
from jobs.run.polling import Read, cadence, due, urgency
from jobs.run.situation import Situation
from jobs.run.transition import moved
from tests.support.clock import NOON
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import START, lived, states, webinar

BEGINS_AT = NOON - timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(BEGINS_AT, NOON))
SHARED = replace(SHOW, room=RoomUse.SHARED, entry="show")
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.CLOSED, held_by="show")
CLOSED_AT = NOON + timedelta(seconds=1)
RUN = Run(
    id="show",
    state=State.STOPPING,
    room=ROOM,
    entered_at=NOON,
    off_wanted_at=NOON,
    closed_at=CLOSED_AT,
    why="the window is over",
)
PROVEN = answered(
    answered(None, NO_STREAM, CLOSED_AT, same=False), NO_STREAM, NOON + timedelta(seconds=9), same=True
)
Airings = Asked[tuple[Airing, ...]]


def before_the_end(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def listed(*found: Airing, at: datetime = NOON + timedelta(seconds=9)) -> Airings:
    return answered(None, found, at, same=False)


def situation(
    airings: Airings | None, broadcast: Broadcast = SHOW, after: float = 20, **of: object
) -> Situation:
    run = replace(RUN, **of)  # type: ignore[arg-type]  # A test's own short form.
    seen = Seen(stream=PROVEN, airings=airings)
    return Situation(broadcast, run, seen, NOON + timedelta(seconds=after), Policy())


def answered_kick() -> Attempt:
    """The session of a shared room is always ended."""
    at = CLOSED_AT + timedelta(seconds=1)
    return Attempt(kind=Kind.KICK_ALL, began_at=at, answered_at=at, outcome=Outcome.DONE)


def left_as(s: Situation) -> Run:
    move = decided(s)
    assert isinstance(move, Move)
    return moved(s, move)


def unread(life: Timeline) -> Timeline:
    """Have nothing read until a quarter of an hour after the end."""
    life.blind = (START - timedelta(minutes=1), START + timedelta(minutes=35))
    return life


def test_what_aired_while_nothing_could_be_read_is_ended_with_the_providers_instant() -> None:
    life = unread(Timeline(webinar(), START - timedelta(hours=2)))
    life.go_until(START + timedelta(minutes=40), ((START + timedelta(seconds=60), "join"),))
    assert states(life)[-1] is State.ENDED
    assert life.run.live_at == next(at for at, status in life.provider.on_air if status == "LIVE")
    assert "provider's list" in life.run.why
    assert "missed" not in life.told


def test_what_never_aired_is_missed_and_said_to_have_never_aired() -> None:
    life = lived(webinar())
    assert states(life)[-1] is State.MISSED
    assert life.run.why == "the window is over; the provider lists no livestream in its window"
    (told,) = [each for each in conditions(life.situation()) if each.name == "missed"]
    assert told.text.startswith("never aired: ")


def test_it_is_asked_once_it_is_proven_off_and_only_of_what_would_be_missed() -> None:
    assert Read.AIRINGS in due(situation(None))
    assert isinstance(decided(situation(None)), WaitUntil)
    seen_live = situation(None, live_at=before_the_end(30))
    called_off = situation(None, stop_asked_at=before_the_end(1))
    never_opened = situation(None, room=replace(ROOM, held_by=None))
    unproven = situation(None, closed_at=NOON + timedelta(hours=2))
    for each in (seen_live, called_off, never_opened, unproven):
        assert Read.AIRINGS not in due(each)
    assert [left_as(each).state for each in (seen_live, called_off, never_opened)] == [
        State.ENDED,
        State.CANCELLED,
        State.MISSED,
    ]


def test_it_waits_for_everything_else_and_what_is_proven_is_read_no_more_meanwhile() -> None:
    assert {urgency(state, Read.AIRINGS) for state in State} == {Urgency.SWEEP}
    assert cadence(situation(None)) == Policy().poll_live


def test_one_answer_is_enough() -> None:
    assert Read.AIRINGS not in due(situation(listed()))
    assert left_as(situation(listed())).state is State.MISSED


@pytest.mark.parametrize("vain", [unanswered, lambda before, at, _: put_off(before, at)])
def test_what_cannot_be_answered_for_a_minute_is_missed_and_nobody_could_be_asked(vain: object) -> None:
    asked = vain(None, NOON + timedelta(seconds=20), "500")  # type: ignore[operator]  # As unanswered.
    asked = vain(asked, NOON + timedelta(seconds=70), "500")  # type: ignore[operator]
    assert isinstance(decided(situation(asked, after=79)), WaitUntil)
    run = left_as(situation(asked, after=80))
    assert (run.state, run.live_at) == (State.MISSED, None)
    s = replace(situation(asked, after=81), run=run)
    (told,) = [each for each in conditions(s) if each.name == "missed"]
    assert told.text == (
        "not known whether it aired: the window is over; nobody could be asked whether it aired all the same"
    )


def test_an_answer_from_before_the_closing_is_none() -> None:
    before = listed(Airing(before_the_end(30)), at=CLOSED_AT - timedelta(seconds=1))
    assert isinstance(decided(situation(before)), WaitUntil)


def test_a_meeting_that_is_gone_is_not_asked() -> None:
    first: Asked[Meeting | None] = answered(None, None, NOON, same=False)
    gone = answered(first, None, NOON + timedelta(seconds=3), same=True)
    s = situation(None, closed_at=None)
    run = left_as(replace(s, seen=replace(s.seen, meeting=gone)))
    assert (run.state, "nobody could be asked" in run.why) == (State.MISSED, True)


WITHIN = Airing(before_the_end(30), before_the_end(10))
EARLIER = Airing(before_the_end(90), before_the_end(70))
ACROSS = Airing(before_the_end(61), before_the_end(10))
LATER = Airing(NOON + timedelta(seconds=3))


@pytest.mark.parametrize(
    ("found", "own", "shared"),
    [
        ((WITHIN,), before_the_end(30), before_the_end(30)),
        ((LATER, WITHIN, Airing(before_the_end(50)), EARLIER), before_the_end(50), before_the_end(50)),
        ((Airing(BEGINS_AT),), BEGINS_AT, BEGINS_AT),
        ((ACROSS,), BEGINS_AT, None),
        ((EARLIER,), None, None),
        ((Airing(before_the_end(61)),), None, None),
        ((LATER, Airing(NOON)), None, None),
    ],
)
def test_only_what_was_live_in_its_window_counts_and_in_a_shared_room_what_began_there(
    found: tuple[Airing, ...], own: datetime | None, shared: datetime | None
) -> None:
    for broadcast, live_at in ((SHOW, own), (SHARED, shared)):
        run = left_as(situation(listed(*found), broadcast, attempts=(answered_kick(),)))
        assert (run.state, run.live_at) == (State.ENDED if live_at else State.MISSED, live_at)


def test_whoever_waits_for_a_shared_room_waits_for_one_try_alone() -> None:
    tried: Airings = unanswered(None, NOON + timedelta(seconds=20), "500")
    assert left_as(situation(tried, SHARED, attempts=(answered_kick(),))).state is State.MISSED
    assert isinstance(decided(situation(tried)), WaitUntil)
