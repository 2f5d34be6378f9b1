"""The workers of a world: each is begun again when it ends, as a service manager does."""

import asyncio
from contextlib import suppress

from tests.campaign.world.parts import Parts
from worker.bootstrap.build import build
from worker.bootstrap.resources import Resources
from worker.kit.tasks import supervise
from worker.leases.contract import SharedLeases
from worker.leases.database import DatabaseLeases
from worker.provider.transport import Transport
from worker.rehearsal.duties import on_clock
from worker.rehearsal.lease import Lease
from worker.rehearsal.life import HostClock, Life
from worker.store.store import Store

RESTARTED_AFTER = 2.0
"""Seconds after which a worker that ended is started again."""


class Workers:
    """Those of one world: one after the other, or several at a time."""

    def __init__(self, world: Parts) -> None:
        self._world = world
        self._ended = False

    def end(self) -> None:
        """Tell all of them to end, and begin none any more."""
        self._ended = True
        for life in self._world.lives:
            self._world.left_over += [] if life.is_dead else sorted(life.tasks())
            life.stop.set()

    async def keep_one(self) -> None:
        """Begin one, and another whenever it ends."""
        world = self._world
        while not self._ended:
            life = Life(f"w{len(world.lives)}", world.clock)
            life.restart_after = RESTARTED_AFTER
            world.lives.append(life)
            self._note(life, "begins")
            await self._gone(life)
            self._note(life, "is gone")
            await world.clock.sleep(life.restart_after)

    def _note(self, life: Life, what: str) -> None:
        self._world.trace.note(self._world.loop.time(), f"worker {life.name} {what}")

    async def _gone(self, life: Life) -> None:
        """Let it live, and return when it does no longer."""
        living = self._world.loop.create_task(self._live(life), name=life.name)
        while not (living.done() or life.is_dead or life.lost_lease_at):
            await asyncio.wait({living}, timeout=0.5)
        life.dead_at = life.dead_at or (self._world.clock.now() if living.done() else None)

    async def _live(self, life: Life) -> None:
        world = self._world
        life.enter()
        store = world.database.store(life)
        with suppress(Exception):
            leases = await self._leases(life, store)
            resources = Resources(
                name=life.name,
                clock=HostClock(world.clock, life, world.host),
                store=store,
                leases=leases,
                transport=Transport(world.network.way(life)),
                housekeeping=on_clock,
            )
            app = await build(world.settings(), resources)
            await app.run(life.stop)

    async def _leases(self, life: Life, store: Store) -> SharedLeases:
        """Return the leases of one worker; those of several are kept beside everything else it does."""
        world = self._world
        if world.scenario.workers == 1:
            return Lease(life, await store.next_term("*", life.name))
        clock = HostClock(world.clock, life, world.host)
        keeper = DatabaseLeases(store, clock, life.name, {"default": "default"})
        keeper.alive()
        world.loop.create_task(supervise("leases", keeper.run, clock), name="leases")
        return keeper
