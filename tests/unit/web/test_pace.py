"""Pages are begun, and connections taken, no faster than their pace, however many ask."""

import asyncio
import errno
import socket
from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.support.clock import HandClock, settle
from tests.unit.web.port import World, listens, served, until
from worker.kit import listening
from worker.web.connections import Connection
from worker.web.guard import Guard
from worker.web.pace import Pace
from worker.web.pages import pages

A_SECOND, AT_ONCE = 8.0, 4
ROUNDING = 1e-6


class Sleeper(HandClock):
    """A clock that moves when somebody sleeps."""

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)


async def gone_on(pauses: Sequence[float]) -> list[float]:
    """Return when each went on who came so many seconds after the one before did."""
    clock, found = Sleeper(), list[float]()
    pace = Pace(clock, A_SECOND, AT_ONCE)
    for each in pauses:
        clock.move(each)
        await pace.wait()
        found.append(clock.monotonic())
    return found


@given(st.lists(st.sampled_from([0.0, 0.01, 0.1, 0.3, 5.0]) | st.floats(0, 2), min_size=1, max_size=40))
def test_no_stretch_of_time_has_more_than_its_share(pauses: list[float]) -> None:
    found = asyncio.run(gone_on(pauses))
    for first, began in enumerate(found):
        for last, at in enumerate(found[first:], first):
            assert last - first + 1 <= AT_ONCE + (at - began + ROUNDING) * A_SECOND


@given(st.lists(st.floats(0, 2), min_size=1, max_size=40))
def test_nobody_waits_for_longer_than_his_share_takes(pauses: list[float]) -> None:
    found = asyncio.run(gone_on(pauses))
    came = [before + pause for before, pause in zip([1000.0, *found], pauses, strict=False)]
    assert all(at - asked <= 1 / A_SECOND + ROUNDING for at, asked in zip(found, came, strict=True))


async def test_after_a_pause_a_few_go_on_at_once() -> None:
    found = await gone_on([*[0.0] * 6, 5.0, *[0.0] * 5])
    assert [each - 1000 for each in found] == [
        *[0, 0, 0, 0, 0.125, 0.25],
        *[5.25, 5.25, 5.25, 5.25, 5.375, 5.5],
    ]


async def all_settle() -> None:
    """Let a client and an application, with all that stands between them, do what they can."""
    for _ in range(20):
        await settle()


async def test_pages_are_begun_at_their_pace_and_probes_at_once() -> None:
    begun: list[str] = []

    async def page(_request: Request) -> Response:
        begun.append("page")
        return PlainTextResponse("")

    world = World()
    pace = Pace(world.clock, A_SECOND, AT_ONCE)
    app = pages(world.health, lambda: b"", Guard(None), pace, [Route("/page", page)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://worker") as client:
        asking = [asyncio.ensure_future(client.get("/page")) for _ in range(10)]
        await all_settle()
        assert len(begun) == AT_ONCE
        assert (await client.get("/livez")).status_code == 200
        for after in (5, 6, 7):
            world.clock.move(1 / A_SECOND)
            await all_settle()
            assert len(begun) == after
        for each in asking:
            each.cancel()
        await asyncio.wait(asking)


async def test_connections_are_taken_at_their_pace_and_the_others_wait() -> None:
    class Slow(Connection):
        taken_at_once = 2
        most_a_second = 20.0

    async with served(World(), Slow) as port:
        loop = asyncio.get_running_loop()
        began = loop.time()
        asking = [await port.asking("/livez") for _ in range(10)]
        answers = [await each.hears() for each in asking]
        assert all(b" 200 OK" in each for each in answers)
        assert loop.time() - began > 0.3


async def test_connections_are_taken_again_after_the_system_had_no_file_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(World(), Connection) as port:
        loop = asyncio.get_running_loop()
        take, refused = loop.sock_accept, [OSError(errno.EMFILE, "Too many open files")] * 2

        async def taken(listener: socket.socket) -> tuple[socket.socket, object]:
            if refused:
                raise refused.pop()
            return await take(listener)

        monkeypatch.setattr(listening, "TRIED_AGAIN_AFTER", 0.01)
        monkeypatch.setattr(loop, "sock_accept", taken)
        assert b" 200 OK" in await port.ask("/livez")
        assert b" 200 OK" in await port.ask("/livez")
        assert not refused


async def test_a_fault_of_our_own_in_taking_them_ends_nothing_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(World(), Connection) as port:
        loop = asyncio.get_running_loop()
        take, faults = loop.sock_accept, [LookupError("of our own")]

        async def taken(listener: socket.socket) -> tuple[socket.socket, object]:
            if faults:
                raise faults.pop()
            return await take(listener)

        monkeypatch.setattr(loop, "sock_accept", taken)
        await port.ask("/livez")
        await until(lambda: not faults)
        await until(lambda: listens(port.number))
        assert b" 200 OK" in await port.ask("/livez")


async def test_at_the_end_nobody_is_taken_any_more() -> None:
    async with served(World(), Connection) as port:
        await port.ask("/livez")
    await settle()
    assert asyncio.all_tasks() == {asyncio.current_task()}
