"""/calendar.ics: who may have it, what is answered when nothing changed, and how much at once."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.clock import HandClock
from tests.support.ics import titles
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from tests.unit.store.sqlite_house import SqliteHouse, at_once
from worker.health.pulse import Pulse
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.calendar import AT_ONCE, PATH, CalendarPage
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages

WORD = "open-sesame"


class World:
    """A worker's pages on a database that others write."""

    def __init__(self, house: SqliteHouse, token: str | None = None) -> None:
        self.house, self.clock = house, HandClock()
        self.page = CalendarPage(house.store, "ab3k", self.clock, Guard(token))
        health = Health(
            Pulse(self.clock, lambda _: None, lambda: None), inline(), NEWEST, reached(self.clock)
        )
        self.app = pages(health, lambda: b"", Guard(token), at_any_pace(), self.page.routes())

    async def get(self, path: str = PATH, **headers: str) -> httpx.Response:
        return await self._ask("GET", path, headers)

    async def head(self) -> httpx.Response:
        return await self._ask("HEAD", PATH, {})

    async def _ask(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
            return await client.request(method, path, headers=named)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SqliteHouse]:
    found = at_once(tmp_path / "cuelight.db")
    yield found
    await found.store.close()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def test_the_broadcasts_are_there_and_may_be_asked_for_by_account(house: SqliteHouse) -> None:
    world = World(house)
    house.insert("a", title="One")
    house.insert("b", title="Two", account="events")
    answer = await world.get()
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert titles(answer.content) == [
        "One",
        "Two",
    ]
    fewer = await world.get(f"{PATH}?account=events")
    assert titles(fewer.content) == ["Two"]


async def test_nothing_is_sent_again_until_something_changes(house: SqliteHouse) -> None:
    world = World(house)
    house.insert("a")
    first = await world.get()
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = await world.get(If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await world.get(If_None_Match='"other"')).status_code == 200
    house.sql("UPDATE broadcasts SET cancelled = 1 WHERE id = 'a'")
    changed = await world.get(If_None_Match=tag)
    assert (changed.status_code, b"STATUS:CANCELLED" in changed.content) == (200, True)


async def test_the_clock_alone_changes_nothing(house: SqliteHouse) -> None:
    world = World(house)
    house.insert("a")
    first = await world.get()
    world.clock.move(3600)
    assert (await world.get()).content == first.content


async def test_the_token_is_asked_for_and_may_be_a_password(house: SqliteHouse) -> None:
    world = World(house, WORD)
    house.insert("a", title="canary-title")
    wrong = (
        "",
        f"Bearer {WORD}x",
        WORD,
        basic("me", "x"),
        basic(WORD, ""),
        "Basic ***",
        "Basic",
        f"Digest {WORD}",
    )
    for said in wrong:
        refused = await world.get(Authorization=said)
        assert (refused.status_code, "canary" in refused.text) == (401, False)
        assert refused.headers["www-authenticate"].startswith("Basic ")
    for said in (f"Bearer {WORD}", basic("anybody", WORD), basic("", WORD)):
        assert "canary-title" in (await world.get(Authorization=said)).text


@pytest.mark.parametrize("query", [f"?token={WORD}", f"?access_token={WORD}", f"?account={WORD}"])
async def test_the_token_in_the_address_opens_nothing(house: SqliteHouse, query: str) -> None:
    refused = await World(house, WORD).get(PATH + query)
    assert refused.status_code == 401
    assert WORD not in refused.text


async def test_a_database_that_is_away_is_said_and_nothing_of_where_it_is(
    house: SqliteHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(house)

    async def gone(_: object) -> str:
        raise StoreUnavailableError("canary-address")

    monkeypatch.setattr(house.store._reads, "call", gone)
    answer = await world.get()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "canary" not in answer.text


async def test_the_head_alone_is_answered_without_a_body(house: SqliteHouse) -> None:
    answer = await World(house).head()
    assert answer.status_code == 200
    assert "etag" in answer.headers


async def test_so_many_are_answered_at_once_and_each_makes_room_when_it_is_done(
    house: SqliteHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, free, arrived = World(house), asyncio.Event(), asyncio.Semaphore(0)
    house.insert("a")

    async def slow(_: float) -> None:
        arrived.release()
        await free.wait()

    monkeypatch.setattr(world.clock, "sleep", slow)
    held = [asyncio.create_task(world.get()) for _ in range(AT_ONCE)]
    for _ in held:
        await arrived.acquire()
    async with asyncio.timeout(5):
        assert (await world.get()).status_code == 503
    free.set()
    assert {each.status_code for each in await asyncio.gather(*held)} == {200}
    assert (await world.get()).status_code == 200


async def test_a_calendar_is_cut_at_its_bound(house: SqliteHouse) -> None:
    world = World(house)
    for each in "abc":
        house.insert(each)
    world.page.most = 2
    assert (await world.get()).content.count(b"BEGIN:VEVENT") == 2
