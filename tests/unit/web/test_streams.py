"""Streams of events go on for as long as they are read; there are only so many, and nobody waits for them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.unit.web.port import Guest, Port, World, served, until
from worker.web.connections import Connection


@pytest.fixture
def world() -> World:
    return World()


class Hasty(Connection):
    """Connections for which an answer is soon late."""

    asks_within = answered_within = 0.2
    most_streams = 3


class Live:
    """A stream of what a test says, for anybody who listens."""

    def __init__(self) -> None:
        self.listening = 0
        self.said = asyncio.Event()
        self.event = b"data: 1\n\n"
        self.is_over = False

    def route(self) -> Route:
        return Route("/live", self._answer)

    async def _answer(self, _request: Request) -> Response:
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        self.listening += 1
        try:
            yield b": hello\n\n"
            while not self.is_over:
                await self.said.wait()
                await asyncio.sleep(0)  # noqa: TID251  A stream that is cut ends where it waits.
                yield self.event
        finally:
            self.listening -= 1

    async def joined(self, port: Port) -> Guest:
        """Have one more who listens."""
        before = self.listening
        guest = await port.asking("/live")
        await until(lambda: self.listening == before + 1)
        return guest


async def test_a_stream_goes_on_beyond_the_time_for_an_answer(world: World) -> None:
    live = Live()
    async with served(world, Hasty, others=[live.route()]) as port:
        guest = await live.joined(port)
        await asyncio.sleep(3 * Hasty.answered_within)  # noqa: TID251  A real port on a real loop.
        live.event, live.is_over = b"data: last\n\n", True
        live.said.set()
        assert b"data: last" in await guest.hears()


async def test_a_stream_too_many_is_asked_to_come_again_at_once_and_one_that_leaves_makes_room(
    world: World,
) -> None:
    live = Live()
    async with served(world, Hasty, others=[live.route()]) as port:
        guests = [await live.joined(port) for _ in range(Hasty.most_streams)]
        refused = await port.ask("/live")
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 5" in refused
        assert b"hello" not in refused
        assert live.listening == Hasty.most_streams
        guests[0].writer.close()
        await until(lambda: live.listening == Hasty.most_streams - 1)
        await live.joined(port)


async def test_streams_take_no_place_of_others(world: World) -> None:
    class Crowded(Hasty):
        most, most_pages, kept = 4, 1, 2
        asks_within = answered_within = 60.0
        most_streams = 20

    live = Live()
    async with served(world, Crowded, others=[live.route()]) as port:
        streams = [await live.joined(port) for _ in range(Crowded.most_streams)]
        idle = [await port.guest() for _ in range(Crowded.most + 1)]
        assert await idle[0].hears() == b""
        assert b" 200 OK" in await port.ask("/livez")
        assert b"cuelight" in await port.ask("/")
        assert live.listening == Crowded.most_streams
        assert not any(each.reader.at_eof() for each in streams)


async def test_a_stream_that_nobody_reads_is_cut(world: World) -> None:
    live = Live()
    async with served(world, Hasty, others=[live.route()]) as port:
        guest = await live.joined(port)
        guest.writer.transport.pause_reading()  # type: ignore[attr-defined]
        live.event = b"data: " + b"x" * 1_000_000 + b"\n\n"
        live.said.set()
        await until(lambda: not live.listening)


async def test_a_stream_that_is_read_again_in_time_goes_on(world: World) -> None:
    class Patient(Hasty):
        answered_within = 1.0

    live = Live()
    async with served(world, Patient, others=[live.route()]) as port:
        guest = await live.joined(port)
        live.event = b"data: " + b"x" * 8_000_000 + b"\n\n"
        live.said.set()
        await asyncio.sleep(0.05)  # noqa: TID251  A real port on a real loop.
        live.said.clear()
        await guest.reader.readuntil(b"xx")
        while not guest.reader.at_eof() and live.listening and not await _is_silent(guest):
            pass
        await asyncio.sleep(1.5 * Patient.answered_within)  # noqa: TID251  A real port on a real loop.
        assert live.listening == 1


async def _is_silent(guest: Guest) -> bool:
    """Whether nothing comes any more; what has come is read."""
    try:
        await asyncio.wait_for(guest.reader.read(1_000_000), 0.2)
    except TimeoutError:
        return True
    return False


async def test_the_end_waits_for_no_stream_and_none_is_an_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live()
    async with served(world, Connection, others=[live.route()]) as port:
        for _ in range(20):
            await live.joined(port)
    await until(lambda: not live.listening)
    assert not caplog.records, "a server that waited for them tells of those that it gave up"
