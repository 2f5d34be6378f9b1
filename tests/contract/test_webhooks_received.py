"""The simulated provider posts to a worker's pages: over real HTTP, knowing nothing but where."""

import asyncio
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from config.settings import load
from tests.support.canaries import forms
from tests.support.clock import HandClock
from tests.support.hints import hints_of, is_told
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from tests.support.signer import event, headers, signing
from worker.engine.hints import Reception
from worker.health.metrics import Metrics
from worker.health.pulse import Pulse
from worker.installation.accounts import account_of
from worker.kit import listening, logs
from worker.kit.clock import SystemClock
from worker.provider.client import ProviderClient
from worker.provider.published_key import PublishedKey
from worker.provider.registration import Did, register
from worker.provider.transport import Transport
from worker.simulator import Knobs, Signing, Simulator, environment, serve
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.webhooks import PATH, Webhooks

KEY = "canary-stream-key-"
BRISK: dict[str, Any] = {
    "webhook_delay_s": 0,
    "invoke_to_live_s": 0,
    "invoke_jitter_s": 0,
    "stream_key_prefix": KEY,
}


class Theatre:
    """A provider and a worker's pages, each on a port of its own."""

    def __init__(self, simulator: Simulator, provider_url: str) -> None:
        self.simulator = simulator
        told = environment(provider_url, simulator.world.knobs, simulator.credentials)
        self.settings = load({"HOME": "/nowhere", **told})
        account = account_of("default", self.settings.accounts["default"])
        self.clock, self.transport = HandClock(), Transport()
        self.client = ProviderClient(account, self.transport, SystemClock())
        self.rooms: dict[str, str] = {}
        self.woken: asyncio.Queue[str] = asyncio.Queue()
        self.metrics = Metrics()
        self._something = asyncio.Condition()
        self._tellings: set[asyncio.Task[None]] = set()
        self.hints = hints_of(self.rooms, self.woken.put_nowait, self.clock)
        key = PublishedKey(account.webhook_key, self.transport, self.clock)
        webhooks = Webhooks({"default": key}, self.hints, self._count)
        health = Health(
            Pulse(self.clock, lambda _: None, lambda: None), inline(), NEWEST, reached(self.clock)
        )
        self.app = pages(health, self.metrics.page, Guard(None), at_any_pace(), webhooks.routes())
        self.url = ""

    def _count(self, account: str, reception: Reception) -> None:
        self.metrics.posted(account, reception)
        telling = asyncio.create_task(self._tell())
        self._tellings.add(telling)
        telling.add_done_callback(self._tellings.discard)

    async def _tell(self) -> None:
        async with self._something:
            self._something.notify_all()

    def counted(self, outcome: str) -> int:
        name = f'cuelight_webhooks_total{{account="default",outcome="{outcome}"}}'
        lines = self.metrics.page().decode().splitlines()
        return next((int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(name)), 0)

    async def counts(self, outcome: str, number: int) -> None:
        async with asyncio.timeout(10), self._something:
            await self._something.wait_for(lambda: self.counted(outcome) >= number)

    async def opened(self) -> str:
        """Make a meeting that is ours."""
        made = await self.client.create_meeting("Town hall", {}, live_stream_on_start=True)
        self.rooms[made.id] = "town-hall"
        return made.id


@asynccontextmanager
async def theatre(**knobs: Any) -> AsyncIterator[Theatre]:
    simulator = Simulator(Knobs(**(BRISK | knobs)), signing=signing())
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    provider = asyncio.create_task(serve(simulator, on_ready=ready.set_result, heed_signals=False))
    found = Theatre(simulator, await ready)
    listener = listening.bind("127.0.0.1", 0)
    found.url = listening.url(listener) + PATH
    worker = asyncio.create_task(
        listening.Server(listening.config(found.app)).serve_until_cancelled(listener, at_once=True)
    )
    try:
        yield found
    finally:
        for each in (provider, worker):
            each.cancel()
        await asyncio.wait({provider, worker})
        await found.transport.close()


@contextmanager
def logged(secrets: list[str]) -> Iterator[io.StringIO]:
    """Keep everything that is logged, down to the last detail."""
    stream, root = io.StringIO(), logging.getLogger()
    before = (root.handlers[:], root.level)
    configured = logs.configure("json", "debug", secrets, stream)
    try:
        yield stream
    finally:
        assert configured.writer.close(5)
        root.handlers[:], root.level = before


