"""The best of the usual kind: jobs in memory, one client on the fastest transport, a Core write each step."""

import asyncio
from dataclasses import dataclass, field

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from tests.performance import burst as bursts
from tests.performance import calls
from tests.performance.burst import OFF_WITHIN, PROOF_APART, Burst
from tests.performance.calls import Call
from tests.performance.contenders.book import Book
from tests.performance.contenders.timetable import Timetable
from tests.performance.engines import listen
from tests.performance.statements import Statements
from worker.kit.clock import SystemClock

IN_FLIGHT = 32
WAITING = 120.0
"""Seconds that a call may wait for its connection and its answer."""
_CLOCK = SystemClock()


@dataclass(slots=True)
class Best:
    """What each job does."""

    client: httpx.AsyncClient
    book: Book
    timetable: Timetable
    meetings: dict[str, str] = field(default_factory=dict)

    async def prepare(self, title: str) -> None:
        found = await self._send(calls.create(title))
        self.meetings[title] = found.json()["data"]["id"]
        await self._send(calls.shut(self.meetings[title]))
        self.book.move(title, "ready", meeting_id=self.meetings[title])

    async def start(self, title: str) -> None:
        await self._send(calls.open_doors(self.meetings[title]))
        self.book.move(title, "starting")

    async def poll(self, title: str) -> None:
        if await self._is_live(title):
            self.timetable.poll_no_more(title)
            self.book.move(title, "live")

    async def end(self, title: str) -> None:
        self.timetable.poll_no_more(title)
        await self._send(calls.stop(self.meetings[title]))
        self.book.move(title, "stopping")
        await self._send(calls.close(self.meetings[title]))
        for wait in (OFF_WITHIN, PROOF_APART):
            await _CLOCK.sleep(wait)
            is_on = await self._is_live(title)
        self.book.move(title, "on" if is_on else "ended")

    async def _is_live(self, title: str) -> bool:
        found = await self._send(calls.read_stream(self.meetings[title]))
        return calls.is_live(found.status_code, found.json())

    async def _send(self, call: Call) -> httpx.Response:
        return await self.client.request(call.method, call.path, json=call.body)


def client(url: str) -> httpx.AsyncClient:
    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT))

    return httpx.AsyncClient(transport=AiohttpTransport(client=session), base_url=url, timeout=WAITING)


async def run(burst: Burst) -> None:
    book, timetable = Book(burst.database), Timetable.on(burst)
    book.add(list(burst.titles))
    async with client(burst.url) as shared:
        best = Best(shared, book, timetable)
        await timetable.run(best.prepare, best.start, best.poll, best.end)


def main() -> None:
    given, counted = bursts.read(), Statements()
    listen(counted)
    asyncio.run(run(given))
    counted.write(given.folder)
