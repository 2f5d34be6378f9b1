"""The way between the worker and the provider: calls get lost, late, cut and garbled on it."""

import asyncio
import re
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

import aiohttp
import httpx
from starlette.types import ASGIApp

from tests.campaign.chance import Faults
from tests.campaign.virtual import EPOCH
from worker.kit.virtual_clock import lapse
from worker.rehearsal.in_process import Body, ask
from worker.rehearsal.life import Life

_IDS = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DEADLINE_PASSED = (9.0, 25.0)
"""Seconds: later than any worker waits."""

GARBLED: dict[str, tuple[int | None, dict[str, str], bytes | None]] = {
    "html": (None, {"content-type": "text/html"}, b"<html>Bad gateway</html>"),
    "empty": (None, {}, b""),
    "truncated": (None, {}, None),
    "wrong_typed": (None, {}, b'{"success":true,"data":{"id":7,"status":{"LIVE":1},"title":[]}}'),
    "encoded": (None, {"content-encoding": "gzip"}, b"\x1f\x8b nothing"),
    "oversized": (None, {}, b'{"success":true,"data":"' + b"x" * (1024 * 1024) + b'"}'),
    "gateway_404": (
        404,
        {},
        b'{"success":false,"errors":[{"code":7003,"message":"No route"}],"messages":[],"result":null}',
    ),
    "error_5xx": (503, {"content-type": "text/html"}, b"<html>Service unavailable</html>"),
}
"""Status, headers and body that come instead; None: the true one, or a part of it."""

NETWORK_RATES: dict[str, float] = {
    "unsent": 0.01,
    "lost": 0.01,
    "late_effect": 0.01,
    "too_many": 0.003,
    "too_many_unsaid": 0.001,
    "error_without_effect": 0.01,
    "reply_lost": 0.02,
    "slow": 0.01,
    "cut": 0.01,
    "html": 0.005,
    "empty": 0.005,
    "truncated": 0.005,
    "wrong_typed": 0.005,
    "encoded": 0.005,
    "oversized": 0.002,
    "gateway_404": 0.005,
    "error_5xx": 0.01,
    "unheard": 0.005,
}
"""How probable each fault is, at each call."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that left a worker."""

    at: float
    life: str
    method: str
    path: str
    query: str
    body: bytes = field(repr=False)
    arrived: bool
    """False: there was no connection, and it was told so."""

    def is_about(self, meeting: str, method: str, end: str = "") -> bool:
        """Whether it is this call about that meeting."""
        return self.method == method and self.path.endswith(f"/meetings/{meeting}{end}")


@dataclass
class Network:
    """Carries calls to the simulator, or does not."""

    app: ASGIApp
    faults: Faults
    outside: Context
    """The context of the world: what a call does there is no part of any life."""
    latency: float = 0.05
    down: bool = False
    """No connection at all."""
    refuses: httpx.Response | None = None
    """Every call is answered so, and has no effect."""
    sent: list[Sent] = field(default_factory=list)
    answered: set[Sent] = field(default_factory=set)
    """Those of them whose answer came back whole."""
    reworded: set[Sent] = field(default_factory=set)
    """Those of them whose answer came back with words that nobody has heard of for what is on the air."""

    def way(self, life: Life) -> httpx.AsyncBaseTransport:
        """Return the way of one life."""
        return _Way(self, life)

    async def carry(self, life: Life, request: httpx.Request) -> httpx.Response:
        loop, place = asyncio.get_running_loop(), _place(request)
        await life.gate()
        self._perhaps_die(life, f"before send {place}")
        await life.gate()
        leaves = not self.down and not self.faults.befall("unsent", place)
        sent = self._note(loop.time(), life, request, leaves)
        if not leaves:
            raise _unconnected()
        await lapse(self.latency / 2)
        if self.faults.befall("lost", place):
            await _forever()
        reply = await asyncio.shield(self._effect(loop, place, request))
        reply.headers["date"] = format_datetime(EPOCH + timedelta(seconds=int(loop.time())), usegmt=True)
        self._perhaps_die(life, f"after effect {place}")
        await life.gate()
        await self._return(place)
        self._perhaps_die(life, f"after reply {place}")
        await life.gate()
        return self._garbled(place, sent, reply)

    def _note(self, at: float, life: Life, request: httpx.Request, leaves: bool) -> Sent:  # noqa: FBT001
        url = request.url
        query = url.query.decode()
        self.sent.append(Sent(at, life.name, request.method, url.path, query, request.content, leaves))
        return self.sent[-1]

    def _effect(
        self, loop: asyncio.AbstractEventLoop, place: str, request: httpx.Request
    ) -> "asyncio.Task[httpx.Response]":
        late = self.faults.befall("late_effect", place)
        delay = self.faults.size("late_effect", *DEADLINE_PASSED) if late else 0.0
        return loop.create_task(self._arrive(delay, place, request), context=self.outside.copy())

    async def _arrive(self, delay: float, place: str, request: httpx.Request) -> httpx.Response:
        await lapse(delay)
        if self.refuses is not None:
            return self.refuses
        if self.faults.befall("too_many", place):
            return httpx.Response(429, headers={"retry-after": "3"})
        if self.faults.befall("too_many_unsaid", place):
            return httpx.Response(429)
        if self.faults.befall("error_without_effect", place):
            return httpx.Response(502, content=b"<html>Bad gateway</html>")
        return await ask(self.app, request)

    async def _return(self, place: str) -> None:
        if self.faults.befall("reply_lost", place):
            await _forever()
        if self.faults.befall("slow", place):
            await lapse(self.faults.size("slow", *DEADLINE_PASSED))
        if self.faults.befall("cut", place):
            raise _cut()
        await lapse(self.latency / 2)

    def _garbled(self, place: str, sent: Sent, reply: httpx.Response) -> httpx.Response:
        for kind, (status, headers, body) in GARBLED.items():
            if self.faults.befall(kind, place):
                content = reply.content[: len(reply.content) // 2] if body is None else body
                return httpx.Response(status or reply.status_code, headers=headers, content=Body(content))
        if sent.method == "GET" and self.faults.befall("unheard", place):
            self.reworded.add(sent)
            content = reply.content.replace(b'"LIVE"', b'"PAUSED"').replace(b'"OFFLINE"', b'"PAUSED"')
            return httpx.Response(reply.status_code, content=Body(content))
        if reply.status_code < 500 and reply.status_code not in (401, 403, 429):
            self.answered.add(sent)
        return httpx.Response(reply.status_code, headers=reply.headers, content=Body(reply.content))

    def _perhaps_die(self, life: Life, where: str) -> None:
        if where.split()[2] != "GET" and self.faults.befall("crash", where):
            life.die()


class _Way(httpx.AsyncBaseTransport):
    def __init__(self, network: Network, life: Life) -> None:
        self._network = network
        self._life = life

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await self._network.carry(self._life, request)


def _place(request: httpx.Request) -> str:
    """Name a call by what it does and to which meeting, so that the name means the same in a smaller run."""
    path = request.url.path.split("/realtime/kit/")[-1].partition("/")[2]
    return f"{request.method} /{_IDS.sub('/{}', '/' + path).lstrip('/')}"


async def _forever() -> None:
    await asyncio.get_running_loop().create_future()


def _unconnected() -> httpx.ConnectError:
    error = httpx.ConnectError("no route to host")
    error.__cause__ = aiohttp.ConnectionTimeoutError()
    return error


def _cut() -> httpx.ReadError:
    error = httpx.ReadError("cut")
    error.__cause__ = aiohttp.ServerDisconnectedError()
    return error
