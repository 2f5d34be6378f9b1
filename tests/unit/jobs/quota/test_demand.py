"""What a broadcast is known to need: its calls, each when it falls due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.contact import Contact
from jobs.model import Broadcast, Doors, GoLive, Host, Room, Run, Window
from jobs.policy import Policy
from jobs.quota.demand import demand, of_life
from jobs.run.decision import Urgency
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN
from jobs.run.situation import Situation
from tests.support.clock import NOON

ENDS_AT = NOON + timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, ENDS_AT), prepare=timedelta(hours=2))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.SHUT, held_by="show")


def due(state: State, room: Room = ROOM, **changes: object) -> list[tuple[Urgency, datetime, int]]:
    run = Run(id="show", state=state, room=room, entered_at=NOON, off_wanted_at=ENDS_AT)
    wanted = replace(SHOW, **changes)  # type: ignore[arg-type]  # A test's own short form.
    situation = Situation(wanted, run, NOTHING_SEEN, NOON, Policy())
    return [(each.urgency, each.at, each.calls) for each in demand(situation)]


def test_what_waits_for_its_start_needs_its_opening_its_confirmation_and_its_end() -> None:
    assert due(State.READY) == [
        (Urgency.GO_LIVE, NOON, 1),
        (Urgency.WATCH_STARTING, NOON + timedelta(seconds=20), 1),
        (Urgency.STOP, ENDS_AT, 1),
        (Urgency.CLOSE_AND_PROVE, ENDS_AT, 2),
    ]


def test_a_backstage_is_opened_before_and_its_stream_started_with_the_doors() -> None:
    found = due(State.READY, go_live=GoLive.AT_START)
    assert found[:2] == [
        (Urgency.GO_LIVE, NOON - timedelta(minutes=15), 1),
        (Urgency.GO_LIVE, NOON, 2),
    ]
    opened = due(State.READY, replace(ROOM, doors=Doors.BACKSTAGE), go_live=GoLive.AT_START)
    assert opened[0] == (Urgency.GO_LIVE, NOON, 2)


def test_what_has_no_meeting_speaks_for_its_meeting_alone() -> None:
    host = Host("a", "A", "p")
    found = due(State.PLANNED, replace(ROOM, meeting_id=None, doors=None), hosts=(host,))
    assert [(urgency, calls) for urgency, _, calls in found] == [(Urgency.PREPARE, 3)]


def test_a_meeting_that_stands_open_has_to_be_shut() -> None:
    assert [urgency for urgency, *_ in due(State.PLANNED, replace(ROOM, doors=None))] == [Urgency.SHUT]


def test_what_is_being_taken_off_needs_its_closing_and_its_proof_now() -> None:
    assert due(State.STOPPING) == [(Urgency.CLOSE_AND_PROVE, ENDS_AT, 2)]


@pytest.mark.parametrize("state", [State.ENDED, State.MISSED, State.CANCELLED, State.REJECTED])
def test_what_is_over_needs_nothing(state: State) -> None:
    assert due(state) == []


def test_whose_session_ends_with_it_everybody_is_sent_out_too() -> None:
    assert (Urgency.KICK_ALL, ENDS_AT, 1) in due(State.LIVE, end_session=True)


def test_a_life_without_trouble_needs_eight_calls() -> None:
    """Create, shut, open, confirm, stop, close, prove; one of the two proofs may be a list."""
    assert sum(each.calls for each in of_life(SHOW, Policy())) == 7


def test_hosts_who_are_told_need_a_list_and_a_token_each_at_each_lead() -> None:
    leads = (timedelta(hours=24), timedelta(minutes=15))
    hosts = (
        Host("a", "A", "p", Contact("mail:a", leads)),
        Host("b", "B", "p", Contact("mail:b", leads[1:])),
        Host("c", "C", "p"),
    )
    found = [
        each for each in of_life(replace(SHOW, hosts=hosts), Policy()) if each.urgency is Urgency.PREPARE
    ]
    assert [(each.at, each.calls) for each in found[1:]] == [
        (NOON - SHOW.prepare, 2),
        (NOON - timedelta(minutes=15), 3),
    ]
