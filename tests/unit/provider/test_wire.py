"""On the wire: nothing is sent twice, no answer takes for ever, and each kind of trouble is told apart."""

import asyncio
import gzip
import traceback
from collections.abc import Awaitable, Callable

import pytest

from tests.support.rude_server import RudeServer, always, reply, rude_server
from worker.kit.clock import SystemClock
from worker.provider.client import ProviderClient
from worker.provider.errors import (
    BadReplyError,
    Effect,
    FaultyError,
    NotSentError,
    ProviderError,
    UnansweredError,
)
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import MOST_BYTES, Transport

SECRET = "canary-of-an-api-key"  # noqa: S105  A canary.
LIVE = reply(b'{"success": true, "data": {"id": "m", "title": "t", "status": "LIVE"}}')

Call = Callable[[ProviderClient], Awaitable[object]]
CALLS: dict[str, Call] = {
    "GET": lambda client: client.active_stream("m"),
    "POST create": lambda client: client.create_meeting("t", {}, live_stream_on_start=True),
    "POST stop": lambda client: client.stop_stream("m"),
    "POST start": lambda client: client.start_stream("m"),
    "PATCH": lambda client: client.patch_meeting("m", {"status": "INACTIVE"}),
    "DELETE": lambda client: client.remove_participant("m", "p"),
}


def client_of(port: int, transport: Transport) -> ProviderClient:
    address = f"http://127.0.0.1:{port}"
    account = Account(name="a", flavour=FLAVOURS["realtimekit"], secret=SECRET, base_url=address)
    return ProviderClient(account, transport, SystemClock())


async def outcome(port: int, call: Call, deadline: float = 2.0) -> ProviderError:
    transport = Transport(deadline=deadline)
    try:
        with pytest.raises(ProviderError) as raised:
            await call(client_of(port, transport))
    finally:
        await transport.close()
    return raised.value


@pytest.mark.parametrize("name", CALLS)
async def test_what_a_kept_connection_dropped_is_not_sent_again(name: str) -> None:
    async def once_then_drop(writer: asyncio.StreamWriter, number: int) -> bool:
        if number == 1:
            writer.write(LIVE)
            await writer.drain()
        return number == 1

    async with rude_server(once_then_drop) as rude:
        transport = Transport(deadline=2)
        client = client_of(rude.port, transport)
        await client.active_stream("m")
        with pytest.raises(UnansweredError) as raised:
            await CALLS[name](client)
        await transport.close()
    assert len(rude.seen) == 2
    assert raised.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize("name", CALLS)
async def test_what_a_new_connection_dropped_is_not_sent_again(name: str) -> None:
    async with rude_server(always()) as rude:
        error = await outcome(rude.port, CALLS[name])
    assert isinstance(error, UnansweredError)
    assert len(rude.seen) == 1


async def test_only_a_failure_to_connect_proves_that_nothing_was_sent() -> None:
    async with rude_server(always()) as rude:
        closed = rude.port
    error = await outcome(closed, CALLS["POST create"])
    assert isinstance(error, NotSentError)
    assert error.effect is Effect.NONE


async def test_an_answer_that_dribbles_ends_at_the_deadline() -> None:
    async def dribble(writer: asyncio.StreamWriter, _number: int) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await SystemClock().sleep(0.02)
        return False

    async with rude_server(dribble) as rude:
        assert isinstance(await outcome(rude.port, CALLS["POST stop"], deadline=0.3), UnansweredError)


async def test_an_answer_that_never_comes_ends_at_the_deadline() -> None:
    async with rude_server(always(stays=True)) as rude:
        error = await outcome(rude.port, CALLS["POST create"], deadline=0.2)
    assert isinstance(error, UnansweredError)
    assert "0.2 s" in str(error)


BOMB = gzip.compress(b" " * 4_000_000)
DEEP = b'{"success": true, "data": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
WRONG: dict[str, tuple[bytes, type[ProviderError]]] = {
    "too large": (reply(LIVE.partition(b"\r\n\r\n")[2] + b" " * MOST_BYTES), BadReplyError),
    "encoded": (reply(BOMB, "200 OK", "content-encoding: gzip"), BadReplyError),
    "redirect": (reply(b"", "302 Found", "location: http://127.0.0.1:1/"), BadReplyError),
    "redirect to nowhere": (reply(b"", "302 Found", "location: http://xn--a/"), BadReplyError),
    "html 502": (reply(b"<html>", "502 Bad Gateway"), FaultyError),
    "html 200": (reply(b"<html>"), BadReplyError),
    "empty": (reply(b""), BadReplyError),
    "cut json": (reply(b'{"success": true, "da'), BadReplyError),
    "cut off": (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", UnansweredError),
    "deep": (reply(DEEP), BadReplyError),
    "not a number": (reply(b'{"success": true, "data": {"id": NaN, "status": "LIVE"}}'), BadReplyError),
    "not utf-8": (reply(b'{"success": true, "data": "\xff"}'), BadReplyError),
    "no http": (b"SSH-2.0-OpenSSH\r\n\r\n", BadReplyError),
    "a reason in no charset": (b"HTTP/1.1 200 \xff\xfe\r\ncontent-length: 0\r\n\r\n", BadReplyError),
    "endless headers": (b"HTTP/1.1 200 OK\r\n" + b"x-y: z\r\n" * 100_000, BadReplyError),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_answer_is_told_for_what_it_is(name: str) -> None:
    answer, kind = WRONG[name]
    async with rude_server(always(answer)) as rude:
        error = await outcome(rude.port, CALLS["GET"])
    assert type(error) is kind
    assert len(rude.seen) == 1


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_answer_to_a_create_leaves_its_effect_unknown(name: str) -> None:
    async with rude_server(always(WRONG[name][0])) as rude:
        assert (await outcome(rude.port, CALLS["POST create"])).effect is Effect.UNKNOWN


async def test_nothing_secret_is_in_an_error_or_its_traceback() -> None:
    leaky = b'{"success": false, "error": {"code": 400, "message": "no: Bearer ' + SECRET.encode() + b'"}}'
    answers = [b"HTTP/1.1 2x0 canary-of-a-stream-key\r\n\r\n", reply(leaky, "400 Bad Request"), b""]
    for answer in answers:
        async with rude_server(always(answer)) as rude:
            error = await outcome(rude.port, CALLS["POST create"])
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)
        assert "canary" not in shown


async def test_it_asks_for_plain_answers_and_keeps_no_cookies() -> None:
    async with rude_server(
        always(reply(LIVE.partition(b"\r\n\r\n")[2], "200 OK", "set-cookie: a=b"), stays=True)
    ) as rude:
        transport = Transport(deadline=2)
        client = client_of(rude.port, transport)
        for _ in range(2):
            await client.active_stream("m")
        await transport.close()
    _holds(rude, b"accept-encoding: identity", there=True)
    _holds(rude, b"cookie:", there=False)


async def test_an_id_that_is_none_never_reaches_the_wire() -> None:
    async with rude_server(always(LIVE)) as rude:
        for wrong in ("", "../presets", "a b", "m?x=1"):
            transport = Transport()
            with pytest.raises(ProviderError, match="not an id"):
                await client_of(rude.port, transport).stop_stream(wrong)
            await transport.close()
    assert rude.seen == []


def _holds(rude: RudeServer, text: bytes, *, there: bool) -> None:
    assert all((text in head.lower()) is there for head in rude.seen)
