"""From a row as it stands to the broadcast in force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Attempt, Broadcast, Host, Kind, Outcome, Room, RoomUse, Run, Unreadable, Window
from jobs.run.intake import differences, intake, objection, standing
from jobs.run.lifecycle import State
from tests.support.clock import NOON

HOUR = timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON + HOUR, NOON + 2 * HOUR))
ROOM = Room(key="show", account="default", marker="")
ACCOUNTS = ("default", "events")


def run(state: State, **room: object) -> Run:
    return Run(id="show", state=state, room=replace(ROOM, **room), entered_at=NOON)  # type: ignore[arg-type]


def moved(by: timedelta, end_by: timedelta | None = None) -> Broadcast:
    window = SHOW.window
    return replace(
        SHOW, window=Window(window.starts_at + by, window.ends_at + (by if end_by is None else end_by))
    )


@pytest.mark.parametrize("state", [State.PLANNED, State.READY])
def test_before_air_everything_may_move(state: State) -> None:
    wanted = replace(moved(HOUR), title="Another")
    assert intake(wanted, SHOW, run(state), ACCOUNTS, NOON).broadcast == wanted


@pytest.mark.parametrize("state", [State.STARTING, State.LIVE, State.INTERRUPTED])
def test_on_air_the_start_is_frozen_and_the_end_is_not(state: State) -> None:
    taken = intake(moved(HOUR), SHOW, run(state), ACCOUNTS, NOON)
    assert taken.broadcast
    assert taken.broadcast.window == Window(SHOW.window.starts_at, SHOW.window.ends_at + HOUR)
    assert taken.refusal == ""


def test_an_end_before_the_frozen_start_is_refused() -> None:
    taken = intake(moved(-3 * HOUR), SHOW, run(State.LIVE), ACCOUNTS, NOON)
    assert taken.broadcast == SHOW
    assert "can no longer be changed" in taken.refusal


def test_while_stopping_nothing_of_the_window_changes() -> None:
    taken = intake(moved(timedelta(0), HOUR), SHOW, run(State.STOPPING), ACCOUNTS, NOON)
    assert taken.broadcast == SHOW
    assert "taken off the air" in taken.refusal


def test_what_is_over_comes_back_only_at_a_start_still_to_come() -> None:
    late = NOON + 3 * HOUR
    assert "over" in intake(moved(timedelta(0), HOUR), SHOW, run(State.ENDED), ACCOUNTS, late).refusal
    again = intake(moved(5 * HOUR), SHOW, run(State.ENDED), ACCOUNTS, late)
    assert again.broadcast == moved(5 * HOUR)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Unreadable("show", "a time without a UTC offset"), "without a UTC offset"),
        (replace(SHOW, account="nobody"), "'nobody' is not set up"),
        (replace(SHOW, title="x" * 120), "fit beside the marker"),
    ],
)
def test_a_bad_edit_is_refused_and_the_accepted_one_stays(
    wanted: Broadcast | Unreadable, reason: str
) -> None:
    taken = intake(wanted, SHOW, run(State.READY, meeting_id="m"), ACCOUNTS, NOON)
    assert taken.broadcast == SHOW
    assert reason in taken.refusal
    assert objection(wanted, ACCOUNTS) == taken.refusal


def test_the_account_is_free_until_a_meeting_was_asked_for() -> None:
    elsewhere = replace(SHOW, account="events")
    assert intake(elsewhere, SHOW, run(State.PLANNED), ACCOUNTS, NOON).broadcast == elsewhere
    fixed = intake(elsewhere, SHOW, run(State.READY, meeting_id="m"), ACCOUNTS, NOON)
    assert fixed.broadcast == SHOW
    unknown = Attempt(kind=Kind.CREATE, began_at=NOON, outcome=Outcome.UNKNOWN)
    waiting = replace(run(State.PLANNED), attempts=(unknown,))
    assert "account" in intake(elsewhere, SHOW, waiting, ACCOUNTS, NOON).refusal


def test_the_room_is_fixed_once_taken_up() -> None:
    shared = replace(SHOW, room=RoomUse.SHARED, entry="series")
    taken = intake(shared, SHOW, run(State.PLANNED), ACCOUNTS, NOON)
    assert taken.broadcast == SHOW
    assert "room" in taken.refusal


def test_a_rejected_row_that_was_corrected_is_planned() -> None:
    taken = intake(SHOW, None, run(State.REJECTED), ACCOUNTS, NOON)
    move = standing(run(State.REJECTED), taken)
    assert move
    assert move.to is State.PLANNED


def test_a_planned_run_whose_account_is_gone_is_rejected() -> None:
    planned = run(State.PLANNED)
    taken = intake(SHOW, SHOW, planned, ("events",), NOON)
    move = standing(planned, taken)
    assert move
    assert move.to is State.REJECTED
    ready = run(State.READY, meeting_id="m")
    assert standing(ready, intake(SHOW, SHOW, ready, ("events",), NOON)) is None


def test_differences_are_named_with_what_was_and_what_is() -> None:
    assert differences(None, SHOW) == "picked up"
    assert differences(SHOW, replace(SHOW, title="Another")) == f"changed: title {SHOW.title!r} -> 'Another'"
    later = differences(SHOW, replace(SHOW, window=Window(SHOW.window.starts_at, NOON + 3 * HOUR)))
    assert later == "changed: ends_at 2026-12-01T14:00:00Z -> 2026-12-01T15:00:00Z"
    assert differences(SHOW, moved(HOUR)).count("->") == 2
    assert differences(SHOW, replace(SHOW, end_session=True)) == "changed: end_session 'False' -> 'True'"
    assert differences(SHOW, replace(SHOW, doors=HOUR)) == "changed: doors 0:15:00 -> 1:00:00"
    assert differences(SHOW, replace(SHOW, hosts=(Host("a", "A", "p"),))) == "changed: hosts"
