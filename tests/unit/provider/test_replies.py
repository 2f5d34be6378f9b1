"""Every shape and every error that the documents know, and whatever else arrives."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.run.observations import NO_SESSION, NO_STREAM, Session, StreamStatus
from tests.support.clock import HandClock
from worker.provider.call_record import CallRecord
from worker.provider.client import ProviderClient
from worker.provider.errors import (
    AbsentError,
    BadReplyError,
    CredentialsError,
    Effect,
    FaultyError,
    NoSuchRouteError,
    ProviderError,
    RateLimitedError,
    RefusedError,
)
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.replies import retry_after
from worker.provider.transport import Reply, Transport

MESSAGE = {"message": '[body] "destinations" is not allowed', "success": False}
OWN = {"success": False, "error": {"code": 404, "message": "No active livestream"}}
GATEWAY = {
    "success": False,
    "errors": [{"code": 7003, "message": "No route"}],
    "messages": [],
    "result": None,
}
STREAM = {"id": "s", "status": "LIVE", "meeting_id": "m", "stream_key": "canary", "ingest_server": "canary"}


class Laid(Transport):
    """Answers what is laid out, page after page."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)

    async def send(self, *_request: str, **_content: Any) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def answering(*bodies: object, status: int = 200, **headers: str) -> ProviderClient:
    return client(*(Reply(status, headers, json.dumps(body).encode()) for body in bodies))


def client(*replies: Reply) -> ProviderClient:
    account = Account(name="a", flavour=FLAVOURS["dyte"], secret="canary-key", org_id="o")  # noqa: S106  A canary.
    return ProviderClient(account, Laid(*replies), HandClock())


def good(data: object, **beside: object) -> dict[str, object]:
    return {"success": True, "data": data, **beside}


@pytest.mark.parametrize("empty", [None, {}, []])
async def test_empty_data_is_no_stream(empty: object) -> None:
    assert await answering(good(empty)).active_stream("m") == NO_STREAM


@pytest.mark.parametrize(
    "body", [{"success": True}, good([None]), good("LIVE"), good({"id": "s"}), good({"status": 7})]
)
async def test_what_says_nothing_proves_nothing(body: object) -> None:
    with pytest.raises(BadReplyError):
        await answering(body).active_stream("m")


@pytest.mark.parametrize("data", [STREAM, [STREAM], [{**STREAM, "status": "IDLE"}, STREAM]])
@pytest.mark.parametrize("name", ["data", "result"])
async def test_a_stream_is_read_from_an_object_or_a_list(data: object, name: str) -> None:
    stream = await answering({"success": True, name: data}).active_stream("m")
    assert (stream.status, stream.id, stream.meeting_id) == (StreamStatus.LIVE, "s", "m")
    assert "canary" not in repr(stream)


@pytest.mark.parametrize("word", ["PAUSED", "STARTING", "LIVESTREAMING", "é", "NONE", "UNHEARD"])
async def test_an_unheard_word_is_neither_live_nor_off(word: str) -> None:
    stream = await answering(good({**STREAM, "status": word})).active_stream("m")
    assert not stream.is_on
    assert not stream.is_off
    assert stream.word == word


async def test_a_stream_of_another_meeting_proves_nothing() -> None:
    with pytest.raises(BadReplyError, match="another meeting"):
        await answering(good(STREAM)).active_stream("other")


@pytest.mark.parametrize(
    ("written", "meant"), [(True, True), ("true", True), ("false", False), (None, False)]
)
async def test_disabled_is_a_boolean_or_a_string(written: object, meant: object) -> None:
    assert (await answering(good({**STREAM, "disabled": written})).active_stream("m")).disabled is meant


