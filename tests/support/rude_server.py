"""A server on loopback that answers as no provider should, and keeps what arrived."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter, int], Awaitable[bool]]
"""Write an answer to the n-th request; return whether the connection stays."""


@dataclass
class RudeServer:
    """What it was sent: each request's first line and headers."""

    answer: Answer
    port: int = 0
    seen: list[bytes] = field(default_factory=list)
    under_way: set["asyncio.Task[None] | None"] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while await self._one(reader, writer):
                pass
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        self.seen.append(head)
        return await self.answer(writer, len(self.seen))

    async def end(self) -> None:
        """End what is still under way, and wait until it has."""
        tasks = [task for task in self.under_way if task and not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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


@asynccontextmanager
async def rude_server(answer: Answer) -> AsyncIterator[RudeServer]:
    rude = RudeServer(answer)
    server = await asyncio.start_server(rude.serve, "127.0.0.1", 0)
    rude.port = server.sockets[0].getsockname()[1]
    try:
        yield rude
    finally:
        server.close()
        await rude.end()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
