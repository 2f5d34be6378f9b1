"""Servers that mean ill, over real sockets: one request, a right error, in time, no harm to the next call."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import pytest

from tests.support.leaks import shown
from tests.support.rude_server import Answer, after, always, reply, rude_server
from worker.kit.clock import SystemClock
from worker.provider.client import ProviderClient
from worker.provider.errors import BadReplyError, Effect, FaultyError, ProviderError, UnansweredError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import MOST_BYTES, Transport

CLOCK = SystemClock()
SHORT, LONG = 0.3, 2.0
"""Deadlines in seconds: for what only the deadline ends, and for what is seen to be wrong before."""
GRACE = 1.0
"""Seconds that a busy machine may add."""
SECRET = "canary-of-an-api-token"  # noqa: S105  A canary.

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
STREAM = b'{"success": true, "data": {"id": "m", "title": "t", "status": "LIVE"}}'
OFF = b'{"success": true, "data": {"id": "m", "title": "t", "status": "IDLE"}}'
LIVE = reply(STREAM)
NUL = STREAM.replace(b"LIVE", b"LI\0VE")

Call = Callable[[ProviderClient], Awaitable[object]]
CALLS: dict[str, Call] = {
    "GET": lambda client: client.active_stream("m"),
    "POST": lambda client: client.create_meeting("t", {}, live_stream_on_start=True),
    "PATCH": lambda client: client.patch_meeting("m", {"status": "INACTIVE"}),
}


@dataclass
class Ended:
    """What became of a call."""

    error: ProviderError
    seconds: float


def dribble(start: bytes, more: bytes, pause: float = 0.02) -> Answer:
    """Begin an answer, and go on with it byte by byte, without end."""

    async def answer(writer: asyncio.StreamWriter, _number: int) -> bool:
        writer.write(start)
        while not writer.is_closing():
            for byte in more:
                writer.write(bytes([byte]))
                await writer.drain()
                await CLOCK.sleep(pause)
        return False

    return answer


def endless(start: bytes, more: bytes) -> Answer:
    """Begin an answer, and go on with it as fast as it is read, without end."""

    async def answer(writer: asyncio.StreamWriter, _number: int) -> bool:
        writer.write(start)
        while not writer.is_closing():
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(0)  # noqa: TID251  Lets the other side read; no time passes.
        return False

    return answer


@asynccontextmanager
async def connected(port: int, deadline: float) -> AsyncIterator[ProviderClient]:
    address = f"http://127.0.0.1:{port}"
    account = Account(name="a", flavour=FLAVOURS["realtimekit"], secret=SECRET, base_url=address)
    transport = Transport(deadline=deadline)
    try:
        yield ProviderClient(account, transport, CLOCK)
    finally:
        await transport.close()


async def ended(client: ProviderClient, call: Call) -> Ended:
    began = CLOCK.monotonic()
    with pytest.raises(ProviderError) as raised:
        await call(client)
    return Ended(raised.value, CLOCK.monotonic() - began)


@contextmanager
def nothing_left() -> Iterator[None]:
    """Whatever a call began has ended when it ends: nothing reads on behind its back."""
    before = asyncio.all_tasks()
    yield
    assert {task for task in asyncio.all_tasks() - before if "rude_server" not in repr(task)} == set()


SLOW: dict[str, Answer] = {
    "a status line that dribbles": dribble(b"HTTP/1.1 200 ", b"O"),
    "headers that dribble": dribble(OK, b"x-y: z\r\n"),
    "a body that dribbles": dribble(OK + b"content-length: 100000\r\n\r\n", b"{ "),
    "chunks that dribble": dribble(CHUNKED, b"1\r\n \r\n"),
    "a chunk's extension that dribbles": dribble(CHUNKED + b"1;", b"x"),
    "trailers that dribble": dribble(CHUNKED + b"2\r\n{}\r\n0\r\n", b"x: y\r\n"),
    "interim answers that dribble": dribble(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.001),
    "a chunk's extension without end": endless(CHUNKED + b"1;", b"x" * 4096),
    "interim answers without end": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "an interim answer and then nothing": always(b"HTTP/1.1 102 Processing\r\n\r\n", stays=True),
    "a length longer than the body": always(OK + b"content-length: 999\r\n\r\n" + STREAM, stays=True),
    "chunks without a last one": always(CHUNKED + b"%x\r\n" % len(STREAM) + STREAM + b"\r\n", stays=True),
    "a body without an end, kept open": always(OK + b"\r\n" + STREAM, stays=True),
}
CUT: dict[str, Answer] = {
    "nothing": always(),
    "a status line cut": always(b"HTTP/1.1 2"),
    "headers cut": always(OK + b"content-len"),
    "a body cut": always(OK + b"content-length: 999\r\n\r\n" + STREAM),
    "a chunk cut": always(CHUNKED + b"ff\r\n" + STREAM),
    "chunks cut before the last": always(CHUNKED + b"%x\r\n" % len(STREAM) + STREAM + b"\r\n"),
    "an interim answer alone": always(b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def kept(*parts: bytes) -> Answer:
    """Answer, and keep the connection for the next call."""
    return always(*parts, stays=True)


def encoded(coding: str, body: bytes) -> Answer:
    return kept(reply(body, "200 OK", f"content-encoding: {coding}"))


def chunked(*chunks: bytes, headers: bytes = b"") -> bytes:
    """Return an answer in chunks."""
    parts = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in (*chunks, b""))
    return OK + headers + b"transfer-encoding: chunked\r\n\r\n" + parts


BOMB = gzip.compress(b" " * 50_000_000)
BAD: dict[str, Answer] = {
    "a bomb of gzip": encoded("gzip", BOMB),
    "gzip in another case": encoded("GZip", gzip.compress(STREAM)),
    "deflate": encoded("deflate", zlib.compress(STREAM)),
    "brotli": encoded("br", b"\x0b\x02\x80{}\x03"),
    "zstandard": encoded("zstd", b"\x28\xb5\x2f\xfd"),
    "two encodings": encoded("gzip, gzip", gzip.compress(BOMB)),
    "an encoding that hides behind none": encoded("identity\r\ncontent-encoding: gzip", BOMB),
    "a bomb in chunks": kept(chunked(BOMB, headers=b"content-encoding: gzip\r\n")),
    "a transfer that is encoded": kept(
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n" + b"5\r\nabcde\r\n0\r\n\r\n"
    ),
    "chunks without end": endless(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "a body without end": endless(OK + b"\r\n", b" " * 4096),
    "headers without end": endless(OK, b"x-y: z\r\n" * 100),
    "one header without end": endless(OK + b"x: ", b"z" * 4096),
    "a status line without end": endless(b"HTTP/1.1 200 ", b"O" * 4096),
    "trailers without end": endless(CHUNKED + b"2\r\n{}\r\n0\r\n", b"x: y\r\n" * 100),
    "one byte over 1 MiB": kept(reply(STREAM + b" " * (MOST_BYTES + 1 - len(STREAM)))),
    "one byte over 1 MiB in chunks": kept(chunked(STREAM, b" " * (MOST_BYTES + 1 - len(STREAM)))),
    "a length of 10^30": kept(OK + b"content-length: 1" + b"0" * 30 + b"\r\n\r\n" + STREAM),
    "a length shorter than the body": kept(OK + b"content-length: 9\r\n\r\n" + STREAM),
    "a length of words": kept(OK + b"content-length: few\r\n\r\n" + STREAM),
    "two lengths that differ": kept(reply(STREAM, "200 OK", "content-length: 3")),
    "two lengths in one": kept(OK + b"content-length: 70, 70\r\n\r\n" + STREAM),
    "a length of 0 and a body": kept(OK + b"content-length: 0\r\n\r\n" + STREAM),
    "HTTP of 1991": kept(STREAM),
    "HTTP of 1991, as HTML": kept(b"<html>LIVE</html>\r\n\r\n"),
    "HTTP/2 unasked": kept(b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18),
    "another protocol": kept(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"
    ),
    "a status of two digits": kept(b"HTTP/1.1 20 OK\r\n\r\n" + STREAM),
    "no status": kept(b"HTTP/1.1 OK\r\n\r\n" + STREAM),
    "an empty document": kept(reply(b"")),
    "a reset of the content": kept(b"HTTP/1.1 205 Reset\r\ncontent-length: 0\r\n\r\n"),
    "nothing modified": kept(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "a header without a name": kept(OK + b": x\r\ncontent-length: 70\r\n\r\n" + STREAM),
}
JSON: dict[str, bytes] = {
    "deep lists": STREAM.replace(b'"t"', b"[" * 100_000 + b"]" * 100_000),
    "deep objects": STREAM.replace(b'"t"', b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "not a number": STREAM.replace(b'"t"', b"NaN"),
    "infinity": STREAM.replace(b'"t"', b"-Infinity"),
    "a number of 10,000 digits": STREAM.replace(b'"t"', b"9" * 10_000),
    "a status twice": OFF.replace(b'"id"', b'"status": "LIVE", "id"'),
    "a success twice": STREAM.replace(b'"data"', b'"success": true, "data"'),
    "invalid UTF-8": STREAM.replace(b'"t"', b'"\xff\xfe"'),
    "UTF-8 cut": STREAM.replace(b'"t"', b'"\xe2\x82"'),
    "NUL between": STREAM.replace(b"true,", b"true,\0"),
    "NUL before": b"\0" + STREAM,
    "NUL within": NUL,
    "two documents": STREAM + STREAM,
    "a document and a word": STREAM + b"LIVE",
    "single quotes": STREAM.replace(b'"', b"'"),
    "a comment": b"/* LIVE */ " + STREAM,
    "a list": b"[" + STREAM + b"]",
    "a string": b'"LIVE"',
    "a success of 1": STREAM.replace(b"true", b"1"),
    "a success of words": STREAM.replace(b"true", b'"true"'),
}
HOSTILE: dict[str, tuple[Answer, type[ProviderError]]] = {
    **{name: (answer, UnansweredError) for name, answer in (SLOW | CUT).items()},
    **{name: (answer, BadReplyError) for name, answer in BAD.items()},
    **{name: (kept(reply(body)), BadReplyError) for name, body in JSON.items()},
    "a fault that is endless": (endless(b"HTTP/1.1 500 No\r\n\r\n", b" " * 4096), BadReplyError),
    "a fault in HTML": (kept(reply(b"<html>", "502 Bad Gateway")), FaultyError),
    "a status of no class": (kept(reply(STREAM, "999 No")), FaultyError),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("method", CALLS)
async def test_a_hostile_answer_ends_in_time_as_what_it_is_and_harms_no_other(name: str, method: str) -> None:
    hostile, kind = HOSTILE[name]
    deadline = SHORT if name in SLOW else LONG
    async with rude_server(after(hostile, LIVE)) as rude, connected(rude.port, deadline) as client:
        with nothing_left():
            found = await ended(client, CALLS[method])
        assert len(rude.seen) == 1
        assert (await client.active_stream("m")).is_live
    assert type(found.error) is kind
    assert found.error.effect is Effect.UNKNOWN
    assert found.seconds < deadline + GRACE
    assert SECRET not in shown(found.error)
    assert len(rude.seen) == 2


GOOD: dict[str, Answer] = {
    "1 MiB to the byte": kept(reply(STREAM + b" " * (MOST_BYTES - len(STREAM)))),
    "a byte order mark": kept(reply(b"\xef\xbb\xbf" + STREAM)),
    "an interim answer before it": kept(b"HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n" + LIVE),
    "a chunk for each byte": kept(chunked(*(bytes([each]) for each in STREAM))),
    "the encoding that was asked for": encoded("identity", STREAM),
    "no length, and an end": always(OK + b"\r\n" + STREAM),
    "HTTP of 1996": always(b"HTTP/1.0 200 OK\r\n\r\n" + STREAM),
}


@pytest.mark.parametrize("name", GOOD)
async def test_an_odd_answer_that_says_what_it_says_is_read(name: str) -> None:
    async with rude_server(GOOD[name]) as rude, connected(rude.port, LONG) as client:
        assert (await client.active_stream("m")).is_live
