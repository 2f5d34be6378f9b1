"""A worker's pages on a real port, its health in the hands of a test, and the guests that connect."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.routing import BaseRoute

from tests.support.clock import HandClock
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from worker.alerting.alerts import Alerts
from worker.health.pulse import Pulse
from worker.kit.clock import SystemClock
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.connections import Connection
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.serve import Pages


class Database:
    """A database that may be out of reach."""

    def __init__(self) -> None:
        self.gone = False
        self.hangs = False

    async def misfit(self, newest: str) -> str:
        if self.hangs:
            await asyncio.Event().wait()
        if self.gone:
            raise StoreUnavailableError("the database does not answer: locked")
        return "" if newest == NEWEST else f"the schema is at {NEWEST}, but this program needs {newest}"


class World:
    def __init__(self, fits: str | None = None) -> None:
        self.clock = HandClock()
        self.database = Database()
        self.pulse = Pulse(self.clock, lambda _: None, lambda: None)
        self.reach = reached(self.clock)
        self.health = Health(self.pulse, self.database, fits or NEWEST, self.reach)
        self.pulse.beat()

    async def get(self, path: str, *, token: str | None = None, said: bytes = b"") -> httpx.Response:
        app = pages(self.health, lambda: b"cuelight_runs 1\n", Guard(token), at_any_pace())
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://worker"
        ) as client:
            return await client.get(path, headers={b"Authorization": said} if said else None)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)  # noqa: TID251  A real port on a real loop.
    raise AssertionError("not within 5 s")


@dataclass
class Guest:
    """A connection to the pages."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, text: bytes) -> None:
        self.writer.write(text)
        await self.writer.drain()

    async def says_until_cut_off(self, text: bytes) -> None:
        """Say it again and again, and read nothing."""
        for _ in range(500):
            try:
                await self.says(text)
            except ConnectionError:
                return
            await asyncio.sleep(0.01)  # noqa: TID251  A real port on a real loop.
        raise AssertionError("not cut off within 5 s")

    async def hears(self) -> bytes:
        """Return everything said until the connection is closed."""
        try:
            return await asyncio.wait_for(self.reader.read(), 5)
        except ConnectionError:
            return b""


@dataclass
class Port:
    """The pages on a port, and the connections made to it."""

    number: int
    guests: list[Guest]

    async def guest(self) -> Guest:
        found = Guest(*await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.number), 5))
        self.guests.append(found)
        return found

    async def asking(self, path: str) -> Guest:
        """Have somebody who has asked for it, and not read the answer."""
        guest = await self.guest()
        await guest.says(f"GET {path} HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n".encode())
        return guest

    async def ask(self, path: str) -> bytes:
        return await (await self.asking(path)).hears()


@asynccontextmanager
async def served(
    world: World, connection: type[Connection], page: bytes = b"", others: Sequence[BaseRoute] = ()
) -> AsyncIterator[Port]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = Port(found.getsockname()[1], [])
    app = pages(world.health, lambda: page, Guard(None), at_any_pace(), others)
    alerts, clock = Alerts(inline(), world.clock), SystemClock()
    serving = asyncio.create_task(Pages(app, "127.0.0.1", port.number, alerts, clock, connection).run())
    try:
        await until(lambda: listens(port.number))
        yield port
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        for each in port.guests:
            each.writer.transport.abort()


def listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0
