"""The worker's own pages: alive, ready, counted; and a port that is taken."""

import asyncio
import socket
from collections.abc import Callable

import httpx
import pytest

from config.settings import Http
from tests.support.clock import HandClock
from tests.support.reach import reached
from worker.alerts import Alerts
from worker.bootstrap.build import open_pages
from worker.metrics import Metrics
from worker.pulse import DEAD_AFTER, Pulse
from worker.reach import Ask
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.schema import NEWEST
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
        return "" if newest == NEWEST else f"the schema is at {NEWEST}, and this program works with {newest}"


class World:
    def __init__(self, fits: str | None = None) -> None:
        self.clock = HandClock()
        self.database = Database()
        self.pulse = Pulse(self.clock, lambda _: None, lambda: None)
        self.reach = reached(self.clock)
        self.health = Health(self.pulse, self.database, fits or NEWEST, self.reach)
        self.pulse.beat()

    async def get(self, path: str, *, token: str | None = None, said: bytes = b"") -> httpx.Response:
        app = pages(self.health, lambda: b"cuelight_runs 1\n", token)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://worker"
        ) as client:
            return await client.get(path, headers={b"Authorization": said} if said else None)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_worker_whose_database_takes_no_write_is_alive_and_not_ready(world: World) -> None:
    world.reach.silent("locked", Ask.WRITE)
    assert (await world.get("/livez")).status_code == 200
    answer = await world.get("/readyz")
    assert answer.status_code == 503
    assert "takes no write" in answer.text


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


async def test_the_front_page_names_the_others_and_nothing_else_is_there(world: World) -> None:
    assert "/livez" in (await world.get("/")).text
    assert (await world.get("/secrets")).status_code == 404


async def test_a_taken_port_is_told_and_tried_again_until_it_is_free(world: World) -> None:
    holder = socket.create_server(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    store = inline()
    alerts = Alerts(store, world.clock)
    app = pages(world.health, lambda: b"", None)
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
