"""What the provider echoes of a secret is hidden before its text becomes state, error or record."""

import base64
import json
import urllib.parse
from contextlib import suppress
from typing import Any

import pytest

from tests.support.canaries import forms
from tests.support.clock import HandClock
from worker.provider.call_record import CallRecord
from worker.provider.client import ProviderClient
from worker.provider.errors import BadReplyError, ProviderError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Reply, Transport

TOKEN = "canary+token/of=an-account"  # noqa: S105  A canary.
STREAM_KEY = "canary-stream-key-of-a-show"
ACCOUNT = Account(
    name="a", flavour=FLAVOURS["realtimekit"], secret=TOKEN, account_id="account-1", app_id="app-1"
)
ECHOES = [
    TOKEN,
    f"Bearer {TOKEN}",
    urllib.parse.quote(TOKEN, safe=""),
    base64.b64encode(TOKEN.encode()).decode(),
    base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("="),
]
ANYWHERE = {form for secret in (TOKEN, STREAM_KEY) for form in forms(secret)} | {"canary", "Y2FuYXJ5"}


class Laid(Transport):
    """Answers one thing, or fails with it."""

    def __init__(self, reply: Reply | ProviderError) -> None:
        super().__init__()
        self._reply = reply

    async def send(self, *_request: str, **_content: Any) -> Reply:
        if isinstance(self._reply, ProviderError):
            raise self._reply
        return self._reply


def asked(reply: Reply | ProviderError) -> tuple[ProviderClient, list[CallRecord]]:
    told: list[CallRecord] = []
    return ProviderClient(ACCOUNT, Laid(reply), HandClock(), told.append), told


def answer(data: Any, ray: str = "8f-1") -> Reply:
    return Reply(200, {"cf-ray": ray}, json.dumps({"success": True, "data": data}).encode())


def holds(text: str) -> list[str]:
    return [each for each in ANYWHERE if each in text]


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("name", ["status", "playback_url", "id"])
async def test_what_a_livestream_echoes_is_hidden_in_what_becomes_state(name: str, echo: str) -> None:
    fields = {
        "id": "s",
        "status": "LIVE",
        "playback_url": "https://x",
        name: f"padding of some length {echo}",
    }
    client, _ = asked(answer(fields))
    stream = await client.active_stream("m")
    assert not holds(repr(stream))
    assert "[hidden]" in repr(stream)


@pytest.mark.parametrize("written", ["escaped", "raw"])
async def test_an_echo_is_hidden_however_its_json_is_written(written: str) -> None:
    text = "".join(f"\\u{ord(each):04x}" for each in TOKEN) if written == "escaped" else TOKEN
    body = f'{{"success": true, "data": {{"id": "m", "title": "of {text}", "created_at": "{text}"}}}}'
    client, _ = asked(Reply(200, {}, body.encode()))
    meeting = await client.meeting("m")
    assert meeting is not None
    assert (meeting.title, meeting.created_at) == ("of [hidden]", "[hidden]")


@pytest.mark.parametrize("echo", ECHOES)
async def test_the_reason_and_the_number_of_a_refusal_are_hidden_before_they_are_cut(echo: str) -> None:
    body = {"success": False, "error": {"code": 400, "message": f"{'x' * 190} {echo}"}}
    headers = {"cf-ray": f"{'7' * 55}{echo}"}
    client, told = asked(Reply(400, headers, json.dumps(body).encode()))
    with pytest.raises(ProviderError) as raised:
        await client.stop_stream("m")
    error = raised.value
    assert not holds(f"{error} {error!r} {error.reason} {error.request_id} {told}")
    assert "cana" not in f"{error} {told}"
    assert len(error.request_id) <= 64
    assert error.request_id.startswith("7" * 55)


async def test_the_number_of_an_answer_that_could_not_be_read_is_hidden_too() -> None:
    client, told = asked(BadReplyError("a compressed answer", status=200, request_id=f"{'7' * 55}{TOKEN}"))
    with pytest.raises(BadReplyError) as raised:
        await client.active_stream("m")
    assert "cana" not in f"{raised.value} {raised.value.request_id} {told}"


@pytest.mark.parametrize("name", ["stream_key", "streamKey", "token", "authToken"])
async def test_a_secret_of_the_answer_itself_is_hidden_where_the_answer_repeats_it(name: str) -> None:
    fields = {"id": "s", "status": "LIVE", "playback_url": f"https://x/{STREAM_KEY}", name: STREAM_KEY}
    client, _ = asked(answer(fields))
    stream = await client.active_stream("m")
    assert stream.playback_url == "https://x/[hidden]"


@pytest.mark.parametrize(
    "token",
    [
        b'"\xed\xa0\x80 half a character"',
        b"[" * 900 + b"]" * 900,
        b'{"token":' * 900 + b"1" + b"}" * 900,
        b"[" * 9000,
    ],
)
@pytest.mark.parametrize("beside", [b"", b'"x": "\\n", '])
async def test_an_answer_made_to_be_hard_to_search_is_an_answer_or_a_typed_error(
    token: bytes, beside: bytes
) -> None:
    body = b'{"success": true, "data": {"id": "m", ' + beside + b'"token": ' + token + b"}}"
    client, told = asked(Reply(200, {}, body))
    with suppress(BadReplyError):
        await client.meeting("m")
    assert told


async def test_a_token_that_was_asked_for_is_given() -> None:
    client, _ = asked(answer({"token": STREAM_KEY}))
    assert await client.participant_token("m", "p") == STREAM_KEY


async def test_a_number_of_a_good_answer_is_hidden_in_the_record_of_the_call() -> None:
    client, told = asked(answer({"id": "s", "status": "LIVE"}, ray=f"8f-{TOKEN}"))
    await client.active_stream("m")
    assert told[0].request_id == "8f-[hidden]"
