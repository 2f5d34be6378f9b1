"""The worker of a rehearsal: it is begun again when it died, as a service manager does."""

import asyncio
from collections.abc import Sequence

from config.settings import Settings
from worker.alerting.channel import Channel
from worker.alerting.host_services import HostServices
from worker.bootstrap.build import build
from worker.bootstrap.resources import Resources
from worker.gateway.queue import CallQueue
from worker.process.app import App
from worker.provider.transport import Transport
from worker.rehearsal.duties import on_clock
from worker.rehearsal.lease import Lease
from worker.rehearsal.life import Life
from worker.rehearsal.post import post
from worker.rehearsal.scene import Scene
from worker.rehearsal.tempo import STEADY, WATCHED, Pace, PacedClock, Tempo


class Lives:
    """Its processes, one after the other."""

    def __init__(self, scene: Scene, tempo: Tempo) -> None:
        self._scene = scene
        self._tempo = tempo
        self._lives: list[Life] = []
        self._died = asyncio.Event()
        self._again_after = 0.0
        self._app: App | None = None
        """What runs now; None: it is being begun."""

    def kill(self, again_after: float) -> None:
        """Let it die as kill -9 does it, and begin again so many seconds later."""
        self._again_after = again_after
        self._lives[-1].die()
        self._died.set()

    def leave(self) -> None:
        """Tell it to end."""
        self._lives[-1].stop.set()

    async def keep(self) -> None:
        """Begin one, and another whenever it died; return when one has ended by itself.

        Raises:
            Exception: it failed as no worker should; what it raised is the worker's own.
        """
        while True:
            life = Life(f"worker-{len(self._lives) + 1}", self._scene.clock)
            self._lives.append(life)
            if await self._lived(life):
                return
            await self._scene.clock.sleep(self._again_after)

    async def _lived(self, life: Life) -> bool:
        """Let it live; return whether it came to its own end."""
        self._died.clear()
        living = self._scene.loop.create_task(self._live(life), name=life.name)
        died = self._scene.loop.create_task(self._died.wait())
        try:
            await asyncio.wait({living, died}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            died.cancel()
        if life.is_dead:
            return False
        await living
        return True

    async def _live(self, life: Life) -> None:
        life.enter()
        self._app = None
        scene, store = self._scene, self._scene.database.store(life)
        resources = Resources(
            name=life.name,
            clock=self._clock(life),
            store=store,
            leases=Lease(life, await store.next_term("*", life.name)),
            transport=Transport(scene.network.way(life)),
            housekeeping=on_clock,
            channels=self._channels,
            host_services=self._post,
        )
        self._app = await build(scene.settings, resources)
        self._app.clock_watch.clock = self._clock(life, WATCHED)
        await self._app.run(life.stop)

    def _clock(self, life: Life, at_most: float = STEADY) -> PacedClock:
        pace = Pace(self._tempo, self._is_busy, at_most)
        return PacedClock(self._scene.clock, life, self._scene.host, pace)

    def _is_busy(self) -> bool:
        """Whether something is on air, or a call under way or waiting: nothing that a host sleeps through."""
        queues = self._app.queues.values() if self._app else ()
        return self._app is None or any(self._app.failsafe.on_air()) or any(map(_has_calls, queues))

    def _post(self, _settings: Settings) -> HostServices:
        real = self._scene.script.settings
        return post(real.notify, real.accounts)

    def _channels(self, _settings: Settings, _installation: str) -> Sequence[Channel]:
        return [self._scene.alarms]


def _has_calls(queue: CallQueue) -> bool:
    return queue.under_way > 0 or queue.waiting > 0
