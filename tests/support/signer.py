"""Somebody who holds a key, publishes it or does not, and signs what is posted."""

import base64
import json
from dataclasses import dataclass, field
from functools import cache

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from worker.kit.clock import Clock
from worker.provider.published_key import PublishedKey
from worker.provider.transport import Transport
from worker.simulator import Signing


@cache
def signing(_whose: str = "provider") -> Signing:
    """Return somebody's key pair, made once for all tests: it takes 60 ms."""
    return Signing()


@dataclass
class KeyServer:
    """Publishes the key that it has now."""

    key: Signing = field(default_factory=signing)
    asked: list[dict[str, str]] = field(default_factory=list)
    """The headers of each question."""
    answer: Response | None = None
    """Said instead of the key."""
    gone: bool = False

    def published(self, clock: Clock) -> PublishedKey:
        """Return the worker's side of it."""
        transport = Transport(httpx.ASGITransport(self))
        return PublishedKey("http://127.0.0.1/.well-known/webhooks.json", transport, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question: an ASGI application."""
        self.asked.append(dict(Request(scope).headers))
        if self.gone:
            raise ConnectionResetError
        await (self.answer or JSONResponse(document(self.key.public_pem())))(scope, receive, send)


def document(pem: object) -> dict[str, object]:
    """Return the document as the provider publishes it."""
    return {"success": True, "data": {"publicKey": pem}, "message": ""}


def headers(body: bytes, uuid: str = "", key: Signing | None = None, brand: str = "rtk") -> dict[str, str]:
    """Return what comes with a body."""
    signature = base64.b64encode((key or signing()).sign(body)).decode()
    return {f"{brand}-signature": signature} | ({f"{brand}-uuid": uuid} if uuid else {})


def event(name: str = "meeting.started", meeting: str = "m-1", **more: object) -> bytes:
    """Return a body as the provider writes it."""
    return json.dumps({"event": name, "meeting": {"id": meeting, "sessionId": "s-1"}, **more}).encode()
