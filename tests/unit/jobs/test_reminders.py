"""What hosts are due: each thing once, the most pressing alone, and nothing before there is a way in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.contact import Contact
from jobs.model import Room
from jobs.reminders import CANCELLED, CHANGED, ENTERABLE, Delivery, Reminder, due, written
from jobs.run.lifecycle import State
from tests.unit.jobs.reminding import (
    ANNA,
    HOUR,
    MINUTE,
    SHOW,
    START,
    came,
    moved,
    recorded,
    run,
    said,
)

ALONE = replace(SHOW, hosts=(ANNA,))
SENT = Delivery.SENT


def told_at(before: timedelta, told: list[Reminder] | None = None) -> list[Reminder]:
    """Return what Anna was sent, in due time, so long before the start."""
    (found,) = due(ALONE, run(), told or [], START - before)
    return [*(told or []), came(found, SENT)]


def test_a_host_is_reminded_when_each_lead_has_come_and_not_twice() -> None:
    assert said(SHOW, run(), [], START - 24 * HOUR - MINUTE) == []
    assert said(SHOW, run(), [], START - 24 * HOUR) == [("anna", "24h")]
    told = told_at(24 * HOUR)
    assert said(ALONE, run(), told, START - 16 * MINUTE) == []
    assert said(ALONE, run(), told, START - 15 * MINUTE) == [("anna", "15m")]
    assert said(ALONE, run(), told_at(15 * MINUTE, told), START) == []


def test_of_what_is_late_the_most_pressing_alone_is_sent() -> None:
    assert said(SHOW, run(), [], START - 5 * MINUTE) == [("anna", "15m"), ("ben", "3h")]


@pytest.mark.parametrize("state", State)
def test_no_link_is_due_but_where_there_is_a_way_in(state: State) -> None:
    assert bool(said(ALONE, run(state), [], START - MINUTE)) is (state in ENTERABLE)


def test_no_link_is_due_to_a_host_who_is_not_in_the_meeting_yet() -> None:
    ready = run()
    nobody = replace(ready, room=replace(ready.room, hosts={}))
    assert said(ALONE, nobody, [], START) == []
    another = replace(ready, room=replace(ready.room, hosts={"anna": replace(ANNA, preset="guest")}))
    assert said(ALONE, another, [], START) == []
    without: Room = replace(ready.room, meeting_id=None)
    assert said(ALONE, replace(ready, room=without), [], START) == []


def test_a_late_host_is_sent_the_link_until_the_end_and_not_after() -> None:
    assert said(ALONE, run(State.LIVE), [], START + HOUR - MINUTE) == [("anna", "15m")]
    assert said(ALONE, run(State.LIVE), [], START + HOUR) == []


@pytest.mark.parametrize("outcome", [Delivery.SENDING, Delivery.SENT, Delivery.UNKNOWN])
def test_what_may_have_arrived_is_not_sent_again(outcome: Delivery) -> None:
    (found,) = due(ALONE, run(), [], START - HOUR)
    assert said(ALONE, run(), [came(found, outcome)], START - 16 * MINUTE) == []


def test_what_certainly_did_not_arrive_is_tried_again_ever_more_rarely() -> None:
    (found,) = due(ALONE, run(), [], START - 20 * HOUR)
    pauses, at = [], found.reminder.at
    told = [came(found, Delivery.FAILED)]
    for _ in range(8):
        later = next(s for s in range(0, 3600, 10) if said(ALONE, run(), told, at + timedelta(seconds=s)))
        at += timedelta(seconds=later)
        pauses.append(later)
        (again,) = due(ALONE, run(), told, at)
        told = [came(again, Delivery.FAILED)]
    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    assert told[0].tries == 9


def test_a_clock_that_was_ahead_keeps_nothing_waiting() -> None:
    (found,) = due(ALONE, run(), [], START - HOUR)
    ahead = came(found, Delivery.FAILED, START + 24 * HOUR)
    assert said(ALONE, run(), [ahead], START - HOUR) == [("anna", "24h")]


def test_a_host_who_knows_of_it_is_told_at_once_that_it_moved_and_reminded_anew() -> None:
    told, later = told_at(24 * HOUR), moved(48 * HOUR, ALONE)
    (found,) = due(later, run(), told, START - 20 * HOUR)
    assert (found.reminder.what, found.known) == (CHANGED, told[0])
    told.append(came(found, SENT))
    assert said(later, run(), told, START) == []
    assert said(later, run(), told, START + 24 * HOUR) == [("anna", "24h")]
    (found,) = due(later, run(), told, START + 24 * HOUR)
    assert found.known is None, "that it moved is no news any more"


def test_a_host_is_told_that_it_begins_earlier_and_that_it_is_moved_back() -> None:
    told = told_at(24 * HOUR)
    (found,) = due(moved(-2 * HOUR, ALONE), run(), told, START - 23 * HOUR)
    assert (found.reminder.what, found.known) == ("24h", told[0])
    told.append(came(found, SENT, START - 23 * HOUR))
    (found,) = due(ALONE, run(), told, START - 22 * HOUR)
    assert (found.reminder.what, found.known) == ("24h", told[1])


def test_who_knows_nothing_of_it_is_not_told_that_it_moved() -> None:
    assert said(moved(48 * HOUR, ALONE), run(), [], START - HOUR) == []
    (found,) = due(ALONE, run(), [], START - 20 * HOUR)
    assert said(moved(48 * HOUR, ALONE), run(), [came(found, Delivery.FAILED)], START - HOUR) == []


def test_who_knows_of_it_is_told_once_that_it_is_cancelled() -> None:
    off = replace(SHOW, cancelled=True)
    told = told_at(24 * HOUR)
    for state in (State.READY, State.STOPPING, State.CANCELLED):
        assert said(off, run(state), told, START - 20 * HOUR) == [("anna", CANCELLED)], "Ben knows nothing"
    (found,) = due(off, run(), told, START - 20 * HOUR)
    assert said(off, run(), [*told, came(found, SENT)], START - MINUTE) == []
    failed = came(found, Delivery.FAILED)
    assert said(off, run(), [*told, failed], START - 19 * HOUR) == [("anna", CANCELLED)]


def test_nobody_is_told_that_it_is_cancelled_once_it_was_on_air() -> None:
    off = replace(ALONE, cancelled=True)
    assert said(off, run(State.STOPPING, live_at=START), told_at(24 * HOUR), START + MINUTE) == []


def test_what_was_cancelled_and_takes_place_after_all_is_told_too() -> None:
    told = told_at(24 * HOUR)
    (off,) = due(replace(ALONE, cancelled=True), run(), told, START - 20 * HOUR)
    told.append(came(off, SENT))
    (found,) = due(ALONE, run(), told, START - 19 * HOUR)
    assert (found.reminder.what, found.known) == ("24h", told[1])
    assert found.reminder.round == 1


def test_a_cancellation_that_nobody_heard_of_and_was_taken_back_leaves_all_as_it_was() -> None:
    told = told_at(24 * HOUR)
    (off,) = due(replace(ALONE, cancelled=True), run(), told, START - 20 * HOUR)
    told = recorded(told, came(off, Delivery.FAILED))
    assert said(ALONE, run(), told, START - HOUR) == []


def test_a_host_without_an_address_is_told_nothing() -> None:
    assert [id_ for id_, _ in said(SHOW, run(), [], START)] == ["anna", "ben"]


def test_the_provider_hears_nothing_of_how_a_host_is_told() -> None:
    assert ANNA.participant.contact is None
    assert replace(ANNA, contact=Contact("chat:anna")).participant == ANNA.participant


@pytest.mark.parametrize(
    ("lead", "text"), [(24 * HOUR, "24h"), (90 * MINUTE, "1h30m"), (MINUTE, "1m"), (72 * HOUR, "72h")]
)
def test_a_lead_has_one_form(lead: timedelta, text: str) -> None:
    assert written(lead) == text
