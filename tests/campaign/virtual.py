"""When the worlds begin, and their own time."""

import asyncio
from datetime import UTC, datetime, timedelta

from worker.kit.virtual_clock import VirtualClock

EPOCH = datetime(2026, 12, 1, 12, tzinfo=UTC)


def iso(seconds: float) -> str:
    """Return the true instant so many seconds after the beginning, as it is written."""
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}"


class TrueClock(VirtualClock):
    """The world's own time: it never steps."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop, EPOCH)
