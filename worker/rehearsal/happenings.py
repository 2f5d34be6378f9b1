"""What happens around the worker: hosts come and leave, and faults befall it."""

from collections.abc import Coroutine, Iterator
from contextlib import suppress
from typing import Any

from jobs.model import Broadcast
from worker.rehearsal.cast import Visit
from worker.rehearsal.faults import Fault, Mishap
from worker.rehearsal.lives import Lives
from worker.rehearsal.scene import Scene
from worker.simulator.physics import Refused

KNOCKS_EVERY = 5.0
"""Seconds between two tries of a host to come in."""


def happenings(scene: Scene, lives: Lives) -> Iterator[Coroutine[Any, Any, None]]:
    """Yield everything that happens; each waits for its own time."""
    for broadcast in scene.script.broadcasts:
        yield from (_visit(scene, broadcast, visit) for visit in scene.script.cast[broadcast.id])
    yield from (_befall(scene, lives, fault) for fault in scene.script.faults)


async def _visit(scene: Scene, broadcast: Broadcast, visit: Visit) -> None:
    """Come to the door, try it until it opens, and leave at last."""
    await scene.wait_until(visit.comes_at)
    name = broadcast.hosts[0].name if broadcast.hosts else "host"
    while not await _comes_in(scene, broadcast, name):
        if scene.clock.now() >= visit.leaves_at:
            return
        await scene.clock.sleep(KNOCKS_EVERY)
    await scene.wait_until(visit.leaves_at)
    if meeting := await scene.meeting_of(broadcast):
        scene.providers.of(broadcast.account).leave(meeting, name)


async def _comes_in(scene: Scene, broadcast: Broadcast, name: str) -> bool:
    with suppress(LookupError, Refused):
        if meeting := await scene.meeting_of(broadcast):
            scene.providers.of(broadcast.account).join(meeting, name)
            return True
    return False


async def _befall(scene: Scene, lives: Lives, fault: Fault) -> None:
    """Let it happen at its time, and be over at its time."""
    await scene.wait_until(fault.at)
    match fault.kind:
        case Mishap.DROP:
            await _drop(scene, fault)
        case Mishap.KILL:
            lives.kill(fault.lasts.total_seconds())
        case Mishap.CLOCK:
            scene.host.ahead = fault.ahead
            await scene.wait_until(fault.until)
            scene.host.ahead = 0.0
        case Mishap.DOWN:
            scene.network.down += 1
            await scene.wait_until(fault.until)
            scene.network.down -= 1
        case _:
            scene.providers.begin(fault.kind, fault.lasts.total_seconds())
            await scene.wait_until(fault.until)
            scene.providers.end(fault.kind)


async def _drop(scene: Scene, fault: Fault) -> None:
    """Let a stream go off by itself, if there is one."""
    (broadcast,) = [each for each in scene.script.broadcasts if each.id == fault.broadcast_id]
    with suppress(LookupError):
        if meeting := await scene.meeting_of(broadcast):
            scene.providers.of(broadcast.account).drop(meeting)
