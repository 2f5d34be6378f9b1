"""Webhooks of the simulated provider: registered, signed, delivered as the knobs have it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.unit.simulator.stage import Stage
from worker.simulator import Delivery
from worker.simulator.sending import Post

URL = "https://cuelight.example.org/webhooks/provider"
WANTED = ["meeting.started", "meeting.ended", "livestreaming.statusUpdate"]
KEY = "canary-stream-key-"


class Inbox:
    """Receives, and answers as it is told to."""

    def __init__(self, *answers: int | None) -> None:
        self.got: list[Delivery] = []
        self._answers = list(answers)

    async def __call__(self, delivery: Delivery) -> int | None:
        self.got.append(delivery)
        return self._answers.pop(0) if self._answers else 200

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.got]

    def said(self) -> list[str]:
        return [each.get("status") or each["event"] for each in self.told()]


async def settled() -> None:
    """Let everything happen that waits for nothing."""
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  No time passes.


class Posted(Stage):
    async def register(self, **body: Any) -> str:
        given = {"name": "ours", "url": URL, "events": WANTED} | body
        made = await self.post("/webhooks", given)
        assert made.status_code == 201
        return str(made.json()["data"]["id"])

    async def pass_by(self, seconds: float) -> None:
        await settled()
        self.wait(seconds)
        await settled()


@asynccontextmanager
async def posting(inbox: Inbox, **knobs: Any) -> AsyncIterator[Posted]:
    stage = Posted(**knobs)
    posting = asyncio.create_task(stage.simulator.deliveries.run(inbox))
    try:
        yield stage
    finally:
        posting.cancel()
        await asyncio.wait({posting})


async def a_show(stage: Posted) -> str:
    """Let one meeting go on air and off again."""
    room = await stage.on_air()
    await stage.pass_by(1)
    stage.simulator.drop(room)
    await stage.pass_by(1)
    await stage.post(f"/meetings/{room}/active-session/kick-all", {})
    await stage.pass_by(1)
    return room


async def test_webhooks_are_registered_read_changed_and_deleted() -> None:
    stage = Posted()
    made = await stage.register()
    (listed,) = (await stage.get("/webhooks")).json()["data"]
    assert listed == (await stage.get(f"/webhooks/{made}")).json()["data"]
    assert (listed["name"], listed["url"], listed["events"], listed["enabled"]) == ("ours", URL, WANTED, True)
    patched = (await stage.call("PATCH", f"/webhooks/{made}", {"enabled": False})).json()["data"]
    assert (patched["enabled"], patched["url"]) == (False, URL)
    replaced = await stage.call("PUT", f"/webhooks/{made}", {"name": "n", "url": URL, "events": []})
    assert (replaced.json()["data"]["enabled"], replaced.json()["data"]["events"]) == (True, [])
    assert (await stage.call("DELETE", f"/webhooks/{made}")).status_code == 200
    assert (await stage.get(f"/webhooks/{made}")).status_code == 404
    assert (await stage.get("/webhooks")).json()["data"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"url": "nowhere"}, {"events": ["meeting.opened"]}, {"name": None}, {"secret": "s"}, {"enabled": "yes"}],
)
async def test_what_is_no_webhook_is_refused(wrong: dict[str, Any]) -> None:
    stage = Posted()
    given = {"name": "ours", "url": URL, "events": WANTED} | wrong
    assert (await stage.post("/webhooks", given)).status_code == 400


async def test_realtimekit_lists_what_can_be_asked_for_and_dyte_does_not() -> None:
    assert set(WANTED) < set((await Posted().get("/webhooks/all")).json()["data"])
    assert (await Posted(flavour="dyte").get("/webhooks/all")).status_code == 404


async def test_a_show_is_told_from_its_beginning_to_its_end() -> None:
    inbox = Inbox()
    async with posting(inbox, stream_key_prefix=KEY) as stage:
        await stage.register()
        room = await a_show(stage)
    assert inbox.said() == ["meeting.started", "LIVE", "OFFLINE", "meeting.ended"]
    assert {each["meeting"]["id"] for each in inbox.told()} == {room}
    started, live, _, ended = inbox.told()
    assert live["streamKey"].startswith(KEY)
    assert (ended["reason"], ended["meeting"]["sessionId"]) == (
        "HOST_ENDED_MEETING",
        started["meeting"]["sessionId"],
    )


async def test_dyte_tells_hardly_anything_of_a_livestream() -> None:
    inbox = Inbox()
    async with posting(inbox, flavour="dyte") as stage:
        await stage.register()
        await a_show(stage)
    assert [sorted(each) for each in inbox.told()[1:3]] == [["event", "status", "streamId"]] * 2
    assert "dyte-signature" in inbox.got[0].headers


async def published(stage: Stage) -> rsa.RSAPublicKey:
    document = (await stage.call("GET", "/.well-known/webhooks.json", whole=True, authorization="")).json()
    key = load_pem_public_key(document["data"]["publicKey"].encode())
    assert isinstance(key, rsa.RSAPublicKey)
    return key


@pytest.mark.parametrize("signs", ["body", "compact"])
async def test_each_delivery_is_signed_by_the_key_that_is_published(signs: str) -> None:
    inbox = Inbox()
    async with posting(inbox, webhook_signs=signs) as stage:
        made = await stage.register()
        await a_show(stage)
        key = await published(stage)
    assert key.key_size == 2048
    for each in inbox.got:
        compact = json.dumps(json.loads(each.body), separators=(",", ":"), ensure_ascii=False).encode()
        assert (each.body == compact) == (signs == "body")
        key.verify(base64.b64decode(each.headers["rtk-signature"]), compact, padding.PKCS1v15(), SHA256())
        assert each.headers["rtk-webhook-id"] == made


async def test_no_key_is_made_before_it_is_needed() -> None:
    async with posting(Inbox()) as stage:
        await a_show(stage)
        assert "_key" not in vars(stage.simulator.deliveries.signing)
        assert stage.simulator.key_reads == 0
        await published(stage)
        assert stage.simulator.key_reads == 1


async def test_what_is_disabled_deleted_or_not_asked_for_is_not_posted() -> None:
    inbox = Inbox()
    async with posting(inbox) as stage:
        await stage.register(enabled=False)
        await stage.call("DELETE", f"/webhooks/{await stage.register()}")
        await stage.register(events=["meeting.ended"])
        await a_show(stage)
    assert inbox.said() == ["meeting.ended"]


async def test_it_is_posted_after_its_delay() -> None:
    inbox = Inbox()
    async with posting(inbox, webhook_delay_s=3) as stage:
        await stage.register()
        stage.simulator.join(await stage.meeting())
        await stage.pass_by(2.9)
        assert inbox.said() == []
        await stage.pass_by(0.2)
        assert inbox.said() == ["meeting.started"]


async def test_what_is_dropped_never_comes() -> None:
    inbox = Inbox()
    async with posting(inbox, webhook_drop=1) as stage:
        await stage.register()
        await a_show(stage)
    assert inbox.got == []


async def test_what_is_doubled_comes_twice_as_one_delivery() -> None:
    inbox = Inbox()
    async with posting(inbox, webhook_duplicate=1) as stage:
        await stage.register()
        stage.simulator.join(await stage.meeting())
        await stage.pass_by(1)
    assert len(inbox.got) == 2
    assert len({each.headers["rtk-uuid"] for each in inbox.got}) == 1


async def test_what_is_held_back_is_overtaken() -> None:
    inbox = Inbox()
    async with posting(inbox, webhook_reorder=1, invoke_to_live_s=5) as stage:
        await stage.register()
        stage.simulator.join(await stage.meeting())
        await settled()
        stage.simulator.turn(webhook_reorder=0)
        await stage.pass_by(5)
        await stage.pass_by(1)
        await stage.pass_by(10)
    assert inbox.said() == ["LIVE", "meeting.started"]


@pytest.mark.parametrize("trouble", [500, 503, None])
async def test_trouble_of_the_receiver_has_it_posted_again_up_to_five_times(trouble: int | None) -> None:
    inbox = Inbox(*[trouble] * 99)
    async with posting(inbox) as stage:
        await stage.register()
        stage.simulator.join(await stage.meeting())
        for _ in range(60):
            await stage.pass_by(1)
        assert [each["status"] for each in await stage.control("GET", "/deliveries")][:6] == [trouble] * 6
    first = [each for each in inbox.got if json.loads(each.body)["event"] == "meeting.started"]
    assert len(first) == 6
    assert len({each.headers["rtk-uuid"] for each in first}) == 1


@pytest.mark.parametrize("refusal", [301, 400, 401, 404, 413])
async def test_a_refusal_is_final(refusal: int) -> None:
    inbox = Inbox(*[refusal] * 99)
    async with posting(inbox) as stage:
        await stage.register(events=["meeting.started"])
        stage.simulator.join(await stage.meeting())
        for _ in range(40):
            await stage.pass_by(1)
    assert len(inbox.got) == 1


async def test_nothing_is_posted_to_another_machine() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(204)

    post = Post(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    hosts = ("cuelight.example.org", "192.0.2.1", "127.0.0.1.example.org", "127.0.0.1", "[::1]", "localhost")
    answers = [await post(Delivery(f"http://{host}/", b"{}", {})) for host in hosts]
    assert answers == [None, None, None, 204, 204, 204]
    assert asked == ["127.0.0.1", "::1", "localhost"]
    await post.close()


async def test_where_nobody_listens_there_is_no_answer() -> None:
    post = Post()
    assert await post(Delivery("http://127.0.0.1:1/", b"{}", {})) is None
    assert await post(Delivery("nonsense", b"{}", {})) is None
    await post.close()
