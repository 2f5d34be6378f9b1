"""Having an ASGI application answer within the process, without a socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp


async def ask(app: ASGIApp, request: httpx.Request) -> httpx.Response:
    """Return the application's answer to a request that is read."""
    parts: list[bytes] = []
    began: dict[str, Any] = {}
    coming = [{"type": "http.request", "body": request.content, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not coming:  # nobody hangs up before the answer, but by being cancelled
            await asyncio.get_running_loop().create_future()
        return coming.pop()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            began.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(_scope(request), receive, send)
    return httpx.Response(began["status"], headers=began["headers"], content=b"".join(parts))


class Body(httpx.AsyncByteStream):
    """The content of an answer, all at once."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield it."""
        yield self._content


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": request.url.query,
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "state": {},
    }
