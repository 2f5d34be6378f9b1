"""The way between the worker and the providers: within the process, and cut at times."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

import aiohttp
import httpx

from worker.kit.clock import Clock
from worker.kit.virtual_clock import lapse
from worker.rehearsal.in_process import Body, ask
from worker.rehearsal.life import Life
from worker.simulator.simulator import Simulator

LATENCY = 0.05
"""Seconds from a call to its answer, both ways."""


@dataclass(slots=True)
class Network:
    """Carries calls to the providers, each by its host, or does not."""

    providers: Mapping[str, Simulator]
    clock: Clock
    outside: Context
    """The context of the stage: what a call does there is no part of any life."""
    down: int = 0
    """Faults that go on for which there is no connection at all."""
    sent: dict[str, list[datetime]] = field(default_factory=dict)
    """When calls left, by the host that they went to."""

    def way(self, life: Life) -> httpx.AsyncBaseTransport:
        """Return the way of one life."""
        return _Way(self, life)

    async def carry(self, life: Life, request: httpx.Request) -> httpx.Response:
        """Return the answer.

        Raises:
            ConnectError: there was no connection.
        """
        await life.gate()
        if self.down:
            raise _unconnected()
        host = request.url.host
        self.sent.setdefault(host, []).append(self.clock.now())
        await lapse(LATENCY / 2)
        asking = ask(self.providers[host].app, request)
        reply = await asyncio.get_running_loop().create_task(asking, context=self.outside.copy())
        await lapse(LATENCY / 2)
        await life.gate()
        reply.headers["date"] = format_datetime(self.clock.now(), usegmt=True)
        return httpx.Response(reply.status_code, headers=reply.headers, stream=Body(reply.content))


class _Way(httpx.AsyncBaseTransport):
    def __init__(self, network: Network, life: Life) -> None:
        self._network = network
        self._life = life

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await self._network.carry(self._life, request)


def _unconnected() -> httpx.ConnectError:
    error = httpx.ConnectError("no route to host")
    error.__cause__ = aiohttp.ConnectionTimeoutError()
    return error
