"""Whatever a good envelope holds: each call gives a value or a typed error, and off only where it is said."""

import json
from contextlib import suppress
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from jobs.run.observations import Stream, StreamStatus
from tests.support.clock import NOON, HandClock
from worker.provider.client import ProviderClient
from worker.provider.errors import BadReplyError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport

OFF = {"IDLE", "OFFLINE", "ERRORED"}
NAMES = ("id", "status", "meeting_id", "title", "disabled", "livestreams", "paging", "total_count", "token")
words = st.sampled_from(["LIVE", "live", "INVOKED", "PAUSED", "IDLE", "OFFLINE", "", "m", "\0", "\ud800"])
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text(max_size=5)
answers = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner | words, max_size=5)
    ),
    max_leaves=15,
)


def asked(data: Any, paging: Any = None) -> ProviderClient:
    account = Account(name="a", flavour=FLAVOURS["dyte"], secret="s", org_id="o")  # noqa: S106 - opens nothing
    body = json.dumps({"success": True, "data": data, "paging": paging}).encode()
    same = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(body)))
    return ProviderClient(account, Transport(same), HandClock())


@given(answers, answers)
async def test_any_data_is_a_value_or_a_typed_error(data: Any, paging: Any) -> None:
    client = asked(data, paging)
    for question in (
        client.create_meeting("t", {}, live_stream_on_start=True),
        client.search_meetings("t"),
        client.meeting("m"),
        client.participants("m"),
        client.add_participant("m", "n", "p", "c"),
        client.participant_token("m", "p"),
        client.active_session("m"),
        client.streams(StreamStatus.LIVE),
        client.live_sessions(),
        client.attendances("t", NOON),
    ):
        with suppress(BadReplyError):
            assert repr(await question).encode()


@given(answers)
async def test_a_stream_is_off_only_where_every_part_of_the_answer_says_so(data: Any) -> None:
    try:
        stream = await asked(data).active_stream("m")
    except BadReplyError:
        return
    said = _statuses(data)
    assert stream.is_off == (said <= OFF)
    assert stream.is_on == bool(said & {"LIVE", "INVOKED"})
    assert isinstance(stream, Stream)


def _statuses(data: Any) -> set[str]:
    parts = data if isinstance(data, list) else [data]
    return {str(part["status"]).strip().upper() for part in parts if part}
