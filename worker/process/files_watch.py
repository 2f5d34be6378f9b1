"""Watches the files that a worker on SQLite rests on: without them nobody hears of what it does.

What is on air is stopped at its end all the same, from memory (law 3). Once nothing is, the worker leaves
with an error, and whoever keeps it running starts it on the files that are there then.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from jobs.conditions import Condition
from worker.kit.clock import Clock

LOOK_EVERY = 1.0
"""Seconds between two looks."""
LEAVES_AFTER = 5.0
"""Seconds for which something is lost before the worker leaves, so that the alert is out by then."""


class FilesLostError(Exception):
    """The worker left because files that it rests on were taken away."""


class Files(Protocol):
    """What is watched."""

    async def look(self) -> Condition | None:
        """Mend what can be mended; return what is lost."""
        ...


class FilesWatch:
    """Tells what is lost, and when it is time to leave."""

    def __init__(
        self,
        files: Files,
        tell: Callable[[Sequence[Condition]], None],
        on_air: Callable[[], Collection[object]],
        clock: Clock,
    ) -> None:
        self._files = files
        self._tell = tell
        self._on_air = on_air
        self._clock = clock
        self._lost: Condition | None = None
        self._since = 0.0
        self._leaves = asyncio.Event()

    def why(self) -> str:
        """Return what is lost; empty if nothing is."""
        return self._lost.text if self._lost else ""

    async def lost(self) -> str:
        """Wait until it is time to leave; return why."""
        await self._leaves.wait()
        return f"{self.why()}. {self._lost.cure if self._lost else ''}"

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Look once; what is on air keeps the worker until it is proven off."""
        before, self._lost = self._lost, await self._files.look()
        self._tell([self._lost] if self._lost else [])
        now = self._clock.monotonic()
        if self._lost is None or before is None:
            self._since = now
        elif now - self._since >= LEAVES_AFTER and not self._on_air():
            self._leaves.set()
