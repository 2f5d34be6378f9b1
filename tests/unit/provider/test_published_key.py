"""What the provider signed is told from what it did not, and its key is not asked for without end."""

import asyncio
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.support.clock import HandClock
from tests.support.signer import KeyServer, document, signing
from worker.provider.errors import BadReplyError
from worker.provider.published_key import AGAIN_AFTER, KeyUnavailableError
from worker.provider.signature import Signed, public_key

BODY = b'{"event":"meeting.started"}'
GOOD = Signed(BODY, signing().sign(BODY))
FORGED = Signed(BODY, signing("stranger").sign(BODY))
SPACED = b'{ "event": "meeting.started",\n "meeting": {"title": "Caf\\u00e9 / x", "n": 3} }'
COMPACT = '{"event":"meeting.started","meeting":{"title":"Café / x","n":3}}'.encode()


def key() -> rsa.RSAPublicKey:
    return public_key({"publicKey": signing().public_pem()})


def pem_of(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_what_the_holder_of_the_key_signed_fits_and_what_others_signed_does_not() -> None:
    assert GOOD.is_by(key())
    assert not FORGED.is_by(key())


@given(st.integers(0, len(BODY) * 8 - 1))
def test_a_body_that_differs_in_one_bit_is_not_signed(bit: int) -> None:
    body = bytearray(BODY)
    body[bit // 8] ^= 1 << bit % 8
    assert not Signed(bytes(body), GOOD.signature).is_by(key())


@given(st.binary(max_size=300))
def test_any_bytes_are_no_signature_and_no_error(signature: bytes) -> None:
    assert not Signed(BODY, signature, or_compact=True).is_by(key())


def test_the_same_json_without_its_blanks_may_be_what_was_signed_where_that_is_asked_for() -> None:
    signature = signing().sign(COMPACT)
    assert Signed(SPACED, signature, or_compact=True).is_by(key())
    assert not Signed(SPACED, signature).is_by(key())
    assert json.loads(SPACED) == json.loads(COMPACT)


@pytest.mark.parametrize("body", [b"[" * 60_000, b"\xff", b"", b'{"a":1,"a":2}', b"9" * 5000])
def test_what_has_no_compact_form_is_not_signed(body: bytes) -> None:
    assert not Signed(body, GOOD.signature, or_compact=True).is_by(key())


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"publicKey": 7},
        {"publicKey": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
        {"publicKey": pem_of(rsa.generate_private_key(65537, 1024).public_key())},  # noqa: S505  Refused.
        {"publicKey": pem_of(ec.generate_private_key(ec.SECP256R1()).public_key())},
    ],
    ids=["nothing", "a list", "empty", "a number", "garbled", "too short", "of another kind"],
)
def test_a_document_without_an_rsa_key_that_is_long_enough_is_a_bad_reply(found: object) -> None:
    with pytest.raises(BadReplyError):
        public_key(found)


async def test_the_key_is_fetched_once_and_without_credentials() -> None:
    server = KeyServer()
    published = server.published(HandClock())
    assert await published.signed(GOOD)
    assert await published.signed(GOOD)
    assert len(server.asked) == 1
    assert "authorization" not in server.asked[0]


async def test_many_at_once_ask_once() -> None:
    server = KeyServer()
    published = server.published(HandClock())
    assert await asyncio.gather(*(published.signed(GOOD) for _ in range(50))) == [True] * 50
    assert len(server.asked) == 1


async def test_forgeries_make_us_ask_at_most_once_a_minute() -> None:
    server, clock = KeyServer(), HandClock()
    published = server.published(clock)
    for _ in range(3):
        found = await asyncio.gather(*(published.signed(FORGED) for _ in range(100)))
        assert not any(found)
        clock.move(AGAIN_AFTER / 2)
    assert len(server.asked) == 2


async def test_a_key_that_was_changed_is_fetched_again_and_the_old_one_is_good_no_more() -> None:
    server, clock = KeyServer(), HandClock()
    published = server.published(clock)
    assert await published.signed(GOOD)
    server.key = signing("stranger")
    assert not await published.signed(FORGED), "asked a moment ago"
    clock.move(AGAIN_AFTER)
    assert await published.signed(FORGED)
    assert not await published.signed(GOOD)


ELSEWISE = [
    Response(status_code=500),
    RedirectResponse("http://127.0.0.1:1/"),
    HTMLResponse("<html>"),
    JSONResponse({"success": False}),
    JSONResponse(document("no key")),
    JSONResponse(document(None)),
]


@pytest.mark.parametrize("answer", [None, *ELSEWISE], ids=lambda each: type(each).__name__)
async def test_a_key_that_cannot_be_had_refuses_nobody_and_is_asked_for_again_after_a_minute(
    answer: Response | None,
) -> None:
    server, clock = KeyServer(answer=answer, gone=answer is None), HandClock()
    published = server.published(clock)
    for _ in range(3):
        with pytest.raises(KeyUnavailableError):
            await published.signed(GOOD)
    assert len(server.asked) == 1
    server.answer, server.gone = None, False
    clock.move(AGAIN_AFTER)
    assert await published.signed(GOOD)


async def test_a_known_key_goes_on_while_its_server_is_away() -> None:
    server, clock = KeyServer(), HandClock()
    published = server.published(clock)
    assert await published.signed(GOOD)
    server.gone = True
    clock.move(AGAIN_AFTER)
    assert await published.signed(GOOD)
    with pytest.raises(KeyUnavailableError):
        await published.signed(FORGED)
    assert not await published.signed(FORGED), "it is not fetched again so soon"
    assert await published.signed(GOOD)
