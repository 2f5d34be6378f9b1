"""No task dies unobserved: what fails is told and begun again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from worker.kit.clock import Clock

AGAIN_AFTER = 1.0
"""Seconds before a duty that failed is begun again."""

log = structlog.get_logger(__name__)


async def supervise(name: str, duty: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Run a duty that should never return, again whenever it fails."""
    while True:
        try:
            await duty()
            log.error("duty_returned", duty=name)
        except Exception:
            log.critical("duty_failed", duty=name, again_after_s=AGAIN_AFTER, exc_info=True)
        await clock.sleep(AGAIN_AFTER)


class Nursery:
    """Keeps the short-lived tasks: each is remembered until done, and its failure is logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin this work beside everything else."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def cancel(self) -> None:
        """End whatever still runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("task_failed", task=task.get_name(), exc_info=error)
