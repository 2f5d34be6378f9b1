"""A simulator on a clock that stands still, and a caller that speaks to it in process."""

from base64 import b64encode
from typing import Any

import httpx

from tests.support.clock import HandClock
from worker.simulator import Credentials, Kind, Knobs, Simulator

ACCOUNT, APP, ORG = "0" * 32, "app-1", "org-1"
EXACT: dict[str, Any] = {"invoke_jitter_s": 0, "status_lag_s": 0}


class Stage:
    """One provider with one caller. Times are exact and reads are fresh unless a knob says otherwise."""

    def __init__(self, **knobs: Any) -> None:
        self.clock = HandClock()
        self.secret = "let-me-in"  # noqa: S105 - opens nothing
        credentials = Credentials((self.secret,), ACCOUNT, APP, ORG)
        self.simulator = Simulator(Knobs(**(EXACT | knobs)), self.clock, credentials)

    def wait(self, seconds: float) -> None:
        self.clock.move(seconds)
        self.simulator.advance()

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        headers = {"authorization": options.get("authorization", self._authorization())}
        async with self.client() as client:
            url = path if options.get("whole") else self.base + path
            return await client.request(
                method, url, json=body, content=options.get("content"), headers=headers
            )

    async def get(self, path: str) -> httpx.Response:
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.call("POST", path, body)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.client() as client:
            return (await client.request(method, f"/_simulator{path}", json=body)).json()

    async def meeting(self, **body: Any) -> str:
        made = await self.post("/meetings", {"title": "Town hall", "live_stream_on_start": True} | body)
        return str(made.json()["data"]["id"])

    async def on_air(self, **body: Any) -> str:
        room = await self.meeting(**body)
        self.simulator.join(room)
        self.wait(self.simulator.world.knobs.invoke_to_live_s)
        return room

    async def status(self, room: str) -> str:
        answer = await self.get(f"/meetings/{room}/active-livestream")
        return str(answer.json()["data"]["status"]) if answer.status_code == 200 else str(answer.status_code)

    def kinds(self) -> list[Kind]:
        return [change.kind for change in self.simulator.history]

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.simulator.app)
        return httpx.AsyncClient(transport=transport, base_url="http://simulator")

    @property
    def base(self) -> str:
        realtimekit = self.simulator.world.knobs.flavour == "realtimekit"
        return f"/client/v4/accounts/{ACCOUNT}/realtime/kit/{APP}" if realtimekit else "/v2"

    def _authorization(self) -> str:
        if self.simulator.world.knobs.flavour == "realtimekit":
            return f"Bearer {self.secret}"
        return "Basic " + b64encode(f"{ORG}:{self.secret}".encode()).decode()
