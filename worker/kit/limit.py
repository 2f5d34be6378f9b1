"""A limit for what is under way, which tells work that hangs from a process that was paused.

A host that sleeps and a virtual machine that is moved hold up everything at once. Whatever was under way then
goes on from what it knew before, and that may be long out of date: it is ended as well, but it does not hang.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LOOK_EVERY = 5.0
"""Seconds between two looks."""
PAUSED = 5.0
"""Seconds by which a look at the clock may be late before the process or its host counts as paused."""


class ProcessPausedError(Exception):
    """The process, or its host, was paused while this was under way."""


@asynccontextmanager
async def limited(seconds: float) -> AsyncIterator[None]:
    """End what is within after so many seconds, or as soon as the process goes on after a pause.

    Raises:
        ProcessPausedError: it was paused for 10 s, or for 5 s at an unlucky instant.
        TimeoutError: the time is over.
    """
    try:
        async with asyncio.timeout(None) as limit:
            watch = _Watch(limit, asyncio.get_running_loop(), seconds)
            try:
                yield
            finally:
                watch.end()
    except TimeoutError:
        if watch.was_paused:
            raise ProcessPausedError from None
        raise


class _Watch:
    """Looks now and then whether the time is over, and whether it comes late."""

    def __init__(self, limit: asyncio.Timeout, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._limit = limit
        self._loop = loop
        self._until = loop.time() + seconds
        self.was_paused = False
        self._wait()

    def end(self) -> None:
        self._next.cancel()

    def _wait(self) -> None:
        self._due = min(self._loop.time() + LOOK_EVERY, self._until)
        self._next = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        self.was_paused = now - self._due > PAUSED
        if self.was_paused or now >= self._until:
            self._limit.reschedule(now)
        else:
            self._wait()
