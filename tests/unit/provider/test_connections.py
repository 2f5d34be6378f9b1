"""Connections that never come about, that break, and that others would divert."""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.rude_server import always, reply, rude_server
from worker.provider.errors import BadReplyError, Effect, NotSentError, ProviderError, UnansweredError
from worker.provider.transport import Transport

GOOD = reply(b'{"success": true, "data": {}}')
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
ROOT = Path(__file__).parents[3]


async def trouble(url: str, deadline: float = 2.0, method: str = "POST") -> ProviderError:
    transport = Transport(deadline=deadline)
    try:
        with pytest.raises(ProviderError) as raised:
            await transport.send(method, url, "Bearer canary", json={})
    finally:
        await transport.close()
    return raised.value


@pytest.mark.parametrize("host", ["nowhere.invalid", "127.0.0.1:1"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_what_cannot_be_reached_was_sent_nothing(host: str, method: str) -> None:
    error = await trouble(f"http://{host}/meetings", method=method)
    assert type(error) is NotSentError
    assert error.effect is Effect.NONE


async def test_a_connection_that_nobody_takes_up_was_sent_nothing() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex(full.getsockname())
        try:
            error = await trouble(f"http://127.0.0.1:{full.getsockname()[1]}/", deadline=0.4)
        finally:
            for each in waiting:
                each.close()
    assert type(error) is NotSentError


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("serve", [hang_up, speak_plainly])
async def test_a_failed_handshake_of_tls_was_sent_nothing(serve: Serve) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        error = await trouble(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert type(error) is NotSentError


@pytest.mark.parametrize(
    "before", [b"", b"HTTP/1.1", OK, OK + b"content-length: 9\r\n\r\n", CHUNKED + b"5\r\nab"]
)
async def test_an_answer_that_ends_early_leaves_the_effect_unknown(before: bytes) -> None:
    async def half_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(before)
        writer.write_eof()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(half_close, "127.0.0.1", 0)
    async with server:
        error = await trouble(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert type(error) is UnansweredError
    assert error.effect is Effect.UNKNOWN


UNREADABLE = {
    "a chunk without a size": CHUNKED + b"ZZZ\r\n",
    "a chunk longer than it says": CHUNKED + b"2\r\nabcdef\r\n",
    "a chunk of 10^26 bytes": CHUNKED + b"f" * 22 + b"\r\nab",
    "two lengths": OK + b"content-length: 1\r\ncontent-length: 5\r\n\r\nhello",
    "a negative length": OK + b"content-length: -1\r\n\r\n",
    "a length and chunks": OK + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP of another age": b"HTTP/9.9 200 OK\r\n\r\n",
    "a header that does not end": OK + b"x: " + b"z" * 1_000_000,
    "NUL in a header": OK + b"x: a\0b\r\ncontent-length: 0\r\n\r\n",
    "TLS without being asked": b"\x15\x03\x01\x00\x02\x02\x28",
    "a body without end": OK + b"\r\n" + b" " * 2_000_000,
    "an encoding that nobody asked for": reply(b"{}", "200 OK", "content-encoding: br"),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_is_not_http_as_it_was_asked_for_is_a_bad_reply(name: str) -> None:
    async with rude_server(always(UNREADABLE[name])) as rude:
        error = await trouble(f"http://127.0.0.1:{rude.port}/")
    assert type(error) is BadReplyError
    assert error.effect is Effect.UNKNOWN
    assert len(rude.seen) == 1


async def test_interim_answers_without_end_are_no_answer() -> None:
    async with rude_server(always(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, stays=True)) as rude:
        assert type(await trouble(f"http://127.0.0.1:{rude.port}/", deadline=0.2)) is UnansweredError


@pytest.mark.parametrize("cookie", ["a=b; path=/", "=;;;", "a=\xff; expires=Foo, 99-99-999999999 99:99:99"])
async def test_no_cookie_goes_back(cookie: str) -> None:
    async with rude_server(always(reply(b"{}", "200 OK", f"set-cookie: {cookie}"), stays=True)) as rude:
        transport = Transport(deadline=2)
        for _ in range(2):
            await transport.send("GET", f"http://localhost:{rude.port}/", "Bearer canary")
        await transport.close()
    assert len(rude.seen) == 2
    assert not any(b"\r\ncookie" in head.lower() for head in rude.seen)


ONE_CALL = """
import asyncio, sys
from worker.provider.transport import Transport

async def main():
    transport = Transport(deadline=2)
    print((await transport.send("POST", sys.argv[1], "Bearer canary", json={})).status)
    await transport.close()

asyncio.run(main())
"""


async def test_proxies_of_the_environment_are_not_used() -> None:
    async with rude_server(always(GOOD)) as proxy, rude_server(always(GOOD)) as rude:
        diverting = {f"{name}_proxy": f"http://127.0.0.1:{proxy.port}" for name in ("http", "https", "all")}
        upper = {name.upper(): value for name, value in diverting.items()}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", ONE_CALL, f"http://127.0.0.1:{rude.port}/"),
            env={**os.environ, **diverting, **upper, "no_proxy": "", "NO_PROXY": ""},
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
    assert printed.split() == [b"200"]
    assert (len(rude.seen), len(proxy.seen)) == (1, 0)


async def test_a_closed_transport_sends_nothing() -> None:
    transport = Transport()
    await transport.close()
    with pytest.raises(NotSentError):
        await transport.send("POST", "http://127.0.0.1:1/", "Bearer canary", json={})


async def test_a_call_under_way_when_the_transport_is_closed_is_unanswered() -> None:
    asked = asyncio.Event()

    async def stay_silent(_writer: asyncio.StreamWriter, _number: int) -> bool:
        asked.set()
        return True

    async with rude_server(stay_silent) as rude:
        transport = Transport(deadline=2)
        call = asyncio.create_task(
            transport.send("POST", f"http://127.0.0.1:{rude.port}/", "Bearer canary", json={})
        )
        await asked.wait()
        await transport.close()
        with pytest.raises(UnansweredError):
            await call
