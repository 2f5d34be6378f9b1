"""A season of one schedule file: applied by an operator, run by workers that sleep in between."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.settings import Settings
from tests.campaign.chance import Faults
from tests.campaign.scenario import Scenario
from tests.campaign.world import World, lived
from tests.campaign.world.happenings.people import TRIES_DOOR_EVERY
from worker.kit.virtual_clock import VirtualLoop
from worker.operations import schedules
from worker.operations.operator import Operator
from worker.rehearsal.life import Life
from worker.simulator.physics import Refused

WEEK = 7 * 86_400.0
Between = tuple[float, float]
"""From one instant until another, in seconds since the beginning."""


@dataclass(frozen=True)
class Plan:
    """What happens in a season. Times are seconds since its beginning."""

    schedule: str
    lasts: float
    knobs: Mapping[str, Any] = field(default_factory=dict)
    hosts: tuple[Between, ...] = ()
    """From when to when a host tries to be in every meeting there is, over and over."""
    asleep: tuple[Between, ...] = ()
    """When no worker runs: a week of nothing costs nothing then."""
    deeds: tuple["Deed", ...] = ()
    """What somebody does beside."""


class Season(World):
    """A world of one applied schedule."""

    plan: Plan

    def settings(self) -> Settings:
        settings = super().settings()
        own = settings.accounts["default"]
        accounts = {"default": own, "events": own}
        return settings.model_copy(update={"horizon": timedelta(days=60), "accounts": accounts})

    def states(self) -> dict[str, str]:
        """Return what became of each run."""
        rows = self.database.rows("SELECT id, state FROM runs ORDER BY id")
        return {row["id"]: row["state"] for row in rows}

    def alerts(self) -> set[str]:
        """Return the keys of all that was told."""
        return {row["key"] for row in self.database.rows("SELECT key FROM alerts")}

    def meeting(self) -> str:
        """Return the one meeting that there ever was, which is that of the one room with any."""
        (meeting,) = {change.meeting_id for change in self.simulator.history}
        assert self._meetings() == [meeting]
        return meeting

    def _begin(self) -> None:
        self.file.path.write_text(self.plan.schedule)
        self.simulator.turn(**self.plan.knobs)
        self.begin(self.apply())
        for number, stay in enumerate(self.plan.hosts):
            self.begin(self._stay(f"host {number}", *stay))
        for since, until in self.plan.asleep:
            self.after(since, self._sleep, until)
        for at, deed in self.plan.deeds:
            self.after(at, deed, self)

    async def apply(self) -> None:
        """Put the file in force, as `cuelight apply` does."""
        now, settings = self.clock.now(), self.settings()
        reading = schedules.read(self.file.path, settings, now)
        assert reading.schedule, reading.problems
        store = self.database.store(Life("operator", self.clock))
        entries = reading.schedule.entries
        present = await schedules.present(store, entries, self.file.path, settings, now)
        draft = schedules.draw(present, reading.text, settings, now)
        assert not await schedules.apply(Operator("ann", store, self.clock), draft)

    def _sleep(self, until: float) -> None:
        life = self.lives[-1]
        life.restart_after = until - self.loop.time()
        life.stop.set()

    async def _stay(self, name: str, comes: float, leaves: float) -> None:
        """Try each door again and again: whoever was put out comes back."""
        await self.clock.sleep(comes - self.loop.time())
        while self.loop.time() < leaves:
            for meeting in self._meetings():
                with suppress(Refused):
                    if not self._is_in(meeting, name):
                        self.simulator.join(meeting, name)
            await self.clock.sleep(TRIES_DOOR_EVERY)
        for meeting in self._meetings():
            self.simulator.leave(meeting, name)

    def _meetings(self) -> list[str]:
        return [row[0] for row in self.database.rows("SELECT meeting_id FROM rooms") if row[0]]

    def _is_in(self, meeting: str, name: str) -> bool:
        session = self.simulator.find(meeting)[1].session
        return session is not None and any(each.name == name for each in session.present)


Deed = tuple[float, Callable[[Season], object]]
"""When somebody does something, and what."""


def passed(plan: Plan) -> Season:
    """Return a season as it is when it has passed."""
    found: list[Season] = []

    def made(scenario: Scenario, faults: Faults, loop: VirtualLoop, folder: Path) -> Season:
        season = Season(scenario, faults, loop, folder)
        season.plan = plan
        found.append(season)
        return season

    lived(Scenario(seed=1, shows=(), events=(), rates={}, quiet_after=plan.lasts), made=made)
    return found[0]
