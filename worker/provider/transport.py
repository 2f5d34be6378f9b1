"""Calls over the wire: once each, with a deadline, a cap, and errors told apart by their cause.

httpx's client would look for redirects, cookies, authentication and proxies in every answer: two fifths of a
call's CPU for what is never wanted here. So its transport is called as it is.

Nothing is ever resent. aiohttp by itself repeats a GET or DELETE whose connection was dropped; a middleware
keeps it from that, and a test holds it on the wire for every method.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from worker.kit.names import Names
from worker.provider.errors import BadReplyError, NotSentError, ProviderError, UnansweredError

DEADLINE = 8.0
"""Seconds from sending to the last byte of the answer."""
MOST_BYTES = 1024 * 1024
"""A longer answer is not read further."""
CONNECT_WITHIN = 3.0
"""Seconds: a connection that takes longer is given up, and nothing was sent."""
CONNECTIONS = 64

_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_UNREADABLE = (aiohttp.ClientResponseError, httpx.RemoteProtocolError, httpx.InvalidURL, ValueError)
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    """It may hold a stream key or a token."""

    @property
    def request_id(self) -> str:
        """What to name to the vendor's support (API reference, section 8), uncut."""
        found = self.headers.get("cf-ray") or self.headers.get("x-request-id") or ""
        return "".join(filter(str.isprintable, found))


class Transport:
    """The one way out of a process."""

    def __init__(self, way: httpx.AsyncBaseTransport | None = None, deadline: float = DEADLINE) -> None:
        self._way = way or AiohttpTransport(client=_session)
        self._deadline = deadline
        waits = httpx.Timeout(deadline, connect=min(CONNECT_WITHIN, deadline / 2))
        self._extensions = {"timeout": waits.as_dict()}
        self._is_closed = False

    async def send(self, method: str, url: str, authorization: str, **content: Any) -> Reply:
        """Send once and return the whole answer.

        Raises:
            NotSentError: there was no connection, or this transport is closed.
            UnansweredError: no whole answer came before the deadline, or the connection was lost.
            BadReplyError: the answer is no HTTP, is encoded, or is too long.
        """
        if self._is_closed:
            raise NotSentError("no connection: closed")
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if authorization:
            headers["authorization"] = authorization
        try:
            async with asyncio.timeout(self._deadline):
                request = httpx.Request(method, url, headers=headers, extensions=self._extensions, **content)
                response = await self._way.handle_async_request(request)
                try:
                    return await _read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            trouble: ProviderError = UnansweredError(f"no whole answer within {self._deadline:g} s")
        except _FAILURES as error:
            trouble = _explained(error)
        # Raised here, where it has no context: that would show what was sent, the credentials among it.
        raise trouble

    async def close(self) -> None:
        """Close every connection."""
        self._is_closed = True
        await self._way.aclose()


async def _read(response: httpx.Response) -> Reply:
    headers = {key.lower(): value for key, value in response.headers.items()}
    reply = Reply(response.status_code, headers, b"")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise BadReplyError("a compressed answer", status=reply.status, request_id=reply.request_id)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadReplyError("an answer over 1 MiB", status=reply.status, request_id=reply.request_id)
    return Reply(response.status_code, headers, bytes(body))


def _explained(error: Exception) -> ProviderError:
    """The transport calls a connection dropped after sending a ConnectTimeout: only the cause tells."""
    causes = [each for each in (error, error.__cause__) if each is not None]
    if any(isinstance(each, _NEVER_LEFT) for each in causes):
        return NotSentError(f"no connection: {_kind(causes[-1])}")
    if any(isinstance(each, _UNREADABLE) for each in causes):
        return BadReplyError(f"no readable answer: {_kind(causes[0])}")
    return UnansweredError(f"the connection was lost: {_kind(causes[-1])}")


def _kind(error: BaseException) -> str:
    """Name the error without its text, which may hold what was sent; that of a certificate does not."""
    reason = getattr(error, "os_error", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {reason.verify_message}"
    return type(reason).__name__


def _session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30, resolver=Names("provider"))
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        middlewares=(_once,),
    )


class DroppedError(aiohttp.ClientError):
    """The connection was lost after it was there; aiohttp resends nothing for an error of this kind."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise DroppedError(type(error).__name__) from None
