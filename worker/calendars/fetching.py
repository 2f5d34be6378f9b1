"""A calendar's address -> its bytes: once, in time, of no great size, and from no machine nearby.

An address is often the whole key to a calendar. It is in no message and no error, nor is that of a redirect.
"""

import asyncio
import os
import ssl
import stat
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from config.setting_types import is_loopback
from worker.calendars.reach import Doorway
from worker.kit.names import Names

DEADLINE = 10.0
"""Seconds from the first connection to the last byte, all redirects among them."""
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_TAG = 200
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, EOFError, ValueError)


class FetchError(Exception):
    """It was not fetched; the message says why, and not whence."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What was fetched last, as its server calls it."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return what asks for it only if it is another by now."""
        said = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in said.items() if value}


NEVER_FETCHED = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came."""

    data: bytes = field(repr=False)
    validators: Validators = NEVER_FETCHED


async def fetch(url: str, last: Validators = NEVER_FETCHED, deadline: float = DEADLINE) -> Fetched | None:
    """Fetch a calendar; None: it is what it was.

    Raises:
        FetchError: nothing came, or nothing that is taken.
    """
    doorway = Doorway(may_be_loopback=_is_here(url))
    way = AiohttpTransport(verify=_UNUSED, client=partial(_session, doorway))
    try:
        async with asyncio.timeout(deadline):
            return await _followed(way, url, last)
    except TimeoutError:
        trouble = FetchError(f"no whole answer within {deadline:g} s")
    except _FAILURES as error:
        trouble = FetchError(_NEARBY if doorway.has_refused else _kind(error))
    finally:
        with suppress(*_FAILURES):
            await way.aclose()
    # Raised here, where it has no context: that would name the address.
    raise trouble


def read_file(path: Path) -> bytes:
    """Return what a calendar's file holds.

    Raises:
        FetchError: it is no file, cannot be read, or is too long.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FetchError("it is not a file")
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FetchError(f"the file cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise FetchError(_TOO_LONG)
    return data


_UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The session verifies by its own; without this the transport reads all authorities anew: 0.1 s each time."""
_NEARBY = "it leads to a private address; calendars are fetched from the internet, or read from a file"
_TOO_LONG = f"it is longer than {MOST_BYTES // 1024 // 1024} MiB"


async def _followed(way: httpx.AsyncBaseTransport, url: str, last: Validators) -> Fetched | None:
    first = url
    for _ in range(MOST_REDIRECTS + 1):
        request = httpx.Request(
            "GET", _bare(url), headers={**_HEADERS, **last.headers, **_credentials(first, url)}
        )
        response = await way.handle_async_request(request)
        try:
            if response.status_code not in _REDIRECTS:
                return await _taken(response, last)
            url = _elsewhere(url, response.headers.get("location", ""))
        finally:
            await response.aclose()
    raise FetchError(f"it is redirected more than {MOST_REDIRECTS} times")


_HEADERS: Mapping[str, str] = {
    "accept": "text/calendar, */*;q=0.1",
    "accept-encoding": "identity",
    "user-agent": "cuelight",
}


async def _taken(response: httpx.Response, last: Validators) -> Fetched | None:
    if response.status_code == httpx.codes.NOT_MODIFIED and last.headers:
        return None
    if response.status_code != httpx.codes.OK:
        raise FetchError(f"the server answers {response.status_code}")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchError("the answer is compressed, which was not asked for")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise FetchError(_TOO_LONG)
    said = (response.headers.get(name, "") for name in ("etag", "last-modified"))
    return Fetched(bytes(body), Validators(*map(_kept, said)))


def _bare(url: str) -> str:
    """Return an address without the credentials in it, which go into a header."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _credentials(first: str, url: str) -> dict[str, str]:
    """Return what the address holds of them, for the server that it names and no other."""
    said, there = urlsplit(first), urlsplit(url)
    if said.username is None or (said.hostname, said.port) != (there.hostname, there.port):
        return {}
    pair = f"{unquote(said.username)}:{unquote(said.password or '')}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _elsewhere(url: str, location: str) -> str:
    """Return where a redirect leads: never from a connection that is secret to one that is not.

    Raises:
        FetchError: nowhere that is followed.
    """
    there = urlsplit(urljoin(url, location))
    if not location or not there.hostname or there.scheme not in {"https", "http"}:
        raise FetchError("it is redirected to nowhere")
    if there.scheme == "http" and not (_is_here(url) and is_loopback(there.hostname)):
        raise FetchError("it is redirected to plain http")
    return there.geturl()


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def _kept(value: str) -> str:
    """Return what can be sent back as it is; a longer one is not worth its room."""
    return value if len(value) <= _LONGEST_TAG and value.isascii() and value.isprintable() else ""


def _kind(error: Exception) -> str:
    """Name what went wrong without its text, which names the address; that of a certificate does not."""
    cause = error.__cause__ or error
    reason = getattr(cause, "os_error", cause)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {reason.verify_message}"
    return f"no answer that can be read: {type(reason).__name__}"


def _session(doorway: Doorway) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=2, force_close=True, resolver=Names("calendar"), socket_factory=doorway
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
