"""Runs that use one room: each waits for its turn, and who stayed is put on air."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Doors, GoLive, Host, RoomUse
from jobs.run.decision import Edit, Start
from jobs.run.lifecycle import State
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import START, edited, seconds, states, webinar


def test_another_run_in_the_room_keeps_this_one_waiting() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=5))
    life.run = replace(life.run, room=replace(life.run.room, held_by="the one before"))
    before = len(life.calls)
    life.go_until(START + seconds(60))
    assert life.run.state is State.READY
    assert len(life.calls) == before
    life.run = replace(life.run, room=replace(life.run.room, held_by=None))
    life.go_until(START + seconds(120), ((START + seconds(70), "join"),))
    assert states(life)[-1] is State.LIVE


def sharing(life: Timeline, turn_of: str | None) -> Timeline:
    life.run = replace(life.run, room=replace(life.run.room, turn_of=turn_of))
    return life


def test_a_backstage_waits_until_every_earlier_use_of_the_room_is_over() -> None:
    life = sharing(Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2)), "the one before")
    life.go_until(START - timedelta(minutes=5))
    assert life.run.room.held_by is None
    sharing(life, "webinar").go_until(START - timedelta(minutes=4))
    assert life.run.room.doors is Doors.BACKSTAGE


def test_a_backstage_gives_way_to_a_use_of_the_room_that_came_later_and_starts_before() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=5))
    assert life.run.holds_room
    sharing(life, "an earlier one").go_until(START - timedelta(minutes=4))
    assert (life.run.room.held_by, life.run.room.doors) == (None, Doors.SHUT)
    assert not life.provider.active


def starts_after_joining_early(free_since: datetime | None) -> list[float]:
    """Return when starts were sent, in seconds, to a session that began before the doors opened."""
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - seconds(30))
    life.provider.session, life.provider.people = True, 1
    life.run = replace(life.run, room=replace(life.run.room, free_since=free_since))
    life.go_until(START + seconds(60))
    assert states(life)[-1] is State.LIVE
    return [(at - START).total_seconds() for at in life.provider.starts]


def test_who_stayed_from_the_broadcast_before_is_put_on_air_at_once() -> None:
    (start,) = starts_after_joining_early(START - seconds(60))
    assert start < 2
    (start,) = starts_after_joining_early(START - timedelta(days=7))
    assert start >= 20
    (start,) = starts_after_joining_early(None)
    assert start >= 20


def test_nobody_is_put_on_air_in_a_room_that_everybody_has_left() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - seconds(30))
    life.run = replace(life.run, room=replace(life.run.room, free_since=START - seconds(60)))
    life.go_until(START + seconds(60))
    assert not [call for _, call, _ in life.calls if isinstance(call, Start)]


def test_one_that_never_held_its_room_sends_nothing_when_it_leaves() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=5))
    before = len(life.calls)
    edited(life, cancelled=True).go_until(START + timedelta(minutes=40))
    assert states(life)[-1] is State.CANCELLED
    assert len(life.calls) == before


@pytest.mark.parametrize(("turn_of", "added"), [("webinar", {"ada"}), ("the one before", set())])
def test_the_first_to_start_adds_its_hosts_before_it_holds_the_room(turn_of: str, added: set[str]) -> None:
    """Else nobody could be sent a link before the first opening of a season."""
    hosts = (Host("ada", "Ada", "presenter"),)
    wanted = webinar(hosts=hosts, room=RoomUse.SHARED, entry="season", title="Another")
    life = sharing(Timeline(wanted, START - timedelta(hours=2)), turn_of)
    life.go_until(START - timedelta(minutes=5))
    assert life.run.state is State.READY
    assert set(life.run.room.hosts) == added
    assert not [call for _, call, _ in life.calls if isinstance(call, Edit)]
