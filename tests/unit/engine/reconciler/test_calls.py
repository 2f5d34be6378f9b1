"""Which calls leave, in which order, and what holds them back."""

from dataclasses import replace

import pytest

from jobs.marker import marker
from jobs.model import Doors, Kind
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from tests.support.clock import settle
from tests.support.engine import HOUR, TAG, World
from worker.provider.errors import CredentialsError, UnansweredError


async def test_a_create_bears_the_marker_of_its_room(world: World) -> None:
    await world.add()
    await world.go()
    assert world.client.asked[0] == f"create Show{marker(TAG, 'default', 'show')} {{}}"
    assert (await world.run()).room.doors is Doors.SHUT


@pytest.mark.parametrize("option", ["status", "live_stream_on_start", "title"])
async def test_options_cannot_open_the_doors(world: World, option: str) -> None:
    await world.add(meeting={option: "ACTIVE"})
    assert (await world.run()).state is State.REJECTED
    await world.go()
    assert world.client.asked == []


async def test_no_read_delays_a_stop_or_an_opening(world: World) -> None:
    await world.add()
    await world.go()
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked[0].startswith("patch new")
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5)
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked[0] == "stop new"


async def test_nothing_leaves_without_the_lease_but_what_the_failsafe_stops(world: World) -> None:
    await world.on_air()
    world.leases.release()
    asked = len(world.client.asked)
    assert await world.go(3595) is None
    assert len(world.client.asked) == asked
    world.failsafe.look()
    world.clock.move(1)
    world.failsafe.look()
    await settle()
    assert world.client.asked.count("stop new") == 1


async def test_what_is_wanted_changed_meanwhile_so_the_call_does_not_leave(world: World) -> None:
    await world.add()
    run = await world.run()
    admit = world.recorder.admission(run)
    assert admit() == ""
    world.recorder.hear_of("show", 2)
    assert "changed meanwhile" in admit()
    world.leases.release()
    assert "lease" in admit()


async def test_a_stop_that_is_asked_for_holds_other_calls_back_before_it_is_written_down(
    world: World,
) -> None:
    await world.add()
    admit = world.recorder.admission(await world.run())
    world.recorder.ask_to_stop("show", world.clock.now())
    assert "a stop was requested" in admit()


async def test_credentials_that_are_refused_leave_the_state_and_are_tried_again(world: World) -> None:
    await world.add()
    world.client.trouble = CredentialsError("Unauthorized", status=401)
    for _ in range(4):
        await world.go(40)
    assert (await world.run()).state is State.PLANNED
    assert "show/not_prepared" in world.alerts.open()
    world.client.trouble = None
    await world.go(40)
    assert (await world.run()).state is State.READY
    assert world.alerts.open() == []


async def test_an_account_that_names_another_tenant_proves_nothing_about_its_meetings(world: World) -> None:
    await world.on_air()
    here = world.reconciler.gateways["default"]
    elsewhere = replace(world.reconciler, gateways={"default": replace(here, tenant="another")})
    asked = len(world.client.asked)
    world.clock.move(3600)
    assert await elsewhere.reconcile("show")
    assert len(world.client.asked) == asked
    assert (await world.run()).state is State.LIVE
    assert "show/suspended" in world.alerts.open()


async def test_a_call_under_way_while_the_clock_is_set_back_began_no_later_than_it_was_answered(
    world: World,
) -> None:
    """Had it begun in an hour, it would not be repeated before then."""
    await world.add()
    world.client.trouble = UnansweredError("nothing")

    def set_back() -> None:
        world.client.on_ask = lambda: None
        world.clock.step(-HOUR.total_seconds())

    world.client.on_ask = set_back
    await world.reconciler.reconcile("show")
    created = (await world.run()).last(Kind.CREATE)
    assert created
    assert created.began_at == created.answered_at == world.clock.now()
