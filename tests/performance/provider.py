"""The measured provider, a process of its own: HTTP by hand, so that it costs far less than who asks it.

python -m tests.performance.provider [--answer S] [--join S] [--invoke S] [--off S]

It prints its address. `POST /_reset?quota=1200` begins anew, `GET /_report` tells everything that came.
"""

import argparse
import asyncio
import json
import os
import re
from dataclasses import dataclass, field, fields
from email.utils import format_datetime
from http import HTTPStatus

from tests.performance.answers import Answer, Asked, answer, kind_of
from tests.performance.tally import Tally
from tests.performance.world import Pace, World
from worker.kit import listening
from worker.kit.clock import SystemClock

_CLOCK = SystemClock()
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REASONS = {each.value: each.phrase for each in HTTPStatus}


@dataclass(slots=True)
class Provider:
    """The world, its tally, and how both are asked."""

    loop: asyncio.AbstractEventLoop
    pace: Pace
    world: World = field(init=False)
    tally: Tally = field(init=False)
    _date: str = ""
    _dated_at: int = 0

    def __post_init__(self) -> None:
        self.reset(None)

    def reset(self, quota: int | None) -> None:
        """Begin anew. Whatever still waits to happen happens in the world before."""
        self.world = World(self.pace, now, self.loop.call_later)
        self.tally = Tally(quota)

    def respond(self, method: str, target: str, body: bytes) -> tuple[float, bytes]:
        """Return the answer, and after how many seconds it is to be sent."""
        path, _, query = target.partition("?")
        if path.startswith("/_"):
            return 0.0, self._written(self._control(path, Asked("", query, body)))
        kind, meeting = kind_of(method, path)
        at = now()
        if not self.tally.admit(kind, at):
            return self.pace.answer, self._written(Answer(429, ""), self.tally.pause(at))
        return self.pace.answer, self._written(answer(self.world, kind, Asked(meeting, query, body)))

    def _control(self, path: str, asked: Asked) -> Answer:
        if path == "/_reset":
            self.reset(int(asked.argument("quota", "0")) or None)
            return Answer(200, "{}")
        return Answer(200, json.dumps(self._report()))

    def _report(self) -> dict[str, object]:
        used = os.times()
        return {
            "calls": dict(self.tally.kinds),
            "worst": self.tally.worst(),
            "refused": self.tally.refused,
            "cpu_s": used.user + used.system,
            "broadcasts": self.world.told(),
        }

    def _written(self, given: Answer, retry_after: float = 0.0) -> bytes:
        body = given.body.encode()
        retry = f"retry-after: {retry_after:.0f}\r\n" if retry_after else ""
        return (
            f"HTTP/1.1 {given.status} {_REASONS[given.status]}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\ndate: {self._dated()}\r\n{retry}\r\n"
        ).encode() + body

    def _dated(self) -> str:
        second = int(now())
        if second != self._dated_at:
            self._dated_at, self._date = second, format_datetime(_CLOCK.now(), usegmt=True)
        return self._date


class Connection(asyncio.Protocol):
    """One connection, kept for as long as the client likes."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            request, self._received = self._received[:whole], self._received[whole:]
            self._answer(request, end)

    def _answer(self, request: bytes, end: int) -> None:
        method, target, _ = request[: request.index(b"\r\n")].decode().split(" ", 2)
        delay, written = self._provider.respond(method, target, request[end + 4 :])
        if delay:
            self._provider.loop.call_later(delay, self._send, written)
        else:
            self._send(written)

    def _send(self, written: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(written)


def now() -> float:
    """Return epoch seconds."""
    return _CLOCK.now().timestamp()


async def serve(pace: Pace) -> None:
    """Serve until the process is ended."""
    loop = asyncio.get_running_loop()
    provider = Provider(loop, pace)
    listener = listening.bind("127.0.0.1", 0)
    server = await loop.create_server(lambda: Connection(provider), sock=listener)
    print(listening.url(listener), flush=True)  # noqa: T201  Whoever started it waits for this line.
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="provider", description=__doc__)
    for each in fields(Pace):
        parser.add_argument(f"--{each.name}", type=float, default=each.default)
    asyncio.run(serve(Pace(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
