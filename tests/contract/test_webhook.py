"""Alerts over real HTTP: signed, once, and without a word of where they went."""

import asyncio
import hashlib
import hmac
import io
import json
import logging
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from tests.support import quiet_logs
from tests.support.clock import NOON, HandClock
from tests.support.rude_server import listening
from tests.unit.alerting.test_courier import TOLD
from worker.alerting.channel import DeliveryError
from worker.alerting.posting import open_client
from worker.alerting.services import HANG_AT_MOST, AppriseService, ChannelError, service
from worker.alerting.webhook import FORMER_SIGNATURE, Webhook
from worker.kit import logs
from worker.process.heartbeat import Heartbeat

SECRET = "canary-signing"  # noqa: S105  Looked for in what comes out.


BY_APPRISE = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""It imports what Python will not have for ever."""


@dataclass
class Receiver:
    """A server that keeps what it gets."""

    answer: bytes = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((line.split(":")[1] for line in head.lower().splitlines() if "length" in line), "0")
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(length)))
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def received(answer: bytes | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer) if answer else Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.url = (
        f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/canary-path"
    )
    async with server:
        yield receiver


async def post(url: str, secret: str | None = SECRET) -> None:
    async with open_client() as client:
        await Webhook("1", url, secret, "camp", client, HandClock()).send(TOLD)


async def test_a_webhook_is_told_as_json_and_the_signature_proves_it() -> None:
    async with received() as receiver:
        await post(receiver.url)
    told = json.loads(receiver.bodies[0])
    assert (told["id"], told["state"], told["key"], told["severity"]) == (
        TOLD.id,
        "raised",
        "show/not_off",
        "critical",
    )
    assert (told["installation"], told["raised_at"], told["version"]) == ("camp", NOON.isoformat(), 1)
    header = next(
        line for line in receiver.heads[0].splitlines() if line.lower().startswith(FORMER_SIGNATURE)
    )
    at, signed = (part.partition("=")[2] for part in header.partition(": ")[2].split(","))
    right = hmac.new(SECRET.encode(), f"{at}.".encode() + receiver.bodies[0], hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signed, right)
    assert int(at) == int(NOON.timestamp())


async def test_without_a_secret_nothing_is_signed() -> None:
    async with received() as receiver:
        await post(receiver.url, secret=None)
    assert FORMER_SIGNATURE not in receiver.heads[0].lower()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
async def test_anything_but_2xx_is_no_delivery_and_names_no_address(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with received(answer or b"\x00") as receiver:
        with pytest.raises(DeliveryError) as failed:
            await post(receiver.url)
    assert len(receiver.heads) == 1
    assert "canary" not in str(failed.value) + caplog.text
    assert failed.value.__context__ is None


async def test_an_authority_in_ssl_cert_file_is_trusted_as_the_providers_client_trusts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    async with received(tls=tls) as receiver:
        with pytest.raises(DeliveryError, match="no connection"):
            await post(receiver.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        await post(receiver.url)
    assert len(receiver.bodies) == 1


async def test_nobody_there_is_no_delivery() -> None:
    with pytest.raises(DeliveryError, match="no connection"):
        await post("http://127.0.0.1:1/canary-path")


@BY_APPRISE
def test_an_address_that_apprise_does_not_understand_is_not_repeated() -> None:
    with pytest.raises(ChannelError, match="alert channel 2") as failed:
        service("2", "nosuch://canary-path")
    assert "canary" not in str(failed.value)


@BY_APPRISE
async def test_apprise_delivers_what_it_knows() -> None:
    async with received() as receiver:
        await service("1", receiver.url.replace("http://", "json://")).send(TOLD)
    assert "not_off" in receiver.bodies[0].decode()


@BY_APPRISE
async def test_at_debug_level_an_alert_by_apprise_leaves_no_token_in_the_log() -> None:
    stream = io.StringIO()
    async with received() as receiver:
        url = receiver.url.replace("http://", "json://")
        logs.configure("json", "debug", [url], stream)
        try:
            await service("3", url).send(TOLD)
        finally:
            logging.basicConfig(handlers=[logging.NullHandler()], level=logging.WARNING, force=True)
            quiet_logs.configure()
    assert receiver.bodies
    assert "canary" not in stream.getvalue()


@BY_APPRISE
async def test_what_apprise_cannot_deliver_is_no_delivery() -> None:
    with pytest.raises(DeliveryError):
        await service("1", "json://127.0.0.1:1/canary-path").send(TOLD)


async def test_the_heartbeat_beats_at_most_once_a_minute_and_only_after_passes() -> None:
    clock = HandClock()
    async with received() as receiver, open_client() as client:
        heartbeat = Heartbeat(receiver.url, client, clock)
        task = asyncio.create_task(heartbeat.run())
        for _ in range(5):
            heartbeat.beat()
            await _until(lambda: len(receiver.heads) == 1)
        clock.move(60)
        await _until(lambda: len(receiver.heads) == 2)
        clock.move(600)
        await asyncio.sleep(0.05)  # noqa: TID251  Real sockets: nothing may come.
        assert len(receiver.heads) == 2
        task.cancel()
    assert receiver.heads[0].startswith("GET /canary-path")


async def _until(true: object) -> None:
    for _ in range(200):
        if true():  # type: ignore[operator]  # Any callable.
            return
        await asyncio.sleep(0.01)  # noqa: TID251  Real sockets.
    raise AssertionError


class Deaf:
    """A service that never answers."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def notify(self, **_: str) -> bool:
        return self.go.wait()


async def test_a_service_that_hangs_fails_at_its_deadline_and_takes_few_threads() -> None:
    deaf = Deaf()
    channel = AppriseService("1", deaf, deadline=0.05)
    try:
        for _ in range(HANG_AT_MOST):
            with pytest.raises(DeliveryError, match="no answer within"):
                await channel.send(TOLD)
        with pytest.raises(DeliveryError, match="earlier deliveries still hang"):
            await channel.send(TOLD)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: True), 5)
    finally:
        deaf.go.set()


async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a byte at a time, for ever: no timeout between two bytes is ever reached."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)  # noqa: TID251  Real sockets.


@BY_APPRISE
async def test_a_service_that_answers_byte_by_byte_is_not_waited_for() -> None:
    async with listening(dribble) as port:
        made = service("1", f"json://127.0.0.1:{port}/canary-path")
        slow = AppriseService(made.name, made._notifier, deadline=0.3)
        with pytest.raises(DeliveryError, match="no answer within"):
            await slow.send(TOLD)
