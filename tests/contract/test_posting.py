"""Posts in the form of Standard Webhooks over real HTTP: signed, and no receiver is waited for."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from config.signing_secret import key
from tests.contract.test_webhook import received
from tests.support.clock import NOON
from tests.support.rude_server import listening
from tests.unit.alerting.test_courier import TOLD
from worker.alerting import posting
from worker.alerting.posting import ID, LONGEST_PAUSE, SIGNATURE, TIMESTAMP, Posted, Poster, open_client
from worker.alerting.webhook import FORMER_SIGNATURE, Webhook
from worker.kit.clock import SystemClock

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
OF_THE_SPECIFICATION = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TEXT = "canary-signing"
BODY = b'{"type": "broadcast.live"}'


def headers(head: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in head.splitlines()[1:] if line)
    return {name.lower(): value for name, _, value in lines}


async def post(url: str, *secrets: str, body: bytes = BODY) -> Posted:
    async with open_client() as client:
        return await Poster(url, secrets or [OF_THE_SPECIFICATION], client).post(
            "event_1", body, SystemClock().now()
        )


async def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    async with received() as receiver, open_client() as client:
        poster = Poster(receiver.url, [OF_THE_SPECIFICATION], client)
        await poster.post("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)
    told = headers(receiver.heads[0])
    assert (told[ID], told[TIMESTAMP]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")
    assert told[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert receiver.bodies == [b'{"test": 2432232314}']


@pytest.mark.parametrize("secret", [OF_THE_SPECIFICATION, TEXT, "umlaut-\u00e4\u00f6\u00fc"])
async def test_a_receiver_verifies_it_with_the_same_secret_and_with_no_other(secret: str) -> None:
    is_marked = secret.startswith("whsec_")
    given = secret if is_marked else base64.b64encode(secret.encode()).decode()
    async with received() as receiver:
        assert await post(receiver.url, secret) == Posted()
    told = headers(receiver.heads[0])
    assert standardwebhooks.Webhook(given).verify(receiver.bodies[0], told) == json.loads(BODY)
    for other in (b"another secret", key(secret)[1:]):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(other).verify(receiver.bodies[0], told)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(given).verify(receiver.bodies[0] + b" ", told)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(given).verify(receiver.bodies[0], {**told, ID: "event_2"})


async def test_the_receiver_that_the_readme_shows_takes_it_once_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUELIGHT_WEBHOOKS__SECRET", OF_THE_SPECIFICATION)
    (shown,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(shown, names)  # noqa: S102  What the README shows.
    body = b'{"type": "broadcast.live", "data": {"broadcast_id": "show"}}'
    async with received() as receiver:
        await post(receiver.url, body=body)
        await post(receiver.url, "whsec_" + "A" * 32, body=body)
    right, forged = map(headers, receiver.heads)
    assert [names["receive"](each, body) for each in (right, right, forged)] == [204, 204, 401]
    assert capsys.readouterr().out == "broadcast.live show\n"


async def test_without_a_secret_a_post_is_named_and_dated_and_not_signed() -> None:
    async with received() as receiver, open_client() as client:
        assert await Poster(receiver.url, [], client).post("event_1", BODY, NOON) == Posted()
    told = headers(receiver.heads[0])
    assert (told[ID], SIGNATURE in told) == ("event_1", False)


async def test_while_a_secret_is_replaced_receivers_of_either_can_verify_it() -> None:
    former = "whsec_" + "A" * 32
    async with received() as receiver:
        assert await post(receiver.url, OF_THE_SPECIFICATION, former) == Posted()
    told = headers(receiver.heads[0])
    for each in (OF_THE_SPECIFICATION, former):
        assert standardwebhooks.Webhook(each).verify(receiver.bodies[0], told) == json.loads(BODY)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook("whsec_" + "B" * 32).verify(receiver.bodies[0], told)


async def test_an_alert_carries_both_signatures() -> None:
    clock = SystemClock()
    async with received() as receiver, open_client() as client:
        await Webhook("1", receiver.url, TEXT, "camp", client, clock).send(TOLD)
    told = headers(receiver.heads[0])
    verifier = standardwebhooks.Webhook(TEXT.encode())
    assert verifier.verify(receiver.bodies[0], told)["id"] == TOLD.id
    assert told[ID] == TOLD.message_id
    assert told[FORMER_SIGNATURE].startswith(f"t={told[TIMESTAMP]},v1=")


async def test_an_alert_keeps_its_message_id_over_retries_and_its_timestamp_is_each_posts_own() -> None:
    async with received() as receiver, open_client() as client:
        for seconds in (0, 8):
            clock = Standing(seconds)
            await Webhook("1", receiver.url, TEXT, "camp", client, clock).send(TOLD)
    first, second = map(headers, receiver.heads)
    assert first[ID] == second[ID]
    assert int(second[TIMESTAMP]) - int(first[TIMESTAMP]) == 8


def test_raised_changed_repeated_and_resolved_are_messages_of_their_own() -> None:
    later = NOON + timedelta(minutes=10)
    told = [
        TOLD,
        replace(TOLD, changed_at=later),
        replace(TOLD, text="another"),
        replace(TOLD, repeated_at=later),
        replace(TOLD, repeated_at=later + timedelta(minutes=10)),
        replace(TOLD, resolved_at=later),
        replace(TOLD, raised_at=later),
    ]
    assert len({each.message_id for each in told}) == len(told)
    assert replace(TOLD, resolved_at=later).message_id == replace(TOLD, resolved_at=NOON).message_id


class Standing(SystemClock):
    """A clock that stands still, so many seconds from noon."""

    def __init__(self, seconds: float) -> None:
        self._at = NOON + timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._at


@pytest.mark.parametrize(
    ("status", "posted"),
    [
        ("200 OK", Posted()),
        ("204 No Content", Posted()),
        ("410 Gone", Posted("answered 410", is_gone=True)),
        ("404 Not Found", Posted("answered 404")),
        ("500 No", Posted("answered 500")),
        ("503 Later\r\nretry-after: 120", Posted("answered 503", again_after=120)),
        ("429 Slow down\r\nretry-after: 1e9", Posted("answered 429", again_after=LONGEST_PAUSE)),
        ("429 Slow down\r\nretry-after: -5", Posted("answered 429")),
        ("429 Slow down\r\nretry-after: soon", Posted("answered 429")),
        ("302 Found\r\nlocation: http://127.0.0.1:1/elsewhere", Posted("answered 302")),
    ],
)
async def test_only_2xx_is_arrived_and_no_redirect_is_followed(status: str, posted: Posted) -> None:
    async with received(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode()) as receiver:
        assert await post(receiver.url) == posted
    assert len(receiver.heads) == 1


async def headers_for_ever(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)  # noqa: TID251  Real sockets.


async def huge_headers(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx: " + b"x" * 4_000_000)
    await writer.drain()


async def no_answer(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("serve", "trouble"),
    [
        (headers_for_ever, "no answer within 0.3 s"),
        (huge_headers, "no connection: RemoteProtocolError"),
        (no_answer, "no answer within 0.3 s"),
    ],
)
async def test_a_receiver_that_hangs_dribbles_or_floods_costs_one_deadline(
    monkeypatch: pytest.MonkeyPatch,
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    trouble: str,
) -> None:
    monkeypatch.setattr(posting, "DEADLINE", 0.3)
    clock = SystemClock()
    async with listening(serve) as port:
        began = clock.monotonic()
        posted = await post(f"http://127.0.0.1:{port}/canary-path")
        assert clock.monotonic() - began < 2
    assert posted == Posted(trouble)


async def test_an_answer_without_an_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "DEADLINE", 5.0)
    sent = 0

    async def body_for_ever(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    clock = SystemClock()
    async with listening(body_for_ever) as port:
        began = clock.monotonic()
        assert await post(f"http://127.0.0.1:{port}/") == Posted()
        assert clock.monotonic() - began < 2
    assert sent < 50_000_000


async def test_nobody_there_is_no_arrival_and_names_no_address() -> None:
    assert await post("http://127.0.0.1:1/canary-path") == Posted("no connection: ConnectError")