async def test_an_own_404_is_none_and_a_gateways_or_a_strangers_is_not() -> None:
    assert await answering(OWN, status=404).active_stream("m") == NO_STREAM
    assert await answering(OWN, status=404).active_session("m") == NO_SESSION
    assert await answering(OWN, status=404).meeting("m") is None
    with pytest.raises(NoSuchRouteError):
        await answering(GATEWAY, status=404).active_stream("m")
    for foreign in ({"message": "not found"}, {}, None, {"success": False}):
        with pytest.raises(BadReplyError):
            await answering(foreign, status=404).active_stream("m")


ERRORS: list[tuple[int, object, type[ProviderError], Effect]] = [
    (400, OWN, RefusedError, Effect.NONE),
    (400, {"success": False, "error": {"code": "400", "message": "no"}}, RefusedError, Effect.NONE),
    (400, None, BadReplyError, Effect.UNKNOWN),
    (400, GATEWAY, NoSuchRouteError, Effect.NONE),
    (422, OWN, RefusedError, Effect.NONE),
    (422, MESSAGE, RefusedError, Effect.NONE),
    (404, MESSAGE, AbsentError, Effect.NONE),
    (500, MESSAGE, FaultyError, Effect.UNKNOWN),
    (401, {"message": "Unauthorized"}, CredentialsError, Effect.NONE),
    (401, GATEWAY, CredentialsError, Effect.NONE),
    (403, GATEWAY, CredentialsError, Effect.NONE),
    (403, OWN, RefusedError, Effect.NONE),
    (404, OWN, AbsentError, Effect.NONE),
    (404, GATEWAY, NoSuchRouteError, Effect.NONE),
    (408, OWN, FaultyError, Effect.UNKNOWN),
    (409, OWN, RefusedError, Effect.NONE),
    (429, None, RateLimitedError, Effect.NONE),
    (500, OWN, FaultyError, Effect.UNKNOWN),
    (503, "html", FaultyError, Effect.UNKNOWN),
    (200, {"success": False, "error": {"message": "no"}}, FaultyError, Effect.UNKNOWN),
    (302, OWN, BadReplyError, Effect.UNKNOWN),
]


@pytest.mark.parametrize(("status", "body", "kind", "effect"), ERRORS)
async def test_each_error_says_what_it_may_have_done(
    status: int, body: object, kind: type[ProviderError], effect: Effect
) -> None:
    with pytest.raises(ProviderError) as raised:
        await answering(body, status=status, **{"cf-ray": "ray-1"}).stop_stream("m")
    assert type(raised.value) is kind
    assert raised.value.effect is effect
    if kind is not BadReplyError:
        assert "ray-1" in str(raised.value)


async def test_a_validations_reason_reaches_the_operator() -> None:
    with pytest.raises(RefusedError, match='"destinations" is not allowed'):
        await answering(MESSAGE, status=422).create_meeting("Show", {}, live_stream_on_start=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("7", 7), ("1.5", 1.5), ("99999", 600), ("soon", None), (None, None), ("nan", None)),
        *(("0", None), ("0.5", None), ("-3", None)),
        ("Sat, 28 Nov 2026 12:02:00 GMT", 120),
        ("Sat, 28 Nov 2026 11:59:00 GMT", None),
    ],
)
def test_retry_after_is_believed_within_bounds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, "Sat, 28 Nov 2026 12:00:00 GMT") == seconds


@pytest.mark.parametrize("date", [None, "yesterday", ""])
def test_a_date_to_come_back_at_says_nothing_beside_no_date_of_the_answer(date: str | None) -> None:
    assert retry_after("Sat, 28 Nov 2026 12:02:00 GMT", date) is None


def listed(*ids: str) -> list[dict[str, str]]:
    return [{"id": each, "status": "LIVE", "meeting_id": each} for each in ids]


