"""Each fault is the same error, whatever was called."""

from typing import Any

import pytest

from jobs.run.observations import StreamStatus
from tests.contract.scene import CALLS, LONG, SHORT, scene
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
    UnansweredError,
)
from worker.provider.flavours import FLAVOURS
from worker.simulator import Fault

FIRST_PAGE = CALLS.keys() - {"remove", "meeting", "session", "stream", "unhook", "airings", "recording"}
"""The calls that raise an own 404; to the others it is an answer."""
OF_NO_MEETING = {"create", "search", "streams", "sessions", "attendances", "hook", "hooks", "presets"}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", CALLS)
async def test_bad_credentials_are_the_operators_to_mend(flavour: str, name: str) -> None:
    async with scene(flavour=flavour, credentials_state="unauthorized") as s:
        with pytest.raises(CredentialsError) as raised:
            await CALLS[name](s.client)
        assert raised.value.effect is Effect.NONE


FAULTS: list[tuple[dict[str, Any], type[ProviderError]]] = [
    ({"status": 502, "envelope": "html"}, FaultyError),
    ({"status": 500, "envelope": "own"}, FaultyError),
    ({"status": 503, "envelope": "empty"}, FaultyError),
    ({"status": 408, "envelope": "empty"}, FaultyError),
    ({"status": 403, "envelope": "gateway"}, CredentialsError),
    ({"status": 404, "envelope": "gateway"}, NoSuchRouteError),
    ({"status": 404, "envelope": "html"}, BadReplyError),
    ({"status": 404, "envelope": "empty"}, BadReplyError),
    ({"status": 400, "envelope": "html"}, BadReplyError),
    ({"status": 409, "envelope": "own"}, RefusedError),
    ({"status": 409, "envelope": "message"}, RefusedError),
    ({"status": 422, "envelope": "message"}, RefusedError),
    ({"status": 503, "envelope": "message"}, FaultyError),
    ({"status": 429, "envelope": "empty"}, RateLimitedError),
    ({"status": 429, "envelope": "html"}, RateLimitedError),
    ({"status": 200, "body": "<html>"}, BadReplyError),
    ({"status": 200, "body": ""}, BadReplyError),
    ({"status": 200, "body": '{"success": false, "error": {"message": "no"}}'}, FaultyError),
    ({"then": "hang"}, UnansweredError),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=[str(fault) for fault, _ in FAULTS])
async def test_each_fault_is_the_same_error_whatever_was_called(
    fault: dict[str, Any], kind: type[ProviderError]
) -> None:
    hangs = kind is UnansweredError
    async with scene(SHORT if hangs else LONG) as s:
        names = ["create", "streams"] if hangs else list(CALLS)
        for name in names:
            s.simulator.script(Fault(**fault))
            with pytest.raises(ProviderError) as raised:
                await CALLS[name](s.client)
            assert type(raised.value) is kind, name
            assert s.records[-1].error is raised.value


@pytest.mark.parametrize("name", sorted(FIRST_PAGE - OF_NO_MEETING))
async def test_what_is_done_to_a_meeting_that_is_not_there_says_so(name: str) -> None:
    async with scene() as s:
        with pytest.raises(AbsentError) as raised:
            await CALLS[name](s.client)
        assert raised.value.effect is Effect.NONE


async def test_an_account_that_the_gateway_does_not_know_is_not_an_empty_one() -> None:
    async with scene() as s:
        s.simulator.script(Fault(status=404, envelope="gateway", times=4))
        for name in ("meeting", "session", "stream", "remove"):
            with pytest.raises(NoSuchRouteError):
                await CALLS[name](s.client)


async def test_an_answer_that_got_lost_may_have_had_its_effect() -> None:
    async with scene(SHORT) as s:
        s.simulator.script(Fault(then="hang"))
        with pytest.raises(UnansweredError) as raised:
            await s.client.create_meeting("Lost [x]", {}, live_stream_on_start=True)
        assert raised.value.effect is Effect.UNKNOWN
        assert [each.title for each in await s.client.search_meetings("Lost")] == ["Lost [x]"]


async def test_the_pause_of_a_429_is_in_the_error() -> None:
    async with scene(rate_limit=1, block_s=120) as s:
        await s.client.streams(StreamStatus.LIVE)
        with pytest.raises(RateLimitedError) as raised:
            await s.client.streams(StreamStatus.LIVE)
        assert raised.value.retry_after
        assert 60 < raised.value.retry_after <= 120
