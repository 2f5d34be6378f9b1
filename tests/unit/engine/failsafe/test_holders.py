"""Who holds a meeting, as far as memory knows."""

from dataclasses import replace
from datetime import timedelta

from jobs.model import Window
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.support.leases import HeldLeases
from tests.unit.engine.failsafe.world import ENDS_AT, LIVE, ROOM, SHOW, World
from worker.bootstrap.engine import _holder_of
from worker.engine.recorder import Recorder
from worker.store.opening import inline


async def test_it_names_who_holds_a_meeting_until_its_end_has_come(world: World) -> None:
    world.failsafe.note(LIVE, SHOW)
    assert world.failsafe.holder_of("m") == LIVE
    assert world.failsafe.holder_of("another") is None
    world.clock.move(3601)
    assert world.failsafe.holder_of("m") is None
    later = replace(SHOW, window=Window(NOON, ENDS_AT + timedelta(hours=1)))
    world.failsafe.note(LIVE, later)
    assert world.failsafe.holder_of("m") == LIVE
    world.failsafe.note(replace(LIVE, stop_asked_at=world.clock.now()), later)
    assert world.failsafe.holder_of("m") is None


async def test_a_holder_that_an_operator_wants_off_keeps_no_sweep_from_its_meeting(world: World) -> None:
    recorder = Recorder(inline(), HeldLeases(), world.clock, "w")
    world.failsafe.note(LIVE, SHOW)
    assert _holder_of(world.failsafe, recorder, "m") == LIVE
    recorder.ask_to_stop("show", world.clock.now())
    assert _holder_of(world.failsafe, recorder, "m") is None


async def test_who_holds_a_shared_room_next_is_known_by_a_new_name_after_the_first_is_forgotten(
    world: World,
) -> None:
    shared = replace(ROOM, key="entry/weekly")
    first, second = (
        replace(LIVE, id=each, room=replace(shared, held_by=each)) for each in ("first", "second")
    )
    world.failsafe.note(first, replace(SHOW, id="first"))
    world.failsafe.note(second, replace(SHOW, id="second"))
    world.failsafe.note(replace(first, state=State.ENDED), replace(SHOW, id="first"))
    renamed = replace(LIVE, id="third", room=replace(ROOM, key="entry/monthly", held_by="third"))
    world.failsafe.note(renamed, replace(SHOW, id="third"))
    assert [each.id for each in world.failsafe.on_air()] == ["third"]
