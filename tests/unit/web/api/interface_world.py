"""The interface on a database that others write, asked as another program asks."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from config.settings import Http, Settings
from tests.support.clock import HandClock
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from tests.unit.store.house import House
from worker.bootstrap.reception import endpoints, guard_of, open_interface
from worker.bootstrap.resources import Resources
from worker.health.pulse import Pulse
from worker.provider.transport import Transport
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.api.endpoint import Endpoint
from worker.web.health import Health
from worker.web.pages import pages

TOKENS = {each: f"{each}-canary-0123456789" for each in ("reader", "ann", "ben", "linker", "viewer")}
SCOPES = {"ann": "operate", "ben": "operate", "linker": "links", "viewer": "playback"}
SHOW = {
    "id": "show",
    "title": "Show",
    "starts_at": "2026-12-01T18:00:00Z",
    "ends_at": "2026-12-01T19:00:00Z",
}


SETTINGS = Settings(database_url=SecretStr("sqlite:////nowhere"), state_dir=Path("/nowhere"))


def http_of(**changed: Any) -> Http:
    """Return who may do what, as the settings say it."""
    return Http.model_validate({"tokens": TOKENS, "scopes": SCOPES, **changed})


def every_endpoint() -> list[Endpoint]:
    """Return every address there is; none of them can be asked."""
    return endpoints(SETTINGS, None, HandClock(), None, None)  # type: ignore[arg-type]  # Nothing is asked.


class Interface:
    """A worker's pages, and the clock that they go by."""

    def __init__(self, house: House, http: Http | None = None, **settings: Any) -> None:
        self.house, self.clock, self.passes = house, HandClock(), True
        self.http = http or http_of()
        self.settings = SETTINGS.model_copy(update={"http": self.http, **settings})
        resources = Resources(
            name="test/1",
            clock=self.clock,
            store=house.store,
            leases=None,  # type: ignore[arg-type]  # Nothing of a lease is asked here.
            transport=Transport(),
        )
        health = Health(
            Pulse(self.clock, lambda _: None, lambda: None), inline(), NEWEST, reached(self.clock)
        )
        self.app = pages(
            health, lambda: b"", guard_of(self.http), at_any_pace(), open_interface(self.settings, resources)
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        by: str | None = "reader",
        json: Any = None,
        text: str | None = None,
        peer: str = "127.0.0.1",
        host: str = "localhost",
        **headers: str,
    ) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if by:
            given["authorization"] = f"Bearer {TOKENS.get(by, by)}"
        if text is not None:
            given.setdefault("content-type", "application/yaml")
        transport = httpx.ASGITransport(self.app, client=(peer, 12345))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            asked = client.request(method, f"/api/v1{path}", headers=given, json=json, content=text)
            return await self._in_time(asyncio.ensure_future(asked))

    async def _in_time(self, asked: asyncio.Future[httpx.Response]) -> httpx.Response:
        """Let time pass for whoever is kept waiting."""
        while self.passes and not asked.done():
            await asyncio.wait([asked], timeout=0.05)
            self.clock.move(1 if not asked.done() else 0)
        return await asked

    async def get(self, path: str, **how: Any) -> httpx.Response:
        return await self.ask("GET", path, **how)

    async def post(self, path: str, body: Any = None, *, by: str = "ann", **how: Any) -> httpx.Response:
        return await self.ask("POST", path, by=by, json={} if body is None else body, **how)

    async def patch(self, path: str, body: Any, *, by: str = "ann", **how: Any) -> httpx.Response:
        return await self.ask("PATCH", path, by=by, json=body, **how)

    async def tag(self, broadcast_id: str = "show") -> str:
        """Return the version of a broadcast, as who reads it is told."""
        found = await self.get(f"/broadcasts/{broadcast_id}")
        assert found.status_code == 200, found.text
        return found.headers["etag"]
