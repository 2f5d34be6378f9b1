"""What the failsafe sends and tells from memory beside the passes: once, by whoever comes first."""

from dataclasses import fields
from datetime import datetime

from jobs.model import Attempt, Kind, Outcome
from tests.support.engine import World
from worker.engine.reconciler import Reconciler
from worker.gateway.permit import NoTurnError

CLOSED = "patch new {'live_stream_on_start': False, 'status': 'INACTIVE'}"


async def test_a_stop_sent_from_memory_while_a_pass_looked_is_not_followed_by_a_second(world: World) -> None:
    """The first was not answered, and one more is due: it is sent once, by whoever comes first."""
    await world.on_air()
    world.client.on_ask = world.client.answer_no_stop
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked == ["stop new", CLOSED, "stream new"]
    world.client.asked.clear()

    def stop_from_memory() -> None:
        world.client.on_ask = lambda: None
        sent = Attempt(kind=Kind.STOP, began_at=world.clock.now(), outcome=Outcome.DONE)
        world.failsafe.record_later("show", sent)

    world.client.on_ask = stop_from_memory
    await world.go(3)
    assert world.client.asked == ["stream new"]
    stops = [each.outcome for each in (await world.run()).attempts if each.kind is Kind.STOP]
    assert stops == [Outcome.UNKNOWN, Outcome.DONE]


async def told_from_memory(world: World, passes: int) -> list[str]:
    """Return what the failsafe tells while so many passes are made after the end, and the stop is ignored."""
    told: list[str] = []
    world.failsafe.tell = lambda _id, conditions: told.extend(each.name for each in conditions)
    world.clock.move(3600)
    for _ in range(passes):
        await world.reconciler.reconcile("show")
        world.clock.move(2)
        world.failsafe.look()
    await world.failsafe.close()
    return told


async def test_what_passes_look_at_is_not_told_from_memory_too(world: World) -> None:
    await world.on_air()
    assert await told_from_memory(world, 20) == []


async def test_what_no_pass_can_write_down_is_told_from_memory(world: World) -> None:
    await world.on_air()
    world.records.held = True
    assert await told_from_memory(world, 20) == ["not_off"]


async def test_a_pass_that_waits_for_the_quota_attends_to_its_run(world: World) -> None:
    class Waiting(Reconciler):
        async def _pass(self, run_id: str) -> datetime | None:
            raise NoTurnError(run_id)

    await world.on_air()
    parts = {
        each.name: getattr(world.reconciler, each.name) for each in fields(world.reconciler) if each.init
    }
    world.reconciler = Waiting(**parts)
    assert await told_from_memory(world, 20) == []
