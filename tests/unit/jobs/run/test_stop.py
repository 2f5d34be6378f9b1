"""Proof of off: two reads, begun after the closing PATCH was answered, and far enough apart."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Broadcast, Doors, Room, Run, Window
from jobs.policy import Policy
from jobs.run import stop
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, NOTHING_SEEN, Asked, Meeting, Stream, StreamStatus, answered
from jobs.run.situation import Situation
from tests.support.clock import NOON

SHOW = Broadcast(id="show", title="Show", window=Window(NOON - timedelta(hours=1), NOON))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.CLOSED, held_by="show")
CLOSED_AT = NOON + timedelta(seconds=1)
RUN = Run(
    id="show", state=State.STOPPING, room=ROOM, entered_at=NOON, off_wanted_at=NOON, closed_at=CLOSED_AT
)


def at(seconds: float) -> datetime:
    return CLOSED_AT + timedelta(seconds=seconds)


def stream_read(value: Stream, *seconds: float) -> Asked[Stream]:
    asked: Asked[Stream] | None = None
    for each in seconds:
        asked = answered(asked, value, at(each), same=True)
    assert asked
    return asked


def situation(run: Run = RUN, **seen: object) -> Situation:
    found = replace(NOTHING_SEEN, **seen)  # type: ignore[arg-type]  # A test's own short form.
    return Situation(SHOW, run, found, at(60), Policy())


@pytest.mark.parametrize(
    "status", [StreamStatus.NONE, StreamStatus.IDLE, StreamStatus.OFFLINE, StreamStatus.ERRORED]
)
def test_two_reads_two_seconds_apart_after_closing_prove_off(status: StreamStatus) -> None:
    assert stop.proven(situation(stream=stream_read(Stream(status), 0, 2)))


@pytest.mark.parametrize("reads", [[0], [5], [0, 1.9], [-9, -1], [-1, 4], [-5, 1, 2.5]])
def test_fewer_earlier_or_closer_reads_do_not(reads: list[float]) -> None:
    assert not stop.proven(situation(stream=stream_read(NO_STREAM, *reads)))


@pytest.mark.parametrize("status", [StreamStatus.LIVE, StreamStatus.INVOKED, StreamStatus.UNHEARD])
def test_on_or_unheard_of_is_never_off(status: StreamStatus) -> None:
    assert not stop.proven(situation(stream=stream_read(Stream(status), 0, 9)))


def test_without_an_answered_close_nothing_is_proven() -> None:
    unclosed = replace(RUN, closed_at=None)
    assert not stop.proven(situation(unclosed, stream=stream_read(NO_STREAM, 0, 9)))


def test_a_read_that_said_on_in_between_begins_the_proof_anew() -> None:
    on = answered(stream_read(NO_STREAM, 0), Stream(StreamStatus.LIVE), at(1), same=False)
    off = answered(on, NO_STREAM, at(3), same=False)
    assert not stop.proven(situation(stream=off))
    assert stop.proven(situation(stream=answered(off, NO_STREAM, at(5), same=True)))


def test_a_meeting_that_twice_is_not_there_is_off_even_unclosed() -> None:
    unclosed = replace(RUN, closed_at=None)
    gone: Asked[Meeting | None] = answered(None, None, at(0), same=False)
    assert not stop.proven(situation(unclosed, meeting=gone))
    assert stop.proven(situation(unclosed, meeting=answered(gone, None, at(2), same=True)))
