"""What of an answer goes on to the database, the logs and the next call: nothing that they cannot bear."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobs import lines
from jobs.run.observations import NO_SESSION, StreamStatus
from tests.support.clock import HandClock
from tests.support.leaks import shown
from tests.support.rude_server import always, reply, rude_server
from worker.provider import models
from worker.provider.client import LONGEST_REASON, ProviderClient
from worker.provider.errors import BadReplyError, ProviderError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Reply, Transport

SECRET = "canary+of/an=api-key"  # noqa: S105 - opens nothing


def account(flavour: str = "realtimekit", port: int = 1) -> Account:
    address = f"http://127.0.0.1:{port}"
    return Account(name="a", flavour=FLAVOURS[flavour], secret=SECRET, org_id="org", base_url=address)


async def error_of(body: bytes, status: str, flavour: str = "realtimekit") -> ProviderError:
    transport = Transport(deadline=2)
    async with rude_server(always(reply(body, status, "cf-ray: ray-1"))) as rude:
        client = ProviderClient(account(flavour, rude.port), transport, HandClock())
        with pytest.raises(ProviderError) as raised:
            await client.create_meeting("t", {}, live_stream_on_start=True)
        await transport.close()
    return raised.value


async def listing(body: bytes) -> ProviderError:
    transport = Transport(deadline=2)
    async with rude_server(always(reply(body), stays=True)) as rude:
        client = ProviderClient(account(port=rude.port), transport, HandClock())
        with pytest.raises(ProviderError) as raised:
            await client.search_meetings("t")
        await transport.close()
    return raised.value


def refusal(message: str) -> bytes:
    return json.dumps({"success": False, "error": {"code": 400, "message": message}}).encode()


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("padding", [0, 170, 190])
async def test_a_secret_that_the_provider_echoes_is_hidden_even_where_the_reason_is_cut(
    flavour: str, padding: int
) -> None:
    pair = account(flavour).authorization.partition(" ")[2]
    for secret in (SECRET, quote(SECRET, safe=""), pair, account(flavour).authorization):
        error = await error_of(refusal("x" * padding + " " + secret), "400 Bad Request", flavour)
        assert len(error.reason) <= LONGEST_REASON
        assert not [stem for stem in (SECRET[:6], pair[:6]) if stem in shown(error)]


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 2x0 canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary\r\n",
        b"HTTP/1.1 200 OK\r\ncanary\0: x\r\n\r\n",
        b"canary canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{canary",
        reply(b'{"success": true, "data": {"stream_key": "canary"}}'),
        reply(b'{"success": true, "data": ["canary", "canary'),
        reply(b"canary", "502 Bad Gateway"),
        reply(b"", "302 Found", "location: http://[canary"),
        b"",
    ],
)
async def test_neither_what_was_sent_nor_what_came_hangs_on_an_error(raw: bytes) -> None:
    transport = Transport(deadline=2)
    async with rude_server(always(raw)) as rude:
        client = ProviderClient(account(port=rude.port), transport, HandClock())
        with pytest.raises(ProviderError) as raised:
            await client.create_meeting("t", {}, live_stream_on_start=True)
        await transport.close()
    assert "canary" not in shown(raised.value)


def test_an_answer_does_not_show_its_body() -> None:
    assert "canary" not in repr(Reply(200, {"set-cookie": "canary"}, b"canary"))


async def test_an_unreadable_answer_is_told_with_its_request_id() -> None:
    error = await error_of(b'{"success": true, "data": 7}', "200 OK")
    assert (error.status, error.request_id) == (200, "ray-1")


async def test_a_reason_is_one_printable_line() -> None:
    error = await error_of(refusal("a\nb\x1b[31m\0\ud800 c"), "400 Bad Request")
    assert error.reason == "a b[31m c"


@pytest.mark.parametrize("word", ["\u0131dle", "o\ufb04ine", "liv\u0435", "o\ufb04\u0131ne"])
def test_a_word_that_only_looks_like_a_known_one_is_not_it(word: str) -> None:
    assert models.stream({"status": word}).status is StreamStatus.UNHEARD


@given(st.text(min_size=1).filter(lambda word: word.strip().upper() not in StreamStatus.__members__))
def test_no_unknown_status_is_live_or_off(word: str) -> None:
    stream = models.stream({"status": word})
    assert stream.status is StreamStatus.UNHEARD
    assert not stream.is_off
    assert not stream.is_on
    assert stream.word.isprintable()


@example("half of a character: \ud83c")
@example("\0")
@given(st.text(st.characters(exclude_categories=())))
def test_a_title_is_kept_but_for_what_no_database_takes(title: str) -> None:
    kept = models.meeting({"id": "m", "title": title}).title
    assert "\0" not in kept
    assert kept.encode().decode() == kept
    if title.isprintable():
        assert kept == title


@given(st.text().filter(lambda text: not lines.objection(text)))
def test_a_host_is_known_again_by_whatever_a_row_may_call_it(host: str) -> None:
    assert models.participant({"id": "p", "custom_participant_id": host}).custom_id == host


@pytest.mark.parametrize("sick", ["", "../presets", "a b", "m?x=1", "x" * 65, "m\n", "\ud800", 7, None])
@pytest.mark.parametrize("read", [models.meeting, models.participant])
def test_an_id_that_no_path_can_hold_is_not_taken_over(sick: object, read: Any) -> None:
    with pytest.raises(BadReplyError):
        read({"id": sick})


@pytest.mark.parametrize("data", [{"paging": {"total_count": 0}}, {}, [], None])
def test_a_list_of_nothing_but_its_paging_is_empty(data: object) -> None:
    assert models.page({"data": data})[0] == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (3, 3),
        ("3", 3),
        (True, None),
        ("three", None),
        ("\u0663", None),
        (3.0, None),
        ("9" * 10, None),
        ([], None),
    ],
)
def test_a_total_is_a_number_or_not_said(said: object, meant: int | None) -> None:
    assert models.page({"data": [], "paging": {"total_count": said}}) == ([], meant)


async def test_a_list_longer_than_it_says_is_no_list() -> None:
    error = await listing(
        b'{"success": true, "data": [{"id": "a"}, {"id": "b"}], "paging": {"total_count": 1}}'
    )
    assert error.reason == "a list of 2 that says 1"


def test_a_session_that_has_ended_is_none() -> None:
    assert models.session({"id": "s", "associated_id": "m", "status": "ENDED"}) == NO_SESSION


@pytest.mark.parametrize("sick", ["s\0", "s\x1b[31m", "\ud800"])
def test_text_that_cannot_be_shown_or_stored_is_not_taken_over(sick: str) -> None:
    for read, name in ((models.session, "id"), (models.token, "token")):
        with pytest.raises(BadReplyError):
            read({name: sick})
    fields = {"status": "LIVE", "id": sick, "meeting_id": sick, "playback_url": sick}
    stream = models.stream(fields)
    assert (stream.id, stream.meeting_id, stream.playback_url) == (None, None, None)
