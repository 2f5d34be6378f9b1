"""One process in virtual time: it can freeze, and it can die at any instant. What is outside goes on."""

import asyncio
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from worker.kit.clock import Clock
from worker.kit.virtual_clock import lapse

_LIFE: "ContextVar[Life | None]" = ContextVar("life", default=None)


class Life:
    """The tasks of one process. Once it is dead, nothing that it does reaches anything."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.began_at = clock.now()
        self.dead_at: datetime | None = None
        self.lost_lease_at: datetime | None = None
        self.stop = asyncio.Event()
        """Set: it is told to end."""
        self.frozen: list[tuple[float, float]] = []
        """When it was frozen, from and to."""
        self.restart_after = 0.0
        """Seconds after which another begins in its place."""
        self._clock = clock
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._thawed: asyncio.Event | None = None

    @property
    def is_dead(self) -> bool:
        """Whether nothing comes of it any more."""
        return self.dead_at is not None

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still, and may go on."""
        return self._thawed is not None

    def enter(self) -> None:
        """Make everything begun from here on, in this context, a part of this life."""
        _LIFE.set(self)
        if (task := asyncio.current_task()) is not None:
            self.adopt(task)

    def die(self) -> None:
        """As kill -9 does it: no farewell, nothing written, nothing sent."""
        self.dead_at = self.dead_at or self._clock.now()
        self.thaw()
        for task in list(self._tasks):
            task.cancel()

    def freeze(self) -> None:
        """As SIGSTOP does it."""
        self._thawed = self._thawed or asyncio.Event()

    def thaw(self) -> None:
        """As SIGCONT does it."""
        if self._thawed:
            self._thawed.set()
        self._thawed = None

    async def gate(self) -> None:
        """Stand before everything that reaches the outside, and behind everything that comes from it."""
        while self._thawed is not None and not self.is_dead:
            await self._thawed.wait()
        if self.is_dead:
            raise asyncio.CancelledError

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Make the task a part of this life, until it is done."""
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def tasks(self) -> list[str]:
        """Return the names of what still runs."""
        return [task.get_name() for task in self._tasks]


def acting() -> Life | None:
    """Return the life that this happens in; None: it happens outside of all."""
    return _LIFE.get()


def remember_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Have each task belong to the life in whose context it is begun."""

    def begin(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **options)
        life = options["context"].get(_LIFE) if options.get("context") else _LIFE.get()
        if life is not None:
            life.adopt(task)
            if life.is_dead:
                task.cancel()
        return task

    loop.set_task_factory(begin)


class HostClock:
    """The clock of the worker's host as one life sees it: it may step, and it freezes with its life."""

    def __init__(self, true: Clock, life: Life, host: "Host") -> None:
        self._true = true
        self._life = life
        self._host = host

    def now(self) -> datetime:
        """Return what the host's wall clock shows."""
        return self._true.now() + timedelta(seconds=self._host.ahead)

    def monotonic(self) -> float:
        """Return seconds that only grow, whatever the wall clock does."""
        return 1000.0 + self._true.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others run for this long, and longer if the process stands still then."""
        await lapse(max(0.0, seconds))
        await self._life.gate()


class Host:
    """The machine that workers run on, one after the other."""

    def __init__(self) -> None:
        self.ahead = 0.0
        """Seconds by which its wall clock is ahead of the truth."""
