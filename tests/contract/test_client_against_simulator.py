"""The worker's client makes every call that it knows, in each flavour and with each shape of an answer."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from jobs.run.observations import NO_RECORDING, NO_SESSION, NO_STREAM, Airing, StreamStatus
from tests.support.clock import HandClock
from tests.support.leaks import shown
from worker.provider.client import CallRecord, ProviderClient
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
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport
from worker.provider.webhooks import EVENTS
from worker.simulator import Credentials, Fault, Knobs, Simulator, environment

UNKNOWN = "0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"
KEY, TICKET, TOKEN = "canary-stream-key-", "canary-ticket-", "canary+secret/of=an-account"
CREDENTIALS = Credentials((TOKEN,), "0" * 32, "app-1", "org-1")
EXACT: dict[str, Any] = {
    "invoke_jitter_s": 0,
    "status_lag_s": 0,
    "stream_key_prefix": KEY,
    "participant_token_prefix": TICKET,
}

Call = Callable[[ProviderClient], Awaitable[object]]
WRITES: dict[str, Call] = {
    "create": lambda client: client.create_meeting("t", {}, live_stream_on_start=True),
    "patch": lambda client: client.patch_meeting(UNKNOWN, {"status": "INACTIVE"}),
    "add": lambda client: client.add_participant(UNKNOWN, "n", "webinar_viewer", "c"),
    "remove": lambda client: client.remove_participant(UNKNOWN, UNKNOWN),
    "token": lambda client: client.participant_token(UNKNOWN, UNKNOWN),
    "kick": lambda client: client.kick_all(UNKNOWN),
    "start": lambda client: client.start_stream(UNKNOWN),
    "stop": lambda client: client.stop_stream(UNKNOWN),
    "end recording": lambda client: client.stop_recording(UNKNOWN),
    "hook": lambda client: client.create_webhook("ours", "https://cuelight.example.org/"),
    "unhook": lambda client: client.delete_webhook(UNKNOWN),
}
READS: dict[str, Call] = {
    "search": lambda client: client.search_meetings("t"),
    "meeting": lambda client: client.meeting(UNKNOWN),
    "participants": lambda client: client.participants(UNKNOWN),
    "session": lambda client: client.active_session(UNKNOWN),
    "stream": lambda client: client.active_stream(UNKNOWN),
    "streams": lambda client: client.streams(StreamStatus.LIVE),
    "sessions": lambda client: client.live_sessions(),
    "airings": lambda client: client.airings(UNKNOWN),
    "recording": lambda client: client.active_recording(UNKNOWN),
    "hooks": lambda client: client.webhooks(),
    "presets": lambda client: client.presets("p"),
}
CALLS = WRITES | READS
FIRST_PAGE = CALLS.keys() - {"remove", "meeting", "session", "stream", "unhook", "airings", "recording"}
"""The calls that raise an own 404; to the others it is an answer."""
OF_NO_MEETING = {"create", "search", "streams", "sessions", "hook", "hooks", "presets"}


class Scene:
    """A simulator, a clock that stands still, and the client under test."""

    def __init__(self, way: httpx.AsyncBaseTransport, simulator: Simulator, clock: HandClock) -> None:
        self.simulator = simulator
        self._clock = clock
        self.records: list[CallRecord] = []
        self.account = account_of(simulator.world.knobs)
        transport = Transport(way, deadline=0.2)
        self.client = ProviderClient(self.account, transport, clock, self.records.append)

    async def meeting(self, title: str = "Town hall") -> str:
        return (await self.client.create_meeting(title, {}, live_stream_on_start=True)).id

    async def on_air(self) -> str:
        room = await self.meeting()
        self.simulator.join(room)
        self.wait(15)
        return room

    def now(self) -> datetime:
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        self._clock.move(seconds)
        self.simulator.advance()


def account_of(knobs: Knobs) -> Account:
    found = environment("http://simulator", knobs, CREDENTIALS)
    base_url = next(value for name, value in found.items() if name.endswith("BASE_URL"))
    return Account(
        name="main", flavour=FLAVOURS[knobs.flavour], secret=TOKEN, org_id="org-1", base_url=base_url
    )


@asynccontextmanager
async def scene(**knobs: Any) -> AsyncIterator[Scene]:
    clock = HandClock()
    simulator = Simulator(Knobs(**(EXACT | knobs)), clock, CREDENTIALS)
    yield Scene(httpx.ASGITransport(simulator.app), simulator, clock)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_broadcast_goes_on_air_and_off_again(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.meeting()
        assert await s.client.active_stream(room) == NO_STREAM
        assert await s.client.active_session(room) == NO_SESSION
        s.simulator.join(room)
        assert (await s.client.active_stream(room)).status is StreamStatus.INVOKED
        assert [each.meeting_id for each in await s.client.streams(StreamStatus.INVOKED)] == [room]
        s.wait(15)
        live = await s.client.active_stream(room)
        assert (live.is_live, live.meeting_id, live.disabled) == (True, room, False)
        assert await s.client.streams(StreamStatus.LIVE) == (live,)
        session = await s.client.active_session(room)
        assert await s.client.live_sessions() == (session,)
        assert (session.meeting_id, session.people) == (room, 1)
        await s.client.stop_stream(room)
        s.wait(5)
        assert (await s.client.active_stream(room)).is_off
        await s.client.start_stream(room)
        s.wait(15)
        assert (await s.client.active_stream(room)).is_live
        await s.client.kick_all(room)
        s.wait(5)
        assert (await s.client.active_stream(room)).is_off
        assert not (await s.client.active_session(room)).runs


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_webhooks_are_registered_listed_and_deleted(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_webhook("ours", "https://cuelight.example.org/webhooks/provider")
        assert (made.name, made.url, made.events, made.enabled) == (
            "ours",
            "https://cuelight.example.org/webhooks/provider",
            EVENTS,
            True,
        )
        assert await s.client.webhooks() == (made,)
        await s.client.delete_webhook(made.id)
        await s.client.delete_webhook(made.id)
        assert await s.client.webhooks() == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_meetings_are_made_found_and_closed(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_meeting(
            "Café [ab3k-7f3k2m9q]", {"record_on_start": False}, live_stream_on_start=True
        )
        assert (made.title, made.active, made.live_stream_on_start) == ("Café [ab3k-7f3k2m9q]", True, True)
        assert await s.client.meeting(made.id) == made
        assert made in await s.client.search_meetings("[ab3k-7f3k2m9q]")
        closed = await s.client.patch_meeting(made.id, {"status": "INACTIVE", "live_stream_on_start": False})
        assert (closed.active, closed.live_stream_on_start) == (False, False)
        assert await s.client.meeting(UNKNOWN) is None


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_participants_are_added_listed_invited_and_removed(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.meeting()
        host = await s.client.add_participant(room, "Studio", "webinar_presenter", "studio-1")
        assert await s.client.participants(room) == (host,)
        assert host.custom_id == "studio-1"
        assert (await s.client.participant_token(room, host.id)).startswith(TICKET)
        await s.client.remove_participant(room, host.id)
        await s.client.remove_participant(room, host.id)
        assert await s.client.participants(room) == ()


@pytest.mark.parametrize(
    "knobs",
    [
        {"list_shape": "declared"},
        {"session_shape": "declared"},
        {"active_livestream_shape": "list"},
        {"disabled_type": "string"},
        {"keys_in_active": False},
        {"error_code_type": "string"},
    ],
    ids=str,
)
async def test_each_shape_of_an_answer_says_the_same(knobs: dict[str, Any]) -> None:
    async with scene(**knobs) as s:
        first, second = await s.on_air(), await s.on_air()
        for room in (first, second):
            stream = await s.client.active_stream(room)
            assert (stream.is_live, stream.meeting_id, stream.disabled) == (True, room, False)
        assert {each.meeting_id for each in await s.client.streams(StreamStatus.LIVE)} == {first, second}
        assert {each.meeting_id for each in await s.client.live_sessions()} == {first, second}
        assert await s.client.streams(StreamStatus.ERRORED) == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("shape", ["sample", "declared"])
async def test_a_meeting_tells_what_was_live_in_it(flavour: str, shape: str) -> None:
    async with scene(flavour=flavour, session_shape=shape) as s:
        room = await s.meeting()
        assert await s.client.airings(room) == ()
        s.simulator.join(room)
        s.wait(5)
        assert await s.client.airings(room) == ()
        s.wait(10)
        began_at = s.now()
        assert await s.client.airings(room) == (Airing(began_at),)
        s.wait(30)
        await s.client.stop_stream(room)
        s.wait(5)
        for _ in range(2):
            assert await s.client.airings(room) == (Airing(began_at, began_at + timedelta(seconds=35)),)
            s.wait(60)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_recording_is_found_and_ended(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        made = await s.client.create_meeting("t", {"record_on_start": True}, live_stream_on_start=False)
        assert made.may_record
        assert not (await s.client.create_meeting("t", {}, live_stream_on_start=False)).may_record
        assert await s.client.active_recording(made.id) == NO_RECORDING
        s.simulator.join(made.id)
        found = await s.client.active_recording(made.id)
        assert found.is_on
        await s.client.stop_recording(found.id)
        assert (await s.client.active_recording(made.id)).is_off
        with pytest.raises(RefusedError, match="not in progress"):
            await s.client.stop_recording(found.id)


async def test_what_was_invoked_and_failed_was_not_live() -> None:
    async with scene(errored_probability=1) as s:
        room = await s.on_air()
        s.wait(60)
        assert await s.client.airings(room) == ()


@pytest.mark.parametrize("written", ["bool", "string"])
async def test_a_disabled_stream_is_told(written: str) -> None:
    async with scene(streams_disabled=True, disabled_type=written) as s:
        assert (await s.client.active_stream(await s.on_air())).disabled


@pytest.mark.parametrize("answer", ["404", "200_null", "200_empty", "200_list", "200_idle"])
async def test_each_way_to_say_that_nothing_runs_is_off(answer: str) -> None:
    async with scene(none_active_response=answer) as s:
        stream = await s.client.active_stream(await s.meeting())
        assert stream.is_off
        assert not stream.is_on


async def test_lists_of_more_than_one_page_are_whole() -> None:
    async with scene(per_page_max=2) as s:
        rooms = {await s.meeting(f"Show {number}") for number in range(5)}
        assert {each.id for each in await s.client.search_meetings("Show")} == rooms
        for room in rooms:
            s.simulator.join(room)
        s.wait(15)
        assert {each.meeting_id for each in await s.client.streams(StreamStatus.LIVE)} == rooms
        assert {each.meeting_id for each in await s.client.live_sessions()} == rooms


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_a_stop_of_nothing_says_that_it_did_nothing(status: int) -> None:
    async with scene(stop_none_status=status, kick_none_status=status) as s:
        room = await s.meeting()
        for call in (s.client.stop_stream, s.client.kick_all):
            with pytest.raises(AbsentError if status == 404 else RefusedError) as raised:
                await call(room)
            assert (raised.value.status, raised.value.effect) == (status, Effect.NONE)


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
    async with scene() as s:
        names = ["create", "streams"] if kind is UnansweredError else list(CALLS)
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
    async with scene() as s:
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


def canaries(account: Account) -> set[str]:
    plain = {KEY, TICKET, TOKEN, account.authorization.partition(" ")[2]}
    encoded = {base64.b64encode(each.encode()).decode().rstrip("=")[:-1] for each in plain}
    return plain | {quote(each, safe="") for each in plain} | encoded


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_no_result_of_a_read_shows_a_secret(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.on_air()
        host = await s.client.add_participant(room, "Studio", "webinar_presenter", "studio-1")
        results: list[object] = [
            host,
            await s.client.active_stream(room),
            await s.client.streams(StreamStatus.LIVE),
            await s.client.participants(room),
            await s.client.active_session(room),
            await s.client.meeting(room),
            s.account,
            s.client,
            s.records,
        ]
        text = "".join(map(repr, results)) + "".join(map(str, results)) + repr(s.records)
        assert not [each for each in canaries(s.account) if each in text]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", CALLS)
async def test_no_error_shows_a_secret_that_the_answer_echoes(flavour: str, name: str) -> None:
    async with scene(flavour=flavour) as s:
        said = " ".join(("x" * 170, *s.account.secrets)).replace('"', "")
        own = f'{{"success": false, "error": {{"code": 400, "message": "{said}"}}}}'
        key = f'{{"success": true, "data": {{"stream_key": "{KEY}", "token": 7, "t": "{TICKET}"}}}}'
        bodies = [(400, own), (500, own), (200, own), (200, key[:-1]), (401, f'{{"message": "{said}"}}')]
        for status, body in bodies:
            s.simulator.script(Fault(status=status, body=body))
            with pytest.raises(ProviderError) as raised:
                await CALLS[name](s.client)
            text = shown(raised.value) + repr(s.records)
            assert not [each for each in (*canaries(s.account), TOKEN[:12]) if each in text]
