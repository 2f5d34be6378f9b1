"""The course of a world: it begins, everything happens, and it comes to its quiet end."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.campaign.chance import Faults
from tests.campaign.scenario import Event, Scenario, Show
from tests.campaign.virtual import iso
from tests.campaign.world.happenings import happen
from tests.campaign.world.parts import Parts
from tests.campaign.world.schedule_file import TITLED
from tests.campaign.world.workers import Workers
from worker.kit.virtual_clock import VirtualLoop, lapse
from worker.rehearsal.life import remember_tasks


class World(Parts):
    """Everything there is, from its beginning to its end."""

    def __init__(self, scenario: Scenario, faults: Faults, loop: VirtualLoop, folder: Path) -> None:
        super().__init__(scenario, faults, loop, folder)
        self._workers = Workers(self)

    async def run(self) -> None:
        """Let everything happen, to the quiet end."""
        remember_tasks(self.loop)
        self._begin()
        keeping = [self.loop.create_task(self._workers.keep_one()) for _ in range(self.scenario.workers)]
        for event in self.scenario.events:
            if event.name not in self.faults.kept_back:
                await self._befall(event)
        await self.clock.sleep(self.scenario.lasts - self.loop.time())
        await self._finish(keeping)

    async def _befall(self, event: Event) -> None:
        await self.clock.sleep(event.at - self.loop.time())
        self.trace.note(self.loop.time(), f"! {event.name}")
        happen(self, event)

    def _begin(self) -> None:
        if self.scenario.old:
            self.database.grow_old(self.scenario.old)
        for show in self.scenario.shows:
            if show.id not in self.faults.kept_back:
                self._add(show)

    def _add(self, show: Show) -> None:
        self.wanted[show.id] = [(0.0, "end", float(show.ends))]
        self.after(show.known_at, self._make_known, show)

    def _make_known(self, show: Show) -> None:
        if self.scenario.by_file:
            self.file.add(show)
            return
        self.database.write(
            "INSERT INTO broadcasts"
            " (id, title, starts_at, ends_at, go_live, end_session, room, entry, source, live_within,"
            " overrun)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '30s', ?)",
            show.row,
            f"{TITLED}{show.id}",
            iso(show.starts),
            iso(show.ends),
            "at_start" if show.at_start else "on_join",
            show.end_session,
            "shared" if show.entry else "own",
            show.entry,
            "schedule" if show.entry else "sql",
            f"{show.overrun}s",
        )

    async def _finish(self, keeping: "Sequence[asyncio.Task[None]]") -> None:
        self._workers.end()
        await self.clock.sleep(5)
        for each in self.lives:
            each.die()
        for task in self._ongoing:
            task.cancel()
        for keeper in keeping:
            keeper.cancel()
        await asyncio.gather(*keeping, *self._ongoing, return_exceptions=True)
        await lapse(0)
        self.simulator.advance()
