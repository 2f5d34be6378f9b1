"""So many connections at most, none for ever, and a probe is always answered."""

import asyncio
import socket

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.unit.web.port import Port, World, served
from worker.web.connections import Connection


@pytest.fixture
def world() -> World:
    return World()


class Few(Connection):
    """Connections that are soon too many, and soon over."""

    most = 8
    most_pages = 2
    kept = 4
    asks_within = 0.2
    answered_within = 0.2


class Slow:
    """A page that is answered when a test says so."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.asked = 0

    def route(self) -> Route:
        return Route("/slow", self._answer)

    async def _answer(self, _request: Request) -> Response:
        self.asked += 1
        await self.may_go_on.wait()
        return PlainTextResponse("slow")


async def test_a_probe_is_answered_while_every_place_is_taken_by_slow_pages(world: World) -> None:
    slow = Slow()
    async with served(world, Connection, others=[slow.route()]) as port:
        for _ in range(Connection.most):
            await port.asking("/slow")
        await heard(port, slow, Connection.most_pages)
        assert [b" 200 OK" in await port.ask(path) for path in ("/livez", "/readyz")] == [True, True]
        for _ in range(Connection.most):
            await port.guest()
        assert [b" 200 OK" in await port.ask(path) for path in ("/livez", "/readyz")] == [True, True]


async def heard(port: Port, slow: Slow, count: int) -> None:
    """Wait until so many pages are in hand, and everybody else has been turned away."""
    turned_away = [each for each in port.guests[count:] if each is not port.guests[-1]]
    for each in turned_away:
        await each.hears()
    assert slow.asked == count


async def test_a_page_too_many_is_asked_to_come_again_and_those_in_hand_are_answered(world: World) -> None:
    slow = Slow()
    async with served(world, Connection, others=[slow.route()]) as port:
        asking = [await port.asking("/slow") for _ in range(Connection.most_pages)]
        refused = (await port.ask("/slow")).lower()
        assert refused.startswith(b"http/1.1 503 ")
        assert b"retry-after: 5" in refused
        assert b"connection: close" in refused
        slow.may_go_on.set()
        assert [await each.hears() for each in asking][-1].endswith(b"slow")
        assert (await port.ask("/slow")).endswith(b"slow")


async def test_whoever_was_answered_goes_before_whoever_has_not_asked_yet(world: World) -> None:
    class Patient(Few):
        asks_within = answered_within = 60.0

    async with served(world, Patient) as port:
        new = await port.guest()
        answered = [await port.guest() for _ in range(Few.most - 1)]
        for each in answered:
            await each.says(b"GET /livez HTTP/1.1\r\nhost: worker\r\n\r\n")
            await each.reader.readuntil(b"ok\n")
        await port.guest()
        assert await answered[0].hears() == b""
        await new.says(b"GET /livez HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n")
        assert b" 200 OK" in await new.hears()


async def test_who_comes_in_a_crowd_waits_to_be_taken_and_is_not_sent_away(world: World) -> None:
    async with served(world, Connection) as port:
        crowd = [socket.create_connection(("127.0.0.1", port.number), timeout=0.5) for _ in range(200)]
        for each in crowd:
            each.close()


async def test_the_slowest_of_many_probes_goes_when_there_is_room_for_nobody_else(world: World) -> None:
    class Patient(Few):
        asks_within = answered_within = 60.0

    world.database.hangs = True
    async with served(world, Patient) as port:
        crowd = [await port.asking("/readyz") for _ in range(Few.most + 3)]
        assert [await each.hears() for each in crowd[:3]] == [b"", b"", b""]
        assert b" 200 OK" in await port.ask("/livez")


async def test_health_is_answered_whatever_else_is_connected(world: World) -> None:
    async with served(world, Connection) as port:
        for _ in range(3 * Connection.most):
            await port.guest()
        assert b" 200 OK" in await port.ask("/livez")


async def test_the_oldest_that_ask_for_nothing_go_when_there_are_too_many(world: World) -> None:
    class Patient(Few):
        asks_within = 60.0

    async with served(world, Patient) as port:
        crowd = [await port.guest() for _ in range(Few.most + 5)]
        for each in crowd[:5]:
            assert await each.hears() == b""
        for each in crowd[5:]:
            await each.says(b"GET /livez HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n")
            assert b" 200 OK" in await each.hears()


async def test_whoever_is_being_answered_stays_while_others_ask_for_nothing(world: World) -> None:
    class Patient(Few):
        asks_within = answered_within = 60.0

    world.database.hangs = True
    async with served(world, Patient) as port:
        asking = await port.guest()
        await asking.says(b"GET /readyz HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n")
        crowd = [await port.guest() for _ in range(3 * Few.most)]
        assert await crowd[0].hears() == b""
        world.database.hangs = False
        assert not asking.reader.at_eof()


@pytest.mark.parametrize("said", [b"", b"GET /livez HTTP/1.1\r\nhost: wor"])
async def test_who_sends_no_whole_request_is_sent_away(world: World, said: bytes) -> None:
    async with served(world, Few) as port:
        guest = await port.guest()
        await guest.says(said)
        assert await guest.hears() == b""


async def test_a_request_that_comes_byte_by_byte_is_not_waited_for(world: World) -> None:
    async with served(world, Few) as port:
        guest = await port.guest()
        await guest.says_until_cut_off(b"G")


async def test_who_does_not_read_the_answer_is_sent_away(world: World) -> None:
    async with served(world, Few, page=b"x" * 20_000_000) as port:
        guest = await port.guest()
        await guest.says(b"GET /metrics HTTP/1.1\r\nhost: worker\r\n\r\n")
        await guest.says_until_cut_off(b"\r\n")
