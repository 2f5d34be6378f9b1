"""The worker's client before a simulator, on a clock that stands still, and every call that it knows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx

from jobs.run.observations import StreamStatus
from tests.support.clock import NOON, HandClock
from worker.provider.call_record import CallRecord
from worker.provider.client import ProviderClient
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport
from worker.simulator import Credentials, Knobs, Simulator, environment

UNKNOWN = "0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"
KEY, TICKET, TOKEN = "canary-stream-key-", "canary-ticket-", "canary+secret/of=an-account"
CREDENTIALS = Credentials((TOKEN,), "0" * 32, "app-1", "org-1")
EXACT: dict[str, Any] = {
    "invoke_jitter_s": 0,
    "status_lag_s": 0,
    "stream_key_prefix": KEY,
    "participant_token_prefix": TICKET,
}

LONG, SHORT = 5.0, 0.2
"""Seconds in which every call is answered, on whatever machine; and those for one that never comes."""

Call = Callable[[ProviderClient], Awaitable[object]]
WRITES: dict[str, Call] = {
    "create": lambda client: client.create_meeting("t", {}, live_stream_on_start=True),
    "patch": lambda client: client.patch_meeting(UNKNOWN, {"status": "INACTIVE"}),
    "add": lambda client: client.add_participant(UNKNOWN, "n", "webinar_viewer", "c"),
    "remove": lambda client: client.remove_participant(UNKNOWN, UNKNOWN),
    "token": lambda client: client.participant_token(UNKNOWN, UNKNOWN),
    "kick": lambda client: client.kick_all(UNKNOWN),
    "start": lambda client: client.start_stream(UNKNOWN),
    "stop": lambda client: client.stop_stream(UNKNOWN),
    "end recording": lambda client: client.stop_recording(UNKNOWN),
    "hook": lambda client: client.create_webhook("ours", "https://cuelight.example.org/"),
    "unhook": lambda client: client.delete_webhook(UNKNOWN),
}
READS: dict[str, Call] = {
    "search": lambda client: client.search_meetings("t"),
    "meeting": lambda client: client.meeting(UNKNOWN),
    "participants": lambda client: client.participants(UNKNOWN),
    "session": lambda client: client.active_session(UNKNOWN),
    "stream": lambda client: client.active_stream(UNKNOWN),
    "streams": lambda client: client.streams(StreamStatus.LIVE),
    "sessions": lambda client: client.live_sessions(),
    "attendances": lambda client: client.attendances("t", NOON),
    "airings": lambda client: client.airings(UNKNOWN),
    "recording": lambda client: client.active_recording(UNKNOWN),
    "hooks": lambda client: client.webhooks(),
    "presets": lambda client: client.presets("p"),
}
CALLS = WRITES | READS


class Scene:
    """A simulator, a clock that stands still, and the client under test."""

    def __init__(
        self, way: httpx.AsyncBaseTransport, simulator: Simulator, clock: HandClock, patience: float
    ) -> None:
        self.simulator = simulator
        self._clock = clock
        self.records: list[CallRecord] = []
        self.account = account_of(simulator.world.knobs)
        transport = Transport(way, deadline=patience)
        self.client = ProviderClient(self.account, transport, clock, self.records.append)

    async def meeting(self, title: str = "Town hall") -> str:
        return (await self.client.create_meeting(title, {}, live_stream_on_start=True)).id

    async def on_air(self) -> str:
        room = await self.meeting()
        self.simulator.join(room)
        self.wait(15)
        return room

    def now(self) -> datetime:
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        self._clock.move(seconds)
        self.simulator.advance()


def account_of(knobs: Knobs) -> Account:
    found = environment("http://simulator", knobs, CREDENTIALS)
    base_url = next(value for name, value in found.items() if name.endswith("BASE_URL"))
    return Account(
        name="main", flavour=FLAVOURS[knobs.flavour], secret=TOKEN, org_id="org-1", base_url=base_url
    )


@asynccontextmanager
async def scene(patience: float = LONG, **knobs: Any) -> AsyncIterator[Scene]:
    clock = HandClock()
    simulator = Simulator(Knobs(**(EXACT | knobs)), clock, CREDENTIALS)
    yield Scene(httpx.ASGITransport(simulator.app), simulator, clock, patience)
