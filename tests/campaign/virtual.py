"""Time that passes as fast as it can be computed: a loop that leaps to the next timer, and its clock."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2026, 12, 1, 12, tzinfo=UTC)


def iso(seconds: float) -> str:
    """Return the true instant so many seconds after the beginning, as it is written."""
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}"


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
        return self._leap.now

    def run_in_executor(  # type: ignore[override]  # Its result is typed more closely there.
        self,
        executor: Any,  # noqa: ARG002  The signature is the loop's.
        func: Callable[..., Any],
        *args: Any,
    ) -> Any:
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  It is the awaiter's.
            done.set_exception(error)
        return done


async def lapse(seconds: float) -> None:
    """Let others run for so long; in virtual time it takes none."""
    await asyncio.sleep(max(0.0, seconds))  # noqa: TID251  The campaign's one place for it.


class TrueClock:
    """The world's own time: it never steps."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=round(self._loop.time() * 1e6))

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await lapse(seconds)
