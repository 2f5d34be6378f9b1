"""How late openings and stops were: measured once each, and only where it says something."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Attempt, Broadcast, Kind, Outcome, Room, Run, Window
from jobs.policy import Policy
from jobs.run import delays
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN
from jobs.run.situation import Situation
from tests.support.clock import NOON

ENDS_AT = NOON + timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, ENDS_AT))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", held_by="show")
RUN = Run(id="show", state=State.LIVE, room=ROOM, entered_at=NOON, round_at=NOON - timedelta(days=1))


def made(kind: Kind, began_at: datetime, outcome: Outcome = Outcome.DONE) -> Attempt:
    answered_at = began_at + timedelta(seconds=1)
    return Attempt(kind=kind, began_at=began_at, answered_at=answered_at, outcome=outcome)


def situation(run: Run, now: datetime) -> Situation:
    return Situation(SHOW, run, NOTHING_SEEN, now, Policy())


def after(seconds: float, of: datetime = NOON) -> datetime:
    return of + timedelta(seconds=seconds)


def test_an_opening_is_as_late_as_its_answer() -> None:
    s = situation(replace(RUN, state=State.STARTING), after(2))
    assert delays.of_opening(s, made(Kind.OPEN, after(2))) == timedelta(seconds=3)


def test_a_broadcast_added_under_way_could_not_open_before_it_was_taken_up() -> None:
    s = situation(replace(RUN, round_at=after(600)), after(601))
    assert delays.of_opening(s, made(Kind.OPEN, after(601))) == timedelta(seconds=2)


def test_a_second_opening_is_not_measured_and_one_after_a_failure_is() -> None:
    again = made(Kind.OPEN, after(60))
    opened = replace(RUN, attempts=(made(Kind.OPEN, after(2)), again))
    assert delays.of_opening(situation(opened, after(60)), again) is None
    failed = replace(RUN, attempts=(made(Kind.OPEN, after(2), Outcome.UNKNOWN), again))
    assert delays.of_opening(situation(failed, after(60)), again) == timedelta(seconds=61)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED, Outcome.NOT_SENT])
def test_a_call_in_vain_is_not_measured(outcome: Outcome) -> None:
    s = situation(RUN, after(1, ENDS_AT))
    assert delays.of_stop(s, made(Kind.STOP, after(1, ENDS_AT), outcome)) is None
    assert delays.of_opening(s, made(Kind.OPEN, after(1), outcome)) is None


def test_a_stop_is_as_late_as_its_first_answer_after_the_end() -> None:
    s = situation(RUN, after(2, ENDS_AT))
    first = made(Kind.STOP, after(2, ENDS_AT), Outcome.ABSENT)
    assert delays.of_stop(s, first) == timedelta(seconds=3)
    again = situation(replace(RUN, attempts=(first,)), after(6, ENDS_AT))
    assert delays.of_stop(again, made(Kind.STOP, after(6, ENDS_AT))) is None


def test_a_stop_that_was_asked_for_counts_from_the_asking() -> None:
    s = situation(replace(RUN, stop_asked_at=after(600)), after(603))
    assert delays.of_stop(s, made(Kind.STOP, after(603))) == timedelta(seconds=4)


def test_a_stop_of_what_was_just_called_off_counts_from_the_pass_that_hears_of_it() -> None:
    called_off = replace(SHOW, cancelled=True)
    s = Situation(called_off, RUN, NOTHING_SEEN, after(600), Policy())
    assert delays.of_stop(s, made(Kind.STOP, after(600))) == timedelta(seconds=1)


def test_a_stop_within_the_window_is_none_at_its_end() -> None:
    assert delays.of_stop(situation(RUN, after(600)), made(Kind.STOP, after(600))) is None


def test_the_picture_is_measured_the_first_time_only() -> None:
    starting = replace(RUN, state=State.STARTING)
    live = replace(RUN, state=State.LIVE, live_at=after(20))
    assert delays.of_picture(situation(starting, after(20)), live) == timedelta(seconds=20)
    back = replace(live, state=State.INTERRUPTED)
    assert delays.of_picture(situation(back, after(90)), live) is None


def test_the_proof_is_measured_from_when_off_was_wanted() -> None:
    stopping = replace(RUN, state=State.STOPPING, off_wanted_at=ENDS_AT)
    ended = replace(stopping, state=State.ENDED, off_at=after(8, ENDS_AT))
    assert delays.of_proof(situation(stopping, after(8, ENDS_AT)), ended) == timedelta(seconds=8)
    assert delays.of_proof(situation(RUN, after(8, ENDS_AT)), replace(ended, off_at=None)) is None
