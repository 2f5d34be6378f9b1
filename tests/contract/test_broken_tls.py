"""TLS that is wrong in one way each: nothing is sent to whoever cannot prove who it is. Over real sockets."""

import asyncio
import ssl
import warnings
from datetime import UTC, datetime
from pathlib import Path

import aiohttp.connector
import pytest
import trustme

from tests.support.leaks import shown
from tests.support.rude_server import Serve, always, listening, reply, rude_server
from worker.kit.clock import SystemClock
from worker.provider.errors import Effect, NotSentError, ProviderError, UnansweredError
from worker.provider.transport import Transport

CLOCK = SystemClock()
DEADLINE = 1.0
SECRET = "canary-of-an-api-token"  # noqa: S105  A canary.
HERE = "127.0.0.1"
LONG_AGO, A_DAY_LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)
GOOD = reply(b'{"success": true, "data": {}}')
METHODS = ("GET", "POST")
IS_STRICT = bool(ssl.create_default_context().verify_flags & ssl.VERIFY_X509_STRICT)
"""Since Python 3.13: what RFC 5280 forbids is refused before any name is compared."""
WRONG = {
    "signed by a stranger": "unable to get local issuer certificate",
    "of another host": "IP address mismatch",
    "without a host": "IP address mismatch",
    "with an empty list of names": "Empty Subject Alternative Name" if IS_STRICT else "IP address mismatch",
    "expired": "certificate has expired",
}
"""What the error says of each."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusting(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the client trust our authority, beside those of the machine, and check as strictly as ever."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", context)


def server_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def wrong_certificate(name: str, authority: trustme.CA) -> trustme.LeafCert:
    match name:
        case "signed by a stranger":
            return trustme.CA().issue_cert(HERE)
        case "of another host":
            return authority.issue_cert("api.example", "127.0.0.2")
        case "without a host":
            return authority.issue_cert("somebody@api.example", common_name=HERE)
        case "with an empty list of names":
            return authority.issue_cert(common_name=HERE)
        case _:
            return authority.issue_cert(HERE, not_before=LONG_AGO, not_after=A_DAY_LATER)


async def trouble(url: str, method: str = "POST") -> ProviderError:
    transport = Transport(deadline=DEADLINE)
    began = CLOCK.monotonic()
    try:
        with pytest.raises(ProviderError) as raised:
            await transport.send(method, url, f"Bearer {SECRET}")
    finally:
        await transport.close()
    assert CLOCK.monotonic() - began < 2 * DEADLINE
    assert SECRET not in shown(raised.value)
    return raised.value


async def test_who_proves_who_it_is_is_sent_the_call(authority: trustme.CA) -> None:
    async with rude_server(always(GOOD), server_of(authority.issue_cert(HERE))) as rude:
        transport = Transport(deadline=DEADLINE)
        assert (await transport.send("GET", f"https://{HERE}:{rude.port}/", f"Bearer {SECRET}")).status == 200
        await transport.close()
    assert len(rude.seen) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_certificate_is_sent_nothing(name: str, method: str, authority: trustme.CA) -> None:
    async with rude_server(always(GOOD), server_of(wrong_certificate(name, authority))) as rude:
        error = await trouble(f"https://{HERE}:{rude.port}/", method)
    assert type(error) is NotSentError
    assert error.effect is Effect.NONE
    assert WRONG[name] in str(error)
    assert rude.seen == []


async def test_a_self_signed_certificate_is_sent_nothing(tmp_path: Path) -> None:
    stranger, pem = trustme.CA(), tmp_path / "own.pem"
    pem.write_bytes(stranger.private_key_pem.bytes() + stranger.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    async with rude_server(always(GOOD), context) as rude:
        assert type(await trouble(f"https://{HERE}:{rude.port}/")) is NotSentError
    assert rude.seen == []


async def test_only_tls_of_another_age_is_sent_nothing(authority: trustme.CA) -> None:
    context = server_of(authority.issue_cert(HERE))
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    async with rude_server(always(GOOD), context) as rude:
        assert type(await trouble(f"https://{HERE}:{rude.port}/")) is NotSentError
    assert rude.seen == []


def says(answer: bytes, *, stays: bool = False) -> Serve:
    """Take a byte of the hello, say something, and stay or leave."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        if stays:
            await reader.read()

    return serve


async def dribble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise a long record of the handshake, and send it byte by byte."""
    writer.write(b"\x16\x03\x03\x3f\xff")
    while not writer.is_closing():
        writer.write(b"\x02")
        await writer.drain()
        await CLOCK.sleep(0.02)


HANDSHAKES: dict[str, Serve] = {
    "HTTP instead": says(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
    "HTTP instead, and waiting": says(GOOD, stays=True),
    "nothing": says(b"", stays=True),
    "an end": says(b""),
    "half a record": says(b"\x16\x03\x03\x00\x7a\x02"),
    "an alert": says(b"\x15\x03\x03\x00\x02\x02\x28"),
    "noise": says(bytes(range(256)) * 64),
    "a dribble": dribble,
}


@pytest.mark.parametrize("name", HANDSHAKES)
@pytest.mark.parametrize("method", METHODS)
async def test_a_handshake_that_comes_to_nothing_was_sent_nothing(name: str, method: str) -> None:
    calls = 0

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await HANDSHAKES[name](reader, writer)

    async with listening(counted) as port:
        error = await trouble(f"https://{HERE}:{port}/", method)
    assert type(error) is NotSentError
    assert error.effect is Effect.NONE
    assert calls == 1


@pytest.mark.parametrize("method", METHODS)
async def test_tls_that_is_closed_after_the_call_leaves_its_effect_unknown(
    method: str, authority: trustme.CA
) -> None:
    async with rude_server(always(), server_of(authority.issue_cert(HERE))) as rude:
        error = await trouble(f"https://{HERE}:{rude.port}/", method)
    assert type(error) is UnansweredError
    assert error.effect is Effect.UNKNOWN
    assert len(rude.seen) == 1
