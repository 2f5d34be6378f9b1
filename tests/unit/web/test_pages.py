"""The worker's own pages: alive, ready, counted; and a port that is taken."""

import asyncio
import socket

import httpx
import pytest

from config.settings import Http
from tests.support.pace import at_any_pace
from tests.unit.web.port import World, served, until
from worker.alerting.alerts import Alerts
from worker.bootstrap.ports import open_pages, open_probes
from worker.engine.database_reach import DatabaseCall
from worker.health.metrics import Metrics
from worker.health.pulse import DEAD_AFTER
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.connections import Connection
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.serve import AGAIN_AFTER, Pages

WORD = "open-sesame"


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
    app = pages(world.health, lambda: b"cuelight_runs 1\n", Guard(None, ["canary-of-ann"]), at_any_pace())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://worker") as client:
        assert (await client.get("/metrics")).status_code == 401
        said = {"authorization": "Bearer canary-of-ann"}
        assert (await client.get("/metrics", headers=said)).status_code == 200


async def test_the_front_page_names_the_others_and_nothing_else_is_there(world: World) -> None:
    assert "/livez" in (await world.get("/")).text
    assert (await world.get("/secrets")).status_code == 404


async def test_a_taken_port_is_told_and_tried_again_until_it_is_free(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    holder = socket.create_server(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    store = inline()
    alerts = Alerts(store, world.clock)
    app = pages(world.health, lambda: b"", Guard(None), at_any_pace())
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
        caplog.clear()
        await asyncio.wait({serving})
        assert not caplog.records, "nobody who asks holds up the end, and is told of as given up"
        with pytest.raises(httpx.HTTPError):
            await asyncio.wait_for(waiting, 1)
    await store.close()


def test_port_0_opens_no_pages(world: World) -> None:
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


async def test_probes_have_a_port_of_their_own_where_one_is_set_and_nothing_is_beside(
    world: World,
) -> None:
    health, alerts = Health(world.pulse, world.database, NEWEST, world.reach), Alerts(inline(), world.clock)

    def opened(http: Http) -> Pages | None:
        return open_probes(http, health, Metrics(), alerts, world.clock)

    assert opened(Http()) is None
    found = opened(Http(port=0, probes_port=8090))
    assert found
    assert (found.port, found.connection.most_streams) == (8090, 0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=found.app), base_url="http://w") as client:
        paths = ("/", "/livez", "/readyz", "/metrics", "/calendar.ics", "/api/v1/broadcasts")
        assert [(await client.get(path)).status_code for path in paths] == [200, 200, 200, 200, 404, 404]


async def test_each_taken_port_is_told_by_itself_and_resolved_by_itself(world: World) -> None:
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [each.getsockname()[1] for each in holders]
    http, alerts = Http(port=ports[0], probes_port=ports[1]), Alerts(store := inline(), world.clock)
    health = Health(world.pulse, world.database, NEWEST, world.reach)
    opened = [each(http, health, Metrics(), alerts, world.clock) for each in (open_pages, open_probes)]
    serving = [asyncio.create_task(each.run()) for each in opened if each]
    await until(lambda: sorted(alerts.open()) == ["worker/pages", "worker/probes/probes"])
    (told,) = [each for each in alerts.holding() if each.name == "probes"]
    assert "CUELIGHT_HTTP__PROBES_PORT" in told.cure
    for holder, left in zip(holders, (["worker/probes/probes"], []), strict=True):
        holder.close()
        world.clock.move(AGAIN_AFTER)
        await until(lambda left=left: alerts.open() == left)  # type: ignore[misc]
    for each in serving:
        each.cancel()
    await asyncio.wait(serving)
    await store.close()


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
