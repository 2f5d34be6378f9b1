"""One question to the real service and what came of it. Each is asked once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

from worker.kit.clock import Clock
from worker.provider.errors import ProviderError
from worker.provider.flavours import Account
from worker.provider.replies import Form, form_of
from worker.provider.transport import Reply, Transport

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Question(Enum):
    """Everything that can be asked: nothing that begins a stream, lets anybody in, or costs anything."""

    MEETINGS = ("GET", "/meetings")
    CREATE = ("POST", "/meetings")
    MEETING = ("GET", "/meetings/{}")
    PATCH = ("PATCH", "/meetings/{}")
    SESSION = ("GET", "/meetings/{}/active-session")
    KICK_ALL = ("POST", "/meetings/{}/active-session/kick-all")
    STREAM = ("GET", "/meetings/{}/active-livestream")
    STOP = ("POST", "/meetings/{}/active-livestream/stop")
    RECORDING = ("GET", "/recordings/active-recording/{}")
    PRESETS = ("GET", "/presets")
    ADD = ("POST", "/meetings/{}/participants")
    REMOVE = ("DELETE", "/meetings/{}/participants/{}")
    STREAMS = ("GET", "/livestreams")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question, and its answer as it came."""

    ask: Question
    query: Mapping[str, str]
    body: Mapping[str, Any] | None
    sent_at: datetime
    received_at: datetime
    seconds: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False)
    found: Any = field(default=None, repr=False)
    """The parsed answer, tokens and all; None: it was no JSON, or none came."""
    trouble: str = ""
    """Why no whole answer came; empty if one did."""

    @property
    def done(self) -> bool:
        """Whether the service says that it did what was asked."""
        said = isinstance(self.found, dict) and self.found.get("success") is True
        return said and self.status is not None and 200 <= self.status < 300

    @property
    def may_have_taken_effect(self) -> bool:
        """Whether it may have been done: the service did not say otherwise."""
        return self.status is None or self.status == 408 or not 400 <= self.status < 500

    @property
    def form(self) -> Form:
        """Whose form a refusal has."""
        return form_of(self.found)

    @property
    def data(self) -> Any:
        """What it is about; None if there is nothing."""
        return self.found.get("data", self.found.get("result")) if isinstance(self.found, dict) else None


@dataclass(frozen=True, slots=True)
class Access:
    """The way to the service with one account's credentials."""

    account: Account
    transport: Transport
    clock: Clock

    async def ask(
        self,
        ask: Question,
        *ids: str,
        query: Mapping[str, str] = _NOTHING,
        body: Mapping[str, Any] | None = None,
    ) -> Exchange:
        """Ask, and return what came; no failure is raised."""
        method, route = ask.value
        content: dict[str, Any] = {} if body is None else {"json": dict(body)}
        began, sent_at = self.clock.monotonic(), self.clock.now()
        reply, trouble = None, ""
        try:
            url = self.account.address + route.format(*ids)
            reply = await self.transport.send(
                method, url, self.account.authorization, params=dict(query), **content
            )
        except ProviderError as error:
            trouble = str(error)
        return Exchange(
            ask=ask,
            query=query,
            body=body,
            sent_at=sent_at,
            received_at=self.clock.now(),
            seconds=self.clock.monotonic() - began,
            status=reply.status if reply else None,
            headers=reply.headers if reply else _NOTHING,
            found=_parsed(reply) if reply else None,
            trouble=trouble,
        )


def _parsed(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
