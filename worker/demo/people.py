"""The people in front of the camera, and the operator: each cue is given at its time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.schedule import durations
from worker.demo.provider import Provider
from worker.demo.script import PARTS, Cue, Deed, Part
from worker.demo.stage import Stage
from worker.kit.clock import Clock

KNOCKS_EVERY = 0.3
"""Seconds between two tries to come in."""
PATIENCE = 10.0
"""Seconds after which somebody who is not let in goes away."""


@dataclass(frozen=True, slots=True)
class People:
    """Plays the cues of every part."""

    stage: Stage
    provider: Provider
    clock: Clock
    zero: datetime
    tell: Callable[[str, str], None]
    """Told what somebody did: of which part, and in words."""

    async def play(self) -> None:
        """Give every cue at its time; return when the last is given.

        Raises:
            ExceptionGroup: of StageError, an operator's command failed.
        """
        async with asyncio.TaskGroup() as group:
            for part in PARTS:
                for cue in part.cues:
                    group.create_task(self._give(part, cue))

    async def _give(self, part: Part, cue: Cue) -> None:
        at = self.zero + timedelta(seconds=cue.at)
        await self.clock.sleep((at - self.clock.now()).total_seconds())
        match cue.deed:
            case Deed.JOIN:
                await self._join(part, cue.who)
            case Deed.DROP:
                await self.provider.drop(part.title)
                self.tell(part.key, "the stream drops")
            case Deed.EXTEND:
                by = durations.format(cue.by)
                self.tell(part.key, f"the operator types: cuelight extend {part.key} {by}")
                await self.stage.command("extend", part.broadcast_id(self.zero), by)

    async def _join(self, part: Part, who: str) -> None:
        until = self.clock.monotonic() + PATIENCE
        while self.clock.monotonic() < until:
            if await self.provider.join(part.title, who):
                self.tell(part.key, f"{who} joins")
                return
            await self.clock.sleep(KNOCKS_EVERY)
        self.tell(part.key, f"{who} was not let in, and leaves")
