"""What is posted in the provider's name: taken once if it is the provider's, and else only counted."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.types import Message

from tests.support.clock import HandClock
from tests.support.hints import hints_of, is_told
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from tests.support.signer import KeyServer, event, headers, signing
from worker.engine.hints import Hint, Reception
from worker.health.metrics import Metrics
from worker.health.pulse import Pulse
from worker.provider.published_key import AGAIN_AFTER
from worker.store.opening import inline
from worker.store.schema.migration import NEWEST
from worker.web.body import MOST_BYTES, BodyError, read
from worker.web.deliveries import Deliveries
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.webhooks import AT_ONCE, PATH, Webhooks

TOKEN = "open-sesame"  # noqa: S105  Asked for by /metrics alone.
STREAM_KEY = "canary-stream-key"
LIVE = event("livestreaming.statusUpdate", streamId="s-1", status="LIVE", streamKey=STREAM_KEY)


class World:
    """A worker's pages, the key of its provider, and the runs that it wakes."""

    def __init__(self, *accounts: str) -> None:
        self.clock, self.server = HandClock(), KeyServer()
        self.woken: list[str] = []
        self.told: list[Hint] = []
        self.counted: Counter[tuple[str, str]] = Counter()
        self.hints = hints_of({"m-1": "show"}, self.woken.append, self.clock, *accounts)
        published = self.server.published(self.clock)
        keys = dict.fromkeys(accounts or ("default",), published)
        self.webhooks = Webhooks(keys, self, self._count)
        health = Health(
            Pulse(self.clock, lambda _: None, lambda: None), inline(), NEWEST, reached(self.clock)
        )
        self.app = pages(health, lambda: b"", Guard(TOKEN), at_any_pace(), self.webhooks.routes())

    def heard(self, hint: Hint) -> Reception:
        self.told.append(hint)
        return self.hints.heard(hint)

    async def post(
        self, body: bytes, said: Mapping[str, str] | None = None, path: str = PATH
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
            return await client.post(path, content=body, headers=said)

    async def signed(self, body: bytes, uuid: str = "u-1", path: str = PATH) -> int:
        return (await self.post(body, headers(body, uuid), path)).status_code

    def outcomes(self) -> dict[str, int]:
        return {outcome: number for (_, outcome), number in self.counted.items()}

    def _count(self, account: str, reception: Reception) -> None:
        self.counted[account, reception.value] += 1


@pytest.fixture
def world() -> World:
    return World()


async def test_what_the_provider_signed_wakes_the_run_and_asks_for_no_token(world: World) -> None:
    assert await world.signed(LIVE) == 200
    assert world.woken == ["show"]
    assert world.told == [Hint("default", "livestreaming.statusUpdate", "m-1", "s-1")]
    assert world.counted == {("default", "taken"): 1}
    assert is_told(world.hints)


@pytest.mark.parametrize("brand", ["rtk", "dyte"])
async def test_either_brand_of_headers_is_understood(world: World, brand: str) -> None:
    for _ in range(2):
        answer = await world.post(LIVE, headers(LIVE, "u-1", brand=brand))
        assert answer.status_code == 200
    assert world.outcomes() == {"taken": 1, "duplicate": 1}


async def test_dyte_may_sign_the_same_json_without_its_blanks(world: World) -> None:
    compact = json.dumps(json.loads(LIVE), separators=(",", ":")).encode()
    assert compact != LIVE
    assert (await world.post(LIVE, headers(compact, brand="dyte"))).status_code == 200
    assert (await world.post(LIVE, headers(compact, brand="rtk"))).status_code == 401


def _cut(said: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:-8] for name, value in said.items()}


FORGED: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "unsigned": (LIVE, {}),
    "by a stranger": (LIVE, headers(LIVE, "u-1", signing("stranger"))),
    "of another body": (LIVE, headers(event(), "u-1")),
    "garbled": (LIVE.replace(b"LIVE", b"IDLE"), headers(LIVE, "u-1")),
    "no base64": (LIVE, {"rtk-signature": "%%%"}),
    "beyond ASCII": (LIVE, {"rtk-signature": "\xe4"}),
    "cut": (LIVE, _cut(headers(LIVE))),
    "empty": (b"", {}),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_what_the_provider_did_not_sign_changes_nothing_but_a_counter(world: World, kind: str) -> None:
    body, said = FORGED[kind]
    raw = {name.encode(): value.encode("latin-1") for name, value in said.items()}
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        assert (await client.post(PATH, content=body, headers=raw)).status_code == 401
    assert (world.woken, world.told, world.outcomes()) == ([], [], {"refused": 1})
    assert not is_told(world.hints)
    assert await world.signed(LIVE) == 200, "a forgery uses up no delivery"


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"nonsense", b"{}", b'{"event":7}', b'{"event":""}', b"[" * 60_000, b"\xff"]
)
async def test_what_is_signed_and_no_event_is_a_bad_request(world: World, body: bytes) -> None:
    assert await world.signed(body) == 400
    assert (world.told, world.outcomes()) == ([], {"refused": 1})


@pytest.mark.parametrize("meeting", [None, [], "m-1", {"id": 7}, {"id": "a/b"}, {"id": "x" * 65}, {"id": ""}])
async def test_a_meeting_that_cannot_be_read_is_nobodys(world: World, meeting: object) -> None:
    body = json.dumps({"event": "meeting.started", "meeting": meeting, "streamId": "../x"}).encode()
    assert await world.signed(body) == 200
    assert world.told == [Hint("default", "meeting.started", None, None)]
    assert world.outcomes() == {"foreign": 1}


