"""Readers of a worker's pages: some follow events, some ask again and again, some say or read nothing.

python -m tests.performance.crowd PORT [--streams N] [--askers N] [--silent N] [--deaf N]
"""

import argparse
import asyncio
import json
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import cycle

from worker.kit.clock import SystemClock

PAGES = ("/", "/api/v1/broadcasts", "/livez")
EVENTS = "/live"
AGAIN_AFTER = 1.0
"""Seconds before somebody connects again who was sent away from what he wanted for long."""
FIRST = 7.0
"""Seconds that streams have to be there before all the others come, as pages that are open all evening."""
DEAF_FOR = 15.0
"""Seconds for which somebody who reads nothing waits before he does the same once more."""

_CLOCK = SystemClock()


@dataclass(slots=True)
class Heard:
    """What they were told, all together."""

    answers: Counter[str] = field(default_factory=Counter)
    """By status; `cut` where a connection ended instead."""
    streams: int = 0
    """Followed now."""
    most_streams: int = 0
    events: int = 0
    """Lines of streams."""


@dataclass(slots=True)
class Crowd:
    """Everybody who reads at one port."""

    port: int
    heard: Heard = field(default_factory=Heard)

    async def follow(self) -> None:
        """Follow events for as long as they come."""
        async with self._connected() as (reader, writer):
            writer.write(_asked(EVENTS))
            status, _ = await _head(reader)
            if status != "200":
                self.heard.answers[f"{EVENTS} {status}"] += 1
                return
            self.heard.streams += 1
            self.heard.most_streams = max(self.heard.most_streams, self.heard.streams)
            try:
                while await reader.readline():
                    self.heard.events += 1
            finally:
                self.heard.streams -= 1

    async def ask(self, pages: Iterator[str]) -> None:
        """Ask for one page after the other on one connection, each as soon as the one before is read."""
        async with self._connected() as (reader, writer):
            while True:
                writer.write(_asked(next(pages)))
                status, length = await _head(reader)
                await reader.readexactly(length)
                self.heard.answers[status] += 1

    async def say_nothing(self) -> None:
        """Connect, and wait to be sent away."""
        async with self._connected() as (reader, _):
            await reader.read()

    async def read_nothing(self) -> None:
        """Ask for more than fits anywhere, and read none of it."""
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)  # noqa: FBT003  socket's own.
            loop = asyncio.get_running_loop()
            await loop.sock_connect(deaf, ("127.0.0.1", self.port))
            with suppress(TimeoutError):
                async with asyncio.timeout(DEAF_FOR):
                    while True:
                        await loop.sock_sendall(deaf, _asked("/api/v1/broadcasts"))
                        await _CLOCK.sleep(0.1)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def again_and_again(self, what: Callable[[], Awaitable[None]], pause: float) -> None:
        """Do the same whenever it is over, or the connection is."""
        while True:
            try:
                await what()
            except (OSError, EOFError):
                self.heard.answers["cut"] += 1
            await _CLOCK.sleep(pause)


def _asked(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html\r\n\r\n".encode()


async def _head(reader: asyncio.StreamReader) -> tuple[str, int]:
    """Return the status of an answer, and the bytes that follow its head."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().splitlines()
    length = next((line.partition(":")[2] for line in lines if line.startswith("content-length:")), "0")
    return first.split()[1], int(length)


async def _gather(asked: argparse.Namespace) -> Heard:
    """Have them all there until the process is told to end."""
    crowd, over = Crowd(asked.port), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    doing = _begun(crowd, asked.streams, crowd.follow, AGAIN_AFTER)
    await _CLOCK.sleep(FIRST)
    doing += _begun(crowd, asked.silent, crowd.say_nothing)
    doing += _begun(crowd, asked.deaf, crowd.read_nothing)
    for first, page in enumerate(PAGES):
        pages = cycle([page, *PAGES[first + 1 :], *PAGES[:first]])
        doing += _begun(crowd, asked.askers // len(PAGES), partial(crowd.ask, pages))
    await over.wait()
    for each in doing:
        each.cancel()
    await asyncio.gather(*doing, return_exceptions=True)
    return crowd.heard


def _begun(
    crowd: Crowd, count: int, what: Callable[[], Awaitable[None]], pause: float = 0.0
) -> list[asyncio.Future[None]]:
    return [asyncio.ensure_future(crowd.again_and_again(what, pause)) for _ in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="crowd", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--askers", type=int, default=300)
    parser.add_argument("--silent", type=int, default=10)
    parser.add_argument("--deaf", type=int, default=10)
    heard = asyncio.run(_gather(parser.parse_args()))
    print(json.dumps({**asdict(replace(heard, answers=Counter())), "answers": heard.answers}))  # noqa: T201  What it is begun for.


if __name__ == "__main__":
    main()
