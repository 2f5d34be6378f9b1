"""A server on loopback that answers as no provider should, and keeps what arrived."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter, int], Awaitable[bool]]
"""Write an answer to the n-th request; return whether the connection stays."""
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Serve one connection; it is closed afterwards."""


@dataclass
class RudeServer:
    """What it was sent: each request's first line and headers."""

    answer: Answer
    port: int = 0
    seen: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await self._one(reader, writer):
            pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        self.seen.append(head)
        return await self.answer(writer, len(self.seen))


def reply(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(*parts: bytes, stays: bool = False) -> Answer:
    """Return an answer that is the same for every request."""

    async def answer(writer: asyncio.StreamWriter, _number: int) -> bool:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return stays

    return answer


def after(first: Answer, then: bytes) -> Answer:
    """Return an answer to the first request, and another to every later one."""
    calm = always(then, stays=True)

    async def answer(writer: asyncio.StreamWriter, number: int) -> bool:
        return await (first if number == 1 else calm)(writer, number)

    return answer


@asynccontextmanager
async def rude_server(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[RudeServer]:
    rude = RudeServer(answer)
    async with listening(rude.serve, tls) as rude.port:
        yield rude


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Have each connection served, on a port of loopback. When it is over, none is left."""
    under_way: set[asyncio.Task[None] | None] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            await serve(reader, writer)
        writer.close()
        with suppress(asyncio.CancelledError, OSError):
            await writer.wait_closed()
        writer.transport.abort()

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _ended(task for task in under_way if task)


async def _ended(tasks: Iterable["asyncio.Task[None]"]) -> None:
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
