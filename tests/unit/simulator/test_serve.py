import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.unit.simulator.stage import EXACT, Stage
from worker.kit.clock import SystemClock
from worker.simulator import Credentials, Fault, Knobs, Simulator, environment, serve
from worker.simulator.knobs import Flavour

BASE = "CUELIGHT_ACCOUNTS__DEFAULT__"


class Served:
    """A simulator on a port, and a caller that was told of it by the environment alone."""

    def __init__(self, simulator: Simulator, base_url: str, client: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.base_url = base_url
        self.client = client


@contextlib.asynccontextmanager
async def served(**knobs: Any) -> AsyncIterator[Served]:
    simulator = Simulator(Knobs(**(EXACT | knobs)))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(simulator, on_ready=ready.set_result, heed_signals=False))
    base_url = await ready
    told = environment(base_url, simulator.world.knobs, simulator.credentials)
    headers = {"authorization": f"Bearer {told[BASE + 'API_TOKEN']}"}
    try:
        async with httpx.AsyncClient(base_url=told[BASE + "BASE_URL"], headers=headers, timeout=5) as client:
            yield Served(simulator, base_url, client)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def test_a_worker_can_call_it_by_the_environment_alone() -> None:
    async with served() as stage:
        answer = await stage.client.post("/meetings", json={"title": "Town hall"})
        assert answer.status_code == 201
        async with httpx.AsyncClient(base_url=stage.base_url) as client:
            state = (await client.get("/_simulator/state")).json()
        assert [room["title"] for room in state["meetings"]] == ["Town hall"]


@pytest.mark.parametrize(
    ("flavour", "names", "path"),
    [
        (
            "realtimekit",
            {"ACCOUNT_ID": "a", "APP_ID": "b", "API_TOKEN": "s"},
            "/client/v4/accounts/a/realtime/kit/b",
        ),
        ("dyte", {"ORG_ID": "c", "API_KEY": "s"}, "/v2"),
        ("realtime-v2", {"ORG_ID": "c", "API_KEY": "s"}, "/v2"),
    ],
)
def test_the_environment_names_what_the_flavour_needs(
    flavour: Flavour, names: dict[str, str], path: str
) -> None:
    told = environment("http://127.0.0.1:1/", Knobs(flavour=flavour), Credentials(("s",), "a", "b", "c"))
    key = "http://127.0.0.1:1/.well-known/webhooks.json"
    expected = {
        "FLAVOUR": flavour,
        **names,
        "BASE_URL": f"http://127.0.0.1:1{path}",
        "WEBHOOK_KEY_URL": key,
    }
    assert told == {BASE + name: value for name, value in expected.items()}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])  # noqa: S104 - is refused
async def test_it_serves_this_machine_alone(host: str) -> None:
    with pytest.raises(ValueError, match="no loopback"):
        await serve(Simulator(), host, on_ready=print)


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with served() as stage:
        port = int(stage.base_url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await serve(Simulator(), port=port, on_ready=print)


async def test_small_answers_are_not_held_back() -> None:
    async with served() as stage:
        await stage.client.get("/meetings")
        clock = SystemClock()
        began = clock.monotonic()
        for _ in range(25):
            await stage.client.get("/meetings")
        assert clock.monotonic() - began < 0.7, "held back for 40 ms each they take a second"


async def test_a_dropped_connection_is_cut_without_a_byte() -> None:
    async with served() as stage:
        stage.simulator.script(Fault(then="drop"))
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await stage.client.post("/meetings", json={})
        assert (await stage.client.get("/meetings")).json()["paging"]["total_count"] == 1


async def test_a_call_that_hangs_is_let_go_when_the_caller_gives_up() -> None:
    async with served() as stage:
        stage.simulator.script(Fault(then="hang"))
        with pytest.raises(httpx.ReadTimeout):
            await stage.client.post("/meetings", json={}, timeout=0.05)
        assert (await stage.client.get("/meetings")).json()["paging"]["total_count"] == 1


async def test_fifty_calls_wait_side_by_side() -> None:
    async with served(latency_s=0.1) as stage:
        clock = SystemClock()
        began = clock.monotonic()
        answers = await asyncio.gather(*(stage.client.get("/presets") for _ in range(50)))
        assert clock.monotonic() - began < 1.5, "one after another they would take 5 s"
    assert {answer.status_code for answer in answers} == {200}


async def test_the_world_goes_on_when_nobody_calls() -> None:
    async with served(crowd=True, join_delay_s=0, invoke_to_live_s=0) as stage:
        on_air = asyncio.Event()
        stage.simulator.world.history.listen(
            lambda change: on_air.set() if change.kind == "stream.live" else None
        )
        await stage.client.post("/meetings", json={"live_stream_on_start": True})
        await asyncio.wait_for(on_air.wait(), timeout=5)


async def test_a_signal_ends_it_in_peace() -> None:
    ready = asyncio.Event()
    before = signal.getsignal(signal.SIGTERM)
    serving = asyncio.create_task(serve(Simulator(), on_ready=lambda _: ready.set()))
    await ready.wait()
    signal.raise_signal(signal.SIGTERM)
    await asyncio.wait_for(serving, timeout=5)
    assert signal.getsignal(signal.SIGTERM) == before


async def test_a_thousand_meetings_are_listed_fast() -> None:
    stage = Stage(per_page_max=1000, rate_limit=10_000)
    tenant = stage.simulator.world.tenant("0" * 32 + "/app-1")
    for number in range(1000):
        stage.simulator.world.create_meeting(tenant, {"title": f"Meeting {number}"})
    clock = SystemClock()
    began = clock.monotonic()
    for _ in range(5):
        assert len((await stage.get("/meetings?search=meeting&per_page=1000")).json()["data"]) == 1000
    assert clock.monotonic() - began < 1, "200 ms each, many times what it takes"
