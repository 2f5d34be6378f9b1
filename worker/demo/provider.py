"""The simulated provider's other side: who is in, what truly happened, and every call that reached it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that truly happened to a meeting."""

    at: datetime
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that reached the provider."""

    at: datetime
    method: str
    resource: str
    """The path from `/meetings` (or the like) on."""
    body: Mapping[str, Any]
    status: int | None

    @property
    def changes(self) -> bool:
        """Whether it is made to change something."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting as it truly is."""

    id: str
    title: str
    active: bool
    flag: bool
    on_air: bool
    present: tuple[str, ...]


class Provider:
    """Asks and tells the control API."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=f"{url}/_simulator", timeout=5, trust_env=False)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.aclose()

    async def join(self, title: str, who: str) -> bool:
        """Try to come in; say whether the doors were open."""
        return (await self._client.post("/join", json={"meeting": title, "person": who})).is_success

    async def drop(self, title: str) -> None:
        """Let the livestream go off by itself."""
        (await self._client.post("/drop", json={"meeting": title})).raise_for_status()

    async def rooms(self) -> tuple[Room, ...]:
        """Return every meeting."""
        return tuple(_room(each) for each in (await self._ask("/state"))["meetings"])

    async def history(self) -> tuple[Happening, ...]:
        """Return everything that happened, oldest first."""
        return tuple(_happening(each) for each in await self._ask("/history"))

    async def calls(self) -> tuple[Call, ...]:
        """Return every call, oldest first."""
        return tuple(_call(each) for each in await self._ask("/requests"))

    async def _ask(self, path: str) -> Any:
        return (await self._client.get(path)).raise_for_status().json()


def _room(found: Mapping[str, Any]) -> Room:
    return Room(
        id=found["id"],
        title=found["title"] or "",
        active=found["status"] == "ACTIVE",
        flag=found["live_stream_on_start"],
        on_air=found["on_air"],
        present=tuple(found["present"]),
    )


def _happening(found: Mapping[str, Any]) -> Happening:
    return Happening(datetime.fromisoformat(found["at"]), found["kind"], found["title"] or "")


def _call(found: Mapping[str, Any]) -> Call:
    return Call(
        at=datetime.fromisoformat(found["received_at"]),
        method=found["method"],
        resource=found["resource"] or found["path"],
        body=found["body"] if isinstance(found["body"], dict) else {},
        status=found["status"],
    )