async def test_a_meeting_of_others_and_an_event_that_nobody_wants_are_taken_and_nothing_follows(
    world: World,
) -> None:
    assert await world.signed(event(meeting="theirs"), "u-1") == 200
    assert await world.signed(event("meeting.chatSynced"), "u-2") == 200
    assert (world.woken, world.outcomes()) == ([], {"foreign": 2})
    assert not is_told(world.hints)


async def test_a_delivery_that_comes_again_is_known_and_wakes_nobody(world: World) -> None:
    for _ in range(3):
        assert await world.signed(LIVE, "u-1") == 200
    assert await world.signed(LIVE, "u-2") == 200
    assert (world.woken, world.outcomes()) == (["show"] * 2, {"taken": 2, "duplicate": 2})


async def test_the_last_ten_thousand_deliveries_are_known_and_no_more_are_kept() -> None:
    known = Deliveries()
    for number in range(10_001):
        known.add(f"u-{number}")
    known.add("")
    assert not known.knows("u-0")
    assert known.knows("u-1")
    assert not known.knows("")
    assert len(known._known) == 10_000
    known.add("x" * 100_000)
    assert max(map(len, known._known)) == 64


async def test_what_is_too_long_is_not_read_to_its_end(world: World) -> None:
    sent = 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1024):
            sent += 1024
            yield b"x" * 1024

    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        answer = await client.post(PATH, content=long())
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert sent <= MOST_BYTES + 2048
    longest = event().replace(b"}}", b"}}".rjust(MOST_BYTES - len(event()) + 2))
    assert len(longest) == MOST_BYTES
    assert await world.signed(longest) == 200
    assert world.outcomes() == {"refused": 1, "taken": 1}


async def test_a_body_that_does_not_come_or_is_cut_off_is_not_waited_for() -> None:
    async def silent() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    for receive, status in ((silent, 408), (gone, 400)):
        with pytest.raises(BodyError) as refused:
            await read(Request({"type": "http", "headers": []}, receive), within=0.01)
        assert refused.value.status == status


async def test_a_key_that_is_away_has_the_provider_try_again_and_then_it_is_taken(world: World) -> None:
    world.server.gone = True
    assert await world.signed(LIVE) == 503
    assert (world.woken, world.outcomes()) == ([], {"unchecked": 1})
    world.server.gone = False
    world.clock.move(AGAIN_AFTER)
    assert await world.signed(LIVE) == 200
    assert world.woken == ["show"]


async def test_a_key_that_was_changed_is_learnt(world: World) -> None:
    assert await world.signed(LIVE, "u-1") == 200
    world.server.key = signing("stranger")
    world.clock.move(AGAIN_AFTER)
    assert (await world.post(LIVE, headers(LIVE, "u-2", signing("stranger")))).status_code == 200
    assert await world.signed(LIVE, "u-3") == 401


async def test_two_thousand_forgeries_ask_for_the_key_once_a_minute_and_count(world: World) -> None:
    forged = headers(LIVE, "u-1", signing("stranger"))
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        for _ in range(20):
            answers = await asyncio.gather(
                *(client.post(PATH, content=LIVE, headers=forged) for _ in range(100))
            )
            assert {each.status_code for each in answers} <= {401, 503}
            world.clock.move(AGAIN_AFTER / 6)
    assert len(world.server.asked) == 4, "200 s"
    assert world.outcomes()["refused"] >= 20
    assert (world.woken, world.told) == ([], [])
    assert await world.signed(LIVE) == 200


async def test_only_so_many_are_in_hand_at_once_and_the_pages_are_still_answered(world: World) -> None:
    may_go_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        await may_go_on.wait()
        yield LIVE

    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        said = headers(LIVE)
        waiting = [
            asyncio.create_task(client.post(PATH, content=slow(), headers=said)) for _ in range(AT_ONCE)
        ]
        while world.webhooks._in_hand < AT_ONCE:
            await asyncio.wait(waiting, timeout=0.01)
        refused = await client.post(PATH, content=LIVE, headers=said)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert (await client.get("/")).status_code == 200
        may_go_on.set()
        assert {each.status_code for each in await asyncio.gather(*waiting)} == {200}
        assert (await client.post(PATH, content=LIVE, headers=said)).status_code == 200


async def test_each_account_has_an_address_of_its_own() -> None:
    world = World("default", "events")
    assert await world.signed(LIVE, "u-1") == 200
    assert await world.signed(LIVE, "u-2", f"{PATH}/events") == 200
    assert [each.account for each in world.told] == ["default", "events"]
    assert await world.signed(LIVE, "u-3", f"{PATH}/nobody") == 404
    assert {account for account, _ in world.counted} == {"default", "events"}


@pytest.mark.parametrize(("accounts", "status"), [(("events",), 200), (("events", "main"), 404)])
async def test_the_short_address_is_that_of_default_or_of_the_only_account(
    accounts: tuple[str, ...], status: int
) -> None:
    world = World(*accounts)
    assert await world.signed(LIVE) == status


def test_each_reception_is_shown_to_prometheus() -> None:
    metrics = Metrics()
    for each in Reception:
        metrics.posted("default", each)
    families = text_string_to_metric_families(metrics.page().decode())
    (found,) = [each for each in families if each.name == "cuelight_webhooks"]
    shown = {each.labels["outcome"]: each.value for each in found.samples if each.name.endswith("total")}
    assert shown == dict.fromkeys(("taken", "duplicate", "refused", "unchecked", "foreign"), 1)
