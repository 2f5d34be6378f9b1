"""Time that passes as fast as it can be computed: a loop that leaps to the next timer, and its clock."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from worker.kit.clock import SystemClock

_REAL = SystemClock()


class StandstillError(Exception):
    """Everybody waits, and nothing will ever happen."""


class _Leap(selectors.SelectSelector):
    """Waits by moving the loop's time on; nothing comes from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise StandstillError
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs timers in order of their time. What others give to a thread is done on the spot."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        """Return the seconds since its beginning."""
        return self._leap.now

    def run_in_executor(  # type: ignore[override]  # Its result is typed more closely there.
        self,
        executor: Any,  # noqa: ARG002  The signature is the loop's.
        func: Callable[..., Any],
        *args: Any,
    ) -> Any:
        """Do it now, and return what it came to as a future that is done."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  It is the awaiter's.
            done.set_exception(error)
        return done


async def lapse(seconds: float) -> None:
    """Let others run for so long on the running loop; on a virtual one it takes no time."""
    await _REAL.sleep(seconds)


class VirtualClock:
    """The true time of a virtual loop, which began at this instant: it never steps."""

    def __init__(self, loop: asyncio.AbstractEventLoop, began_at: datetime) -> None:
        self._loop = loop
        self._began_at = began_at

    def now(self) -> datetime:
        """Return the instant that is reached, aware and in UTC."""
        return self._began_at + timedelta(microseconds=round(self._loop.time() * 1e6))

    def monotonic(self) -> float:
        """Return the seconds since the beginning."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Let others run for this long."""
        await lapse(seconds)