@pytest.mark.parametrize("flavour", ["realtimekit", "realtime-v2", "dyte"])
async def test_what_begins_at_the_provider_wakes_the_run_that_it_is_about(flavour: str) -> None:
    async with theatre(flavour=flavour) as stage:
        assert (await register(stage.client, "ab3k", stage.url)).did is Did.REGISTERED
        assert (await register(stage.client, "ab3k", stage.url)).did is Did.KEPT
        room = await stage.opened()
        stage.simulator.join(room)
        assert await asyncio.wait_for(stage.woken.get(), 10) == "town-hall"
        assert is_told(stage.hints)
        await stage.client.kick_all(room)
        await stage.counts("taken", 4 if flavour == "realtimekit" else 2)
        assert stage.simulator.key_reads == 1


async def test_what_is_posted_twice_late_and_out_of_order_wakes_once_each() -> None:
    async with theatre(webhook_duplicate=1, webhook_delay_s=0.3) as stage:
        await register(stage.client, "ab3k", stage.url)
        stage.simulator.join(await stage.opened())
        await stage.counts("duplicate", 2)
        assert stage.counted("taken") == 2
        assert stage.woken.qsize() == 2


async def test_what_is_posted_of_others_meetings_wakes_nobody() -> None:
    async with theatre() as stage:
        await register(stage.client, "ab3k", stage.url)
        room = await stage.opened()
        stage.rooms.clear()
        stage.simulator.join(room)
        await stage.counts("foreign", 2)
        assert (stage.woken.qsize(), is_told(stage.hints)) == (0, False)


async def test_a_key_that_was_changed_is_learnt_after_a_minute_and_hints_go_on() -> None:
    async with theatre() as stage:
        await register(stage.client, "ab3k", stage.url)
        room = await stage.opened()
        stage.simulator.join(room)
        await stage.counts("taken", 2)
        stage.simulator.deliveries.signing = Signing()
        stage.simulator.drop(room)
        await stage.counts("refused", 1)
        assert stage.counted("taken") == 2
        stage.clock.move(60)
        await stage.client.kick_all(room)
        await stage.counts("taken", 3)
        assert stage.simulator.key_reads == 2


async def test_a_flood_of_forgeries_asks_for_the_key_no_more_often_than_once_a_minute() -> None:
    body = event()
    forged = headers(body, "u-1", signing("stranger"))
    async with theatre() as stage, _many() as client:
        for _ in range(40):
            posts = (client.post(stage.url, content=body, headers=forged) for _ in range(50))
            answers = {each.status_code for each in await asyncio.gather(*posts)}
            assert answers <= {401, 503}
        assert stage.simulator.key_reads == 1
        assert stage.counted("refused") >= 40
        assert stage.woken.empty()
        good = await client.post(stage.url, content=body, headers=headers(body, "u-2"))
        assert good.status_code == 200


async def test_neither_body_nor_stream_key_is_in_any_log_nor_kept() -> None:
    """Taken, doubled, foreign, forged, cut off and too long: nothing of it is said anywhere."""
    async with theatre(webhook_duplicate=1) as stage:
        with logged([]) as told:
            await register(stage.client, "ab3k", stage.url)
            room = await stage.opened()
            stage.simulator.join(room)
            await stage.counts("duplicate", 2)
            body = event("livestreaming.statusUpdate", streamKey=f"{KEY}forged", secret="canary-body")  # noqa: S106
            async with httpx.AsyncClient() as client:
                for said in ({}, headers(body, "u-1", signing("stranger")), headers(body, "u-2")):
                    await client.post(stage.url, content=body, headers=said)
                await client.post(stage.url, content=body * 1000)
                await client.post(stage.url, content=b"canary-body", headers=headers(b"canary-body"))
            await _cut_off(stage.url, body)
            logging.getLogger("worker").info("the log is heard")
        text = told.getvalue()
        (stream,) = next(iter(stage.simulator.world.tenants.values())).livestreams.values()
        assert stream.key.startswith(KEY)
        assert "the log is heard" in text
        secrets = {"canary-body", KEY, *forms(stream.key), *forms(f"{KEY}forged")}
        assert not [each for each in secrets if each in text + stage.metrics.page().decode()]
        assert not [each for each in secrets if each in repr(stage.hints)]


def _many() -> httpx.AsyncClient:
    """Return a client that is quick with thousands of posts."""
    return httpx.AsyncClient(transport=AiohttpTransport(client=aiohttp.ClientSession), timeout=30)


async def _cut_off(url: str, body: bytes) -> None:
    """Promise more than is sent, and go."""
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n".encode() + body)
    await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