async def test_lists_are_read_page_by_page_wherever_the_paging_stands() -> None:
    outside = [
        good(listed("a", "b"), paging={"total_count": 3}),
        good(listed("c"), paging={"total_count": 3}),
    ]
    assert [each.id for each in await answering(*outside).streams(StreamStatus.LIVE)] == ["a", "b", "c"]
    inside = good({"livestreams": listed("a"), "paging": {"total_count": "1"}})
    assert [each.id for each in await answering(inside).streams(StreamStatus.LIVE)] == ["a"]
    single = good({**listed("a")[0], "paging": {"total_count": 1}})
    assert [each.id for each in await answering(single).streams(StreamStatus.LIVE)] == ["a"]
    unsaid = [good(listed("a")), good([])]
    assert [each.id for each in await answering(*unsaid).streams(StreamStatus.LIVE)] == ["a"]


@pytest.mark.parametrize(
    "pages",
    [
        [good(listed("a"), paging={"total_count": 5}), good([], paging={"total_count": 5})],
        [good(listed("a", "b"), paging={"total_count": 1})],
        [good([], paging={"total_count": 7})],
        [good({"message": "maintenance"})],
        [good({"one": [], "two": listed("a")})],
        [good(listed("a"))],
    ],
)
async def test_a_list_that_contradicts_itself_is_no_list(pages: list[object]) -> None:
    with pytest.raises(BadReplyError):
        await answering(*pages).search_meetings("marker")


async def test_one_sick_item_does_not_hide_the_others() -> None:
    sick = good([{"id": "x", "status": None}, *listed("a")], paging={"total_count": 2})
    assert [each.id for each in await answering(sick).streams(StreamStatus.LIVE)] == ["a"]
    people = good([{"id": 7}, {"id": "s", "associated_id": "m"}], paging={"total_count": 2})
    assert await answering(people).live_sessions() == (Session("s", "m"),)


async def test_a_search_with_an_unreadable_meeting_is_no_answer() -> None:
    with pytest.raises(BadReplyError):
        await answering(good([{"title": "no id"}], paging={"total_count": 1})).search_meetings("marker")


async def test_every_call_is_told_with_what_became_of_it() -> None:
    told: list[CallRecord] = []
    account = Account(name="a", flavour=FLAVOURS["dyte"], secret="canary-key", org_id="o")  # noqa: S106  A canary.
    laid = Laid(Reply(200, {}, b'{"success": true, "data": {"id": "s"}}'))
    with pytest.raises(BadReplyError):
        await ProviderClient(account, laid, HandClock(), told.append).active_stream("m")
    (record,) = told
    assert (record.route, record.status) == ("/meetings/{}/active-livestream", 200)
    assert isinstance(record.error, BadReplyError)
    assert "canary" not in repr(account)


QUESTIONS = 15

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["success", "data", "id", "status", "paging", "total_count", "error"]), inner
        )
    ),
    max_leaves=12,
)


async def ask_everything(asked: ProviderClient) -> int:
    """Return how many questions ended as a value or a typed error."""
    ended = 0
    questions = [
        asked.create_meeting("t", {}, live_stream_on_start=True),
        asked.search_meetings("x"),
        asked.meeting("m"),
        asked.patch_meeting("m", {}),
        asked.participants("m"),
        asked.add_participant("m", "n", "p", "c"),
        asked.remove_participant("m", "p"),
        asked.participant_token("m", "p"),
        asked.active_session("m"),
        asked.kick_all("m"),
        asked.start_stream("m"),
        asked.active_stream("m"),
        asked.stop_stream("m"),
        asked.streams(StreamStatus.LIVE),
        asked.live_sessions(),
    ]
    for question in questions:
        with suppress(ProviderError):
            await question
        ended += 1
    return ended


@given(st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500]), JSON)
async def test_any_json_is_a_value_or_a_typed_error(status: int, body: object) -> None:
    assert await ask_everything(answering(body, status=status)) == QUESTIONS


@given(st.binary(max_size=60))
async def test_any_bytes_are_a_value_or_a_typed_error(body: bytes) -> None:
    assert await ask_everything(client(Reply(200, {}, body))) == QUESTIONS
