"""Between two pages the worker does what is due; a probe waits for neither."""

import asyncio
from itertools import pairwise

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.support.pace import at_any_pace
from tests.unit.web.port import World
from worker.web.guard import Guard
from worker.web.pages import pages
from worker.web.turns import Turns


class Told:
    """An application that says what it is asked for, beside work that says that it is done."""

    def __init__(self) -> None:
        self.what: list[str] = []

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        self.what.append(scope["path"])

    async def work(self) -> None:
        """Do something in each round of the loop."""
        while True:
            self.what.append("work")
            await asyncio.sleep(0)  # noqa: TID251  A round of a real loop.


@pytest.fixture
async def told() -> Told:
    return Told()


async def asked(told: Told, *paths: str) -> list[str]:
    """Return what was done, in its order, when all these are asked for at one instant."""
    turns = Turns(told, at_once={"/livez"}, pace=at_any_pace())
    working = asyncio.ensure_future(told.work())
    await asyncio.gather(*(turns({"path": each}, _nothing, _nowhere) for each in paths))
    working.cancel()
    return told.what


async def test_the_worker_goes_on_between_two_pages(told: Told) -> None:
    found = await asked(told, *["/page"] * 5)
    assert found.count("/page") == 5
    assert ("/page", "/page") not in set(pairwise(found))


async def test_a_probe_waits_for_no_turn(told: Told) -> None:
    found = await asked(told, "/page", "/page", "/page", "/livez")
    assert [each for each in found if each != "work"] == ["/livez", "/page", "/page", "/page"]


async def test_who_leaves_while_he_waits_holds_up_nobody(told: Told) -> None:
    turns = Turns(told, at_once=(), pace=at_any_pace())
    first, second = (
        asyncio.ensure_future(turns({"path": each}, _nothing, _nowhere)) for each in ("/1", "/2")
    )
    await asyncio.sleep(0)  # noqa: TID251  A round of a real loop.
    first.cancel()
    await second
    assert told.what == ["/2"]


async def test_the_pages_take_turns(told: Told) -> None:
    async def page(_request: Request) -> Response:
        told.what.append("/page")
        return PlainTextResponse("")

    app = pages(World().health, lambda: b"", Guard(None), at_any_pace(), [Route("/page", page)])
    working = asyncio.ensure_future(told.work())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://worker") as client:
        await asyncio.gather(*(client.get("/page") for _ in range(5)))
    working.cancel()
    assert told.what.count("/page") == 5
    assert ("/page", "/page") not in set(pairwise(told.what))


async def _nothing() -> dict[str, object]:
    raise AssertionError


async def _nowhere(_message: object) -> None:
    raise AssertionError


async def test_whoever_leaves_while_it_is_his_turn_leaves_no_error(told: Told) -> None:
    loop, errors = asyncio.get_running_loop(), list[dict[str, object]]()
    loop.set_exception_handler(lambda _loop, context: errors.append(context))
    turns = Turns(told, at_once=(), pace=at_any_pace())
    leaving = asyncio.ensure_future(turns({"path": "/"}, _nothing, _nowhere))
    await asyncio.sleep(0)  # noqa: TID251  It begins.
    leaving.cancel()
    await asyncio.wait([leaving])
    await turns({"path": "/"}, _nothing, _nowhere)
    assert (told.what, errors) == (["/"], [])
