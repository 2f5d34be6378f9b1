"""The heartbeat: an address elsewhere is pinged after completed passes, so that silence is an alarm there."""

import asyncio

import httpx
import structlog

from worker.kit.clock import Clock

AT_MOST_EVERY = 60.0
"""Seconds between two pings."""
DEADLINE = 5.0

log = structlog.get_logger(__name__)


class Heartbeat:
    """Pings while passes complete, and not otherwise. Nothing waits for it."""

    def __init__(self, url: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._beaten = asyncio.Event()
        self._failing = False

    def beat(self) -> None:
        """Learn that a pass has completed."""
        self._beaten.set()

    async def run(self) -> None:
        """Ping, at most once a minute."""
        while True:
            await self._beaten.wait()
            self._beaten.clear()
            await self._ping()
            await self._clock.sleep(AT_MOST_EVERY)

    async def _ping(self) -> None:
        trouble = await self._trouble()
        if bool(trouble) is not self._failing:
            self._failing = bool(trouble)
            log.warning("heartbeat_fails" if trouble else "heartbeat_works_again", reason=trouble)

    async def _trouble(self) -> str:
        """Ask once; return what went wrong, without the address."""
        try:
            async with asyncio.timeout(DEADLINE), self._client.stream("GET", self._url) as answer:
                return "" if answer.is_success else f"answered {answer.status_code}"
        except TimeoutError:
            return f"no answer within {DEADLINE:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return type(error).__name__
