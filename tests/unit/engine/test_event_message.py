"""What of the journal is posted to other systems, and in which form."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from worker.engine.event_message import message_of
from worker.store.records import Event
from worker.web.api.replies import EventPage

LIVE = Event(
    seq=7,
    broadcast_id="show",
    at=NOON,
    kind="move",
    who="host/1",
    before="starting",
    after="live",
    why="LIVE",
)


@pytest.mark.parametrize("state", State)
def test_every_state_that_a_broadcast_comes_to_is_an_event_of_its_own_type(state: State) -> None:
    message = message_of(replace(LIVE, after=state), "unit")
    assert message is not None
    assert json.loads(message.body)["type"] == f"broadcast.{state}"


def test_an_order_is_one_too() -> None:
    message = message_of(replace(LIVE, kind="order", before="", after="", why="cancelled it"), "unit")
    assert message is not None
    assert json.loads(message.body)["type"] == "broadcast.order"


@pytest.mark.parametrize("kind", ["attempt", "wait", "seen", "sweep", "edit", "alert"])
def test_what_is_the_workers_own_affair_is_posted_nowhere(kind: str) -> None:
    assert message_of(replace(LIVE, kind=kind), "unit") is None


def test_a_run_that_is_begun_anew_comes_to_no_state() -> None:
    assert message_of(replace(LIVE, after=""), "unit") is None


def test_it_says_what_the_interface_says_of_the_event() -> None:
    message = message_of(replace(LIVE, at=NOON + timedelta(microseconds=5), why="caf\u00e9"), "unit")
    assert message is not None
    told = json.loads(message.body)
    at = NOON + timedelta(microseconds=5)
    page = EventPage((replace(LIVE, at=at, why="caf\u00e9"),), 7)
    (said,) = json.loads(TypeAdapter(EventPage).dump_json(page))["items"]
    assert told == {"type": "broadcast.live", "timestamp": said["at"], "data": said}
    assert message.body.isascii()


def test_its_id_is_that_of_the_event_whatever_it_is_called_meanwhile() -> None:
    first = message_of(LIVE, "unit")
    assert first is not None
    renamed = message_of(replace(LIVE, broadcast_id="gala"), "unit")
    assert renamed is not None
    assert renamed.id == first.id
    others = [
        message_of(replace(LIVE, seq=8), "unit"),
        message_of(LIVE, "camp"),
        message_of(replace(LIVE, at=NOON + timedelta(seconds=1)), "unit"),
    ]
    assert len({first.id, *(each.id for each in others if each)}) == 4
    assert "." not in first.id
