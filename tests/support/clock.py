"""A clock that a test moves by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class HandClock:
    """Stands still until it is told to move; a sleeper wakes when the time it waits for is reached."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._monotonic + seconds, woken))
        await woken

    def step(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an operator or a time server does."""
        self._now += timedelta(seconds=seconds)

    def move(self, by: timedelta | float) -> None:
        step = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self._now += step
        self._monotonic += step.total_seconds()
        due = [woken for at, woken in self._sleepers if at <= self._monotonic]
        self._sleepers = [(at, woken) for at, woken in self._sleepers if at > self._monotonic]
        for woken in due:
            if not woken.done():
                woken.set_result(None)


async def settle() -> None:
    """Let others run; no time passes."""
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
