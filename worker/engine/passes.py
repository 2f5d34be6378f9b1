"""Wakes passes: when the agenda says so, side by side, but only one at a time for each room."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from worker.engine.agenda import Agenda
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery

AT_ONCE = 32
"""So many passes begin before others have their turn."""
LOOK_EVERY = timedelta(seconds=1)
"""The agenda is looked at this often even when nothing is due: a wall clock may step."""


class Passes:
    """Runs passes as they fall due."""

    def __init__(self, reconcile: Callable[[str], Awaitable[datetime | None]], clock: Clock) -> None:
        self._reconcile = reconcile
        self._clock = clock
        self._followers: list[Callable[[], None]] = []
        self._agenda = Agenda()
        self._work = Nursery()
        self._room_of: dict[str, str] = {}
        self._busy: dict[str, set[str]] = {}
        """Rooms with a pass under way, each with the runs that wait for it."""
        self._began: dict[str, float] = {}
        """When the pass of each busy room began."""

    def follow(self, finished: Callable[[], None]) -> None:
        """Have this told from now on, each time that a pass has gone its whole way."""
        self._followers.append(finished)

    @property
    def known(self) -> int:
        """How many runs are on the agenda or in a pass."""
        return len(self._room_of)

    def knows(self, run_id: str) -> bool:
        """Whether the run is on the agenda or in a pass."""
        return run_id in self._room_of

    def oldest(self) -> float:
        """Return for how many seconds the oldest pass is under way; 0 when there is none."""
        return self._clock.monotonic() - min(self._began.values()) if self._began else 0.0

    def wake(self, run_id: str, room: str | None = None, at: datetime | None = None) -> None:
        """Make a pass of this run at that time, or now.

        `room`: its room's marker, which a rename leaves, so that one under its old name and one under its new
        one are not under way together; None: as known, or a room of its own.
        """
        if room is not None or run_id not in self._room_of:
            self._room_of[run_id] = room or run_id
        self._agenda.no_later(run_id, at or self._clock.now())

    def wake_all(self) -> None:
        """Make a pass of every run now."""
        for run_id in self._room_of:
            self._agenda.set(run_id, self._clock.now())

    async def run(self) -> None:
        """Start what is due, again and again."""
        while True:
            while self.start_due():
                await self._clock.sleep(0)
            await self._next()

    def start_due(self) -> bool:
        """Start a pass for some of the runs whose time has come, and tell whether others wait for theirs.

        A thousand at once would all begin before the first of their calls could leave. One whose room is busy
        waits for it.
        """
        due = self._agenda.due(self._clock.now(), AT_ONCE)
        for run_id in due:
            room = self._room_of[run_id]
            if room in self._busy:
                self._busy[room].add(run_id)
            else:
                self._busy[room] = set()
                self._began[room] = self._clock.monotonic()
                self._work.start(self._pass(run_id, room), f"pass {run_id}")
        return len(due) == AT_ONCE

    async def close(self) -> None:
        """End the passes under way."""
        await self._work.cancel()

    async def _pass(self, run_id: str, room: str) -> None:
        try:
            next_at = await self._reconcile(run_id)
            for finished in self._followers:
                finished()
        finally:
            waiting = self._busy.pop(room)
            del self._began[room]
        if next_at is not None:
            self._agenda.no_later(run_id, next_at)
        elif run_id not in waiting and run_id not in self._agenda:
            self._room_of.pop(run_id)
        for each in waiting:
            self._agenda.no_later(each, self._clock.now())

    async def _next(self) -> None:
        """Wait for the next wake-up, for a new one, or for the regular look."""
        now = self._clock.now()
        until = min(self._agenda.next_at() or now + LOOK_EVERY, now + LOOK_EVERY)
        sleep = asyncio.ensure_future(self._clock.sleep((until - now).total_seconds()))
        poked = asyncio.ensure_future(self._agenda.poked())
        try:
            await asyncio.wait({sleep, poked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            poked.cancel()
