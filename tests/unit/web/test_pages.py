"""The worker's own pages: alive, ready, counted; and a port that is taken."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from config.settings import Http
from tests.support.clock import HandClock
from tests.support.reach import reached
from worker.alerting.alerts import Alerts
from worker.bootstrap.build import open_pages
from worker.engine.database_reach import DatabaseCall
from worker.health.metrics import Metrics
from worker.health.pulse import DEAD_AFTER, Pulse
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.connections import Connection
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.serve import AGAIN_AFTER, Pages

WORD = "open-sesame"


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
        app = pages(self.health, lambda: b"cuelight_runs 1\n", Guard(token))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://worker"
        ) as client:
            return await client.get(path, headers={b"Authorization": said} if said else None)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_worker_whose_database_takes_no_write_is_alive_and_not_ready(world: World) -> None:
    world.reach.silent("locked", DatabaseCall.WRITE)
    assert (await world.get("/livez")).status_code == 200
    answer = await world.get("/readyz")
    assert answer.status_code == 503
    assert "accepts no writes" in answer.text


async def test_a_worker_whose_files_are_lost_is_alive_and_not_ready(world: World) -> None:
    world.health = Health(world.pulse, world.database, NEWEST, world.reach, lambda: "the lock is gone")
    assert (await world.get("/livez")).status_code == 200
    answer = await world.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the lock is gone\n")


async def test_a_worker_lives_while_passes_finish(world: World) -> None:
    assert (await world.get("/livez")).status_code == 200
    world.clock.move(DEAD_AFTER + 1)
    found = await world.get("/livez")
    assert (found.status_code, found.text) == (503, "no pass has finished for 61 s\n")
    world.pulse.beat()
    assert (await world.get("/livez")).text == "ok\n"


async def test_a_worker_whose_database_is_gone_lives_and_is_not_ready(world: World) -> None:
    assert (await world.get("/readyz")).text == "ok\n"
    world.database.gone = True
    found = await world.get("/readyz")
    assert found.status_code == 503
    assert "database" in found.text
    assert (await world.get("/livez")).status_code == 200


async def test_a_schema_that_does_not_fit_is_not_ready() -> None:
    world = World(fits="another_revision")
    found = await world.get("/readyz")
    assert found.status_code == 503
    assert "another_revision" in found.text


async def test_a_worker_is_not_ready_before_its_first_pass(world: World) -> None:
    world.pulse.last_at = None
    assert (await world.get("/readyz")).status_code == 503


async def test_metrics_ask_for_the_token_and_probes_do_not(world: World) -> None:
    assert (await world.get("/metrics")).text == "cuelight_runs 1\n"
    for said in (b"", b"Bearer wrong", WORD.encode(), b"Bearer \xe4"):
        refused = await world.get("/metrics", token=WORD, said=said)
        assert refused.status_code == 401
        assert "cuelight_runs" not in refused.text
    assert (await world.get("/metrics", token=WORD, said=f"Bearer {WORD}".encode())).status_code == 200
    assert (await world.get("/livez", token=WORD)).status_code == 200
    assert (await world.get("/readyz", token=WORD)).status_code == 200


async def test_a_token_with_a_name_opens_the_metrics_and_closes_them_to_others(world: World) -> None:
    app = pages(world.health, lambda: b"cuelight_runs 1\n", Guard(None, ["canary-of-ann"]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://worker") as client:
        assert (await client.get("/metrics")).status_code == 401
        said = {"authorization": "Bearer canary-of-ann"}
        assert (await client.get("/metrics", headers=said)).status_code == 200


async def test_the_front_page_names_the_others_and_nothing_else_is_there(world: World) -> None:
    assert "/livez" in (await world.get("/")).text
    assert (await world.get("/secrets")).status_code == 404


async def test_a_taken_port_is_told_and_tried_again_until_it_is_free(world: World) -> None:
    holder = socket.create_server(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    store = inline()
    alerts = Alerts(store, world.clock)
    app = pages(world.health, lambda: b"", Guard(None))
    serving = asyncio.create_task(Pages(app, "127.0.0.1", port, alerts, world.clock).run())
    await until(lambda: alerts.open() == ["worker/pages"])
    holder.close()
    world.clock.move(AGAIN_AFTER)
    await until(lambda: not alerts.open())
    async with httpx.AsyncClient() as client:
        found = await client.get(f"http://127.0.0.1:{port}/livez")
        assert found.text == "ok\n"
        assert "server" not in found.headers
        world.database.hangs = True
        waiting = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/readyz"))
        await asyncio.sleep(0.1)  # noqa: TID251  A real port on a real loop.
        serving.cancel()
        began = asyncio.get_running_loop().time()
        await asyncio.wait({serving})
        assert asyncio.get_running_loop().time() - began < 0.5, "nobody who asks holds up the end"
        with pytest.raises(httpx.HTTPError):
            await asyncio.wait_for(waiting, 1)
    await store.close()


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)  # noqa: TID251  A real port on a real loop.
    raise AssertionError("not within 5 s")


def test_port_0_is_noopen_pages(world: World) -> None:
    made = [
        open_pages(
            Http(port=port),
            Health(world.pulse, inline(), NEWEST, world.reach),
            Metrics(),
            Alerts(inline(), world.clock),
            world.clock,
        )
        for port in (0, 8080)
    ]
    assert [each is None for each in made] == [True, False]


class Few(Connection):
    """Connections that are soon too many, and soon over."""

    most = 8
    asks_within = 0.2
    answered_within = 0.2


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

    async def ask(self, path: str) -> bytes:
        guest = await self.guest()
        await guest.says(f"GET {path} HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n".encode())
        return await guest.hears()


@asynccontextmanager
async def served(world: World, connection: type[Connection], page: bytes = b"") -> AsyncIterator[Port]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = Port(found.getsockname()[1], [])
    app, alerts = pages(world.health, lambda: page, Guard(None)), Alerts(inline(), world.clock)
    serving = asyncio.create_task(Pages(app, "127.0.0.1", port.number, alerts, world.clock, connection).run())
    try:
        await until(lambda: _listens(port.number))
        yield port
    finally:
        for each in port.guests:
            each.writer.transport.abort()
        serving.cancel()
        await asyncio.wait({serving})


def _listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


async def test_health_is_answered_whatever_else_is_connected(world: World) -> None:
    async with served(world, Connection) as port:
        for _ in range(3 * Connection.most):
            await port.guest()
        assert b" 200 OK" in await port.ask("/livez")


async def test_the_oldest_that_ask_for_nothing_go_when_there_are_too_many(world: World) -> None:
    class Patient(Few):
        asks_within = 60.0

    async with served(world, Patient) as port:
        crowd = [await port.guest() for _ in range(Few.most + 5)]
        for each in crowd[:5]:
            assert await each.hears() == b""
        for each in crowd[5:]:
            await each.says(b"GET /livez HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n")
            assert b" 200 OK" in await each.hears()


async def test_whoever_is_being_answered_stays_while_others_ask_for_nothing(world: World) -> None:
    class Patient(Few):
        asks_within = answered_within = 60.0

    world.database.hangs = True
    async with served(world, Patient) as port:
        asking = await port.guest()
        await asking.says(b"GET /readyz HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n")
        crowd = [await port.guest() for _ in range(3 * Few.most)]
        assert await crowd[0].hears() == b""
        world.database.hangs = False
        assert not asking.reader.at_eof()


@pytest.mark.parametrize("said", [b"", b"GET /livez HTTP/1.1\r\nhost: wor"])
async def test_who_sends_no_whole_request_is_sent_away(world: World, said: bytes) -> None:
    async with served(world, Few) as port:
        guest = await port.guest()
        await guest.says(said)
        assert await guest.hears() == b""


async def test_a_request_that_comes_byte_by_byte_is_not_waited_for(world: World) -> None:
    async with served(world, Few) as port:
        guest = await port.guest()
        await guest.says_until_cut_off(b"G")


async def test_who_does_not_read_the_answer_is_sent_away(world: World) -> None:
    async with served(world, Few, page=b"x" * 20_000_000) as port:
        guest = await port.guest()
        await guest.says(b"GET /metrics HTTP/1.1\r\nhost: worker\r\n\r\n")
        await guest.says_until_cut_off(b"\r\n")


@pytest.mark.parametrize(
    "path", ["/livez/", "/readyz/", "/metrics/", "//evil.example/livez/", "/webhooks/provider/"]
)
async def test_nobody_is_sent_to_the_host_that_a_request_names(world: World, path: str) -> None:
    async with served(world, Connection) as port:
        guest = await port.guest()
        await guest.says(f"GET {path} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n".encode())
        answer = await guest.hears()
        assert answer.startswith(b"HTTP/1.1 404 ")
        assert b"evil.example" not in answer


@pytest.mark.parametrize(
    "lengths",
    [
        b"content-length: 5\r\ntransfer-encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"content-length: 5\r\ncontent-length: 6",
    ],
)
@pytest.mark.parametrize("head", [b"GET /livez", b"POST /webhooks/provider"])
async def test_a_request_of_two_lengths_is_refused_and_nothing_behind_it_is_heard(
    world: World, head: bytes, lengths: bytes
) -> None:
    async with served(world, Connection) as port:
        guest = await port.guest()
        behind = b"GET /metrics HTTP/1.1\r\nhost: worker\r\n\r\n"
        await guest.says(head + b" HTTP/1.1\r\nhost: worker\r\n" + lengths + b"\r\n\r\n0\r\n\r\n" + behind)
        answer = await guest.hears()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.count(b"HTTP/1.1 ") == 1
