"""What an operator must hear of one run, at one instant."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.conditions import Condition, suspended
from jobs.model import Attempt, Broadcast, Doors, Kind, Outcome, Room, Run, Window
from jobs.policy import Policy
from jobs.run.alarms import PREPARED_WITHIN, conditions
from jobs.run.lifecycle import State
from jobs.run.observations import (
    NO_SESSION,
    NO_STREAM,
    NOTHING_SEEN,
    Asked,
    Seen,
    Session,
    answered,
    unanswered,
)
from jobs.run.situation import Situation
from tests.support.clock import NOON
from worker.gateway.sameness import same_company

HOUR = timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, NOON + HOUR))
IN = Seen(session=answered(None, Session("s", "m"), NOON + timedelta(seconds=10), same=False))
OPEN = Room(key="show", account="default", marker="", doors=Doors.OPEN)


def told(
    state: State,
    entered_at: datetime,
    now: datetime,
    seen: Seen = NOTHING_SEEN,
    broadcast: Broadcast = SHOW,
    room: Room = OPEN,
) -> set[str]:
    run = Run(id="show", state=state, room=room, entered_at=entered_at)
    return {each.name for each in conditions(Situation(broadcast, run, seen, now, Policy()))}


def test_a_broadcast_without_a_meeting_is_told_when_its_window_opens() -> None:
    second = timedelta(seconds=1)
    assert told(State.PLANNED, NOON - HOUR, NOON - second) == set()
    assert told(State.PLANNED, NOON - HOUR, NOON) == {"not_ready"}


def test_what_is_taken_up_in_its_window_gets_a_moment_to_be_prepared() -> None:
    since = NOON + timedelta(minutes=5)
    assert told(State.PLANNED, since, since + PREPARED_WITHIN / 2) == set()
    assert told(State.PLANNED, since, since + PREPARED_WITHIN) == {"not_ready"}


SHUT = replace(OPEN, meeting_id="m", doors=Doors.SHUT, held_by="show")
NOT_FREE = replace(SHUT, held_by="the-one-before")
OPEN_FOR_ANOTHER = replace(NOT_FREE, doors=Doors.OPEN)


@pytest.mark.parametrize(
    ("state", "room"),
    [(State.STARTING, SHUT), (State.READY, NOT_FREE), (State.READY, OPEN_FOR_ANOTHER)],
)
def test_doors_that_are_not_open_after_a_while_are_told_and_no_host_is_called(
    state: State, room: Room
) -> None:
    due = NOON + SHOW.live_within
    assert told(state, NOON, due - timedelta(seconds=1), room=room) == set()
    assert told(state, NOON, due, room=room) == {"not_open"}
    assert told(state, NOON, SHOW.window.ends_at, room=room) == set()


def test_nobody_is_called_once_it_is_over() -> None:
    """A worker that is back after the end finds it as it left it: about to start."""
    due = NOON + SHOW.live_within
    assert told(State.STARTING, NOON, due) == {"nobody_here"}
    assert told(State.STARTING, NOON, SHOW.window.ends_at) == set()


def test_what_is_called_off_needs_no_meeting() -> None:
    off = replace(SHOW, cancelled=True)
    assert told(State.PLANNED, NOON - HOUR, NOON + HOUR / 2, broadcast=off) == set()


@pytest.mark.parametrize("back", [timedelta(0), 2 * HOUR])
def test_a_clock_set_back_behind_the_start_makes_nobody_forget_that_the_window_is_open(
    back: timedelta,
) -> None:
    begun, now = NOON - back, NOON - back + SHOW.live_within
    assert told(State.STARTING, begun, now) == {"nobody_here"}
    since = replace(IN, session=answered(None, Session("s", "m"), begun, same=False))
    late = Policy().live_after_session
    assert told(State.STARTING, begun, begun + late - timedelta(seconds=1), since) == set()
    assert told(State.STARTING, begun, begun + late, since) == {"no_picture"}


def test_what_is_not_proven_off_is_told_until_it_is_though_its_last_stop_was_answered() -> None:
    over = SHOW.window.ends_at
    stops = (Attempt(kind=Kind.STOP, began_at=over, answered_at=over, outcome=Outcome.DONE),)
    run = Run(
        id="show",
        state=State.STOPPING,
        room=Room(key="show", account="default", marker="", meeting_id="m", held_by="show"),
        entered_at=over,
        off_wanted_at=over,
        closed_at=over,
        attempts=stops,
    )

    def told_after(seconds: float, *reads: float) -> set[str]:
        stream = None
        for each in reads:
            stream = answered(stream, NO_STREAM, over + timedelta(seconds=each), same=True)
        now = over + timedelta(seconds=seconds)
        seen = Seen(stream=stream)
        return {each.name for each in conditions(Situation(SHOW, run, seen, now, Policy()))}

    assert told_after(14) == set()
    assert "not_off" in told_after(16)
    assert "not_off" in told_after(16, 3)
    assert told_after(16, 3, 6) == set()


@pytest.mark.parametrize("state", [State.STARTING, State.LIVE, State.INTERRUPTED])
def test_what_should_be_off_is_told_though_no_stop_could_leave(state: State) -> None:
    over = SHOW.window.ends_at
    room = Room(key="show", account="default", marker="", meeting_id="m", held_by="show")
    run = Run(id="show", state=state, room=room, entered_at=SHOW.window.starts_at)

    def told_after(seconds: float, wanted: Broadcast = SHOW, of: Run = run) -> bool:
        s = Situation(wanted, of, NOTHING_SEEN, over + timedelta(seconds=seconds), Policy())
        return "not_off" in {each.name for each in conditions(s)}

    assert [told_after(seconds) for seconds in (-60, 14, 16, 600)] == [False, False, True, True]
    asked = replace(run, stop_asked_at=over - timedelta(minutes=10))
    assert [told_after(seconds, of=asked) for seconds in (-590, -580)] == [False, True]
    assert not told_after(-60, replace(SHOW, cancelled=True)), "the first stop says since when"


NOBODY, SOMEBODY, NOT_SAID = Session("s", "m", 0), Session("s", "m", 1), Session("s", "m")


def company(*read: tuple[float, Session]) -> Seen:
    """Return what lists told of who was in, each so many minutes after the start."""
    asked: Asked[Session] | None = None
    for minutes, session in read:
        at = NOON + timedelta(minutes=minutes)
        before = asked.fact.value if asked and asked.fact else None
        same = before is not None and same_company(before, session)
        asked = answered(asked, session, at, same=same, own=False)
    return Seen(present=asked)


@pytest.mark.parametrize(
    ("read", "is_told"),
    [
        ([(5, NOBODY), (8, NOBODY)], True),
        ([(5, NO_SESSION), (6, NOBODY), (9, NO_SESSION)], True),
        ([(5, NOBODY), (7.9, NOBODY)], False),
        ([(5, NOBODY)], False),
        ([(5, NOBODY), (6, SOMEBODY), (7, NOBODY), (9, NOBODY)], False),
        ([(5, NOBODY), (9, SOMEBODY)], False),
        ([(5, NOT_SAID), (9, NOT_SAID)], False),
        ([(-9, NOBODY), (2, NOBODY)], False),
    ],
)
def test_live_with_nobody_in_is_told_once_reads_some_minutes_apart_say_so(
    read: list[tuple[float, Session]], *, is_told: bool
) -> None:
    seen, now = company(*read), NOON + timedelta(minutes=20)
    assert ("on_air_and_empty" in told(State.LIVE, NOON, now, seen)) is is_told
    assert "on_air_and_empty" not in told(State.INTERRUPTED, NOON, now, seen)


SECOND = timedelta(seconds=1)
MET = replace(SHUT, doors=Doors.OPEN)


def found(name: str, run: Run, seen: Seen, now: datetime) -> Condition:
    told = [each for each in conditions(Situation(SHOW, run, seen, now, Policy())) if each.name == name]
    assert len(told) == 1
    return told[0]


def failed(kind: Kind, state: State, name: str, detail: str) -> Condition:
    tries = tuple(
        Attempt(kind=kind, began_at=NOON, answered_at=NOON, outcome=Outcome.REFUSED, detail=detail)
        for _ in range(3)
    )
    run = Run(id="show", state=state, room=MET, entered_at=NOON, attempts=tries)
    return found(name, run, NOTHING_SEEN, NOON + SECOND)


def asked_in_vain(name: str, state: State, trouble: str) -> Condition:
    now = NOON + HOUR / 2
    run = Run(id="show", state=state, room=MET, entered_at=NOON)
    seen = Seen(stream=unanswered(None, now, trouble), meeting=unanswered(None, now, trouble))
    return found(name, run, seen, now)


def told_of(name: str, trouble: str) -> Condition:
    """Return the condition of this name as this trouble brings it about."""
    match name:
        case "not_prepared":
            return failed(Kind.CREATE, State.PLANNED, name, trouble)
        case "refused":
            return failed(Kind.EDIT, State.READY, name, trouble)
        case "blind":
            return asked_in_vain(name, State.LIVE, trouble)
        case "preflight":
            return asked_in_vain(name, State.READY, trouble)
        case _:
            return suspended(f"FaultyError: {trouble}")


@pytest.mark.parametrize("name", ["not_prepared", "refused", "blind", "preflight", "suspended"])
def test_a_second_fault_under_one_condition_is_news_and_what_differs_each_time_is_none(name: str) -> None:
    first = told_of(name, "502 bad gateway (request 8c1f02aa-FRA)")
    assert not told_of(name, "502 bad gateway (request 77d0-AMS)").says_other_than(first)
    assert told_of(name, "503 bad gateway (request 8c1f02aa-FRA)").says_other_than(first)
    late = told_of(name, "no whole answer within 8 s")
    assert late.says_other_than(first)
    assert not told_of(name, "no whole answer within 8.5 s").says_other_than(late)
    before = replace(first, cause="")
    assert not told_of(name, "502 bad gateway (request 77d0-AMS)").says_other_than(before)


def test_two_kinds_of_call_that_fail_with_the_same_words_are_two_faults() -> None:
    edit = failed(Kind.EDIT, State.READY, "refused", "422 refused")
    assert failed(Kind.ADD_HOST, State.READY, "refused", "422 refused").says_other_than(edit)


def test_a_meeting_that_is_gone_is_another_fault_than_nobody_who_answers() -> None:
    run = Run(id="show", state=State.READY, room=MET, entered_at=NOON)
    gone = found("preflight", run, Seen(meeting=answered(None, None, NOON, same=False)), NOON)
    assert gone.says_other_than(told_of("preflight", "502 bad gateway"))
