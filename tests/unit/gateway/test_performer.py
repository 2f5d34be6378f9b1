"""From a decided call to the client's method, and from its answer to an outcome."""

from dataclasses import replace

import pytest

from jobs.model import Host, Outcome, Room
from jobs.quota.budget import Budget
from jobs.run.decision import (
    BACKSTAGE,
    CLOSE,
    OPEN,
    AddHost,
    Call,
    Create,
    Edit,
    KickAll,
    RemoveHost,
    Start,
    Stop,
    StopRecording,
    shut,
)
from tests.support.clock import HandClock
from tests.support.provider import LaidOutClient
from worker.gateway.meeting_secrets import MeetingSecrets
from worker.gateway.performer import Performer, changed_fields
from worker.gateway.queue import CallQueue
from worker.provider.errors import (
    AbsentError,
    BadReplyError,
    CredentialsError,
    FaultyError,
    NoSuchRouteError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    UnansweredError,
)

ROOM = Room(key="show", account="default", marker=" [aaaa-bbbbbbbb]", meeting_id="m")
STUDIO = Host("studio-1", "Studio", "presenter")


def performer(client: LaidOutClient, **secrets: str) -> Performer:
    clock = HandClock()
    return Performer(client, CallQueue(clock, Budget()), MeetingSecrets(secrets, lambda: None, clock))


OPENED = "patch m {'live_stream_on_start': True, 'status': 'ACTIVE'}"
CLOSED = "patch m {'live_stream_on_start': False, 'status': 'INACTIVE'}"
CALLS: list[tuple[Call, list[str]]] = [
    (Create("Show", {"a": 1}, live_stream_on_start=True), ["create Show [aaaa-bbbbbbbb] {'a': 1}"]),
    (Edit("New", {"a": 2}), ["patch m {'title': 'New [aaaa-bbbbbbbb]', 'a': 2}"]),
    (OPEN, [OPENED]),
    (CLOSE, [CLOSED]),
    (shut(flag=True), ["patch m {'live_stream_on_start': True, 'status': 'INACTIVE'}"]),
    (BACKSTAGE, ["patch m {'live_stream_on_start': False, 'status': 'ACTIVE'}"]),
    (Start(), ["start m"]),
    (Stop(), ["stop m"]),
    (KickAll(), ["kick m"]),
    (StopRecording("r1"), ["stop recording r1"]),
    (RemoveHost(STUDIO), ["participants m", "remove m p1"]),
]


@pytest.mark.parametrize(("call", "asked"), CALLS)
async def test_each_call_is_what_the_provider_understands(call: Call, asked: list[str]) -> None:
    client = LaidOutClient()
    answer = await performer(client).perform(call, ROOM)
    assert answer.outcome is Outcome.DONE
    assert client.asked == asked
    assert answer.meeting_id == ("new" if isinstance(call, Create) else answer.meeting_id)


async def test_a_stop_asks_nobody_whether_it_may_leave_and_all_others_do() -> None:
    client = LaidOutClient()
    for call, _ in CALLS:
        answer = await performer(client).perform(call, ROOM, lambda: "the lease has run out")
        if isinstance(call, Stop):
            assert answer.outcome is Outcome.DONE
        else:
            assert (answer.outcome, answer.detail) == (Outcome.NOT_SENT, "the lease has run out")
    assert client.asked == ["stop m"]


OUTCOMES: list[tuple[ProviderError, Outcome, Outcome]] = [
    (NotSentError("x"), Outcome.NOT_SENT, Outcome.NOT_SENT),
    (UnansweredError("x"), Outcome.UNKNOWN, Outcome.UNKNOWN),
    (BadReplyError("x", status=404), Outcome.UNKNOWN, Outcome.UNKNOWN),
    (FaultyError("x", status=500), Outcome.UNKNOWN, Outcome.UNKNOWN),
    (AbsentError("x", status=404), Outcome.ABSENT, Outcome.REFUSED),
    (RefusedError("x", status=400), Outcome.ABSENT, Outcome.REFUSED),
    (RefusedError("x", status=409), Outcome.ABSENT, Outcome.REFUSED),
    (RefusedError("x", status=403), Outcome.REFUSED, Outcome.REFUSED),
    (NoSuchRouteError("x", status=404), Outcome.REFUSED, Outcome.REFUSED),
    (CredentialsError("x", status=401), Outcome.REFUSED, Outcome.REFUSED),
    (RateLimitedError("x", retry_after=None), Outcome.REFUSED, Outcome.REFUSED),
]


@pytest.mark.parametrize(("error", "of_a_stop", "of_a_patch"), OUTCOMES)
async def test_what_an_error_says_of_the_effect(
    error: ProviderError, of_a_stop: Outcome, of_a_patch: Outcome
) -> None:
    client = LaidOutClient()
    client.trouble = error
    assert (await performer(client).perform(Stop(), ROOM)).outcome is of_a_stop
    assert (await performer(client).perform(StopRecording("r1"), ROOM)).outcome is of_a_stop
    answer = await performer(client).perform(CLOSE, ROOM)
    assert answer.outcome is of_a_patch
    assert "x" in answer.detail


async def test_a_host_is_added_by_its_own_id() -> None:
    client = LaidOutClient()
    assert (await performer(client).perform(AddHost(STUDIO), ROOM)).outcome is Outcome.DONE
    assert client.asked == ["add m Studio presenter studio-1"]


CONFIG = {"max_seconds": 3600}
KNOWN = replace(ROOM, title="Show", options={"persist_chat": True, "recording_config": CONFIG})
EDITS: list[tuple[Edit, dict[str, object]]] = [
    (Edit("New", KNOWN.options), {"title": "New [aaaa-bbbbbbbb]"}),
    (Edit("Show", {**KNOWN.options, "record_on_start": True}), {"record_on_start": True}),
    (Edit("Show", {"recording_config": CONFIG}), {"persist_chat": False}),
    (Edit("Show", {"persist_chat": True}), {"title": "Show [aaaa-bbbbbbbb]"}),
    (
        Edit("Show", KNOWN.options, whole=True),
        {"persist_chat": True, "recording_config": CONFIG, "title": "Show [aaaa-bbbbbbbb]"},
    ),
]


@pytest.mark.parametrize(("edit", "fields"), EDITS)
def test_an_edit_sends_only_what_is_not_so_already(edit: Edit, fields: dict[str, object]) -> None:
    assert changed_fields(edit, KNOWN, "realtimekit") == fields


def test_what_a_flavour_takes_only_when_a_meeting_is_made_is_not_sent_later() -> None:
    edit = Edit("Show", {"persist_chat": False, "recording_config": {"max_seconds": 60}})
    assert changed_fields(edit, KNOWN, "dyte") == {"persist_chat": False}
    assert changed_fields(edit, KNOWN, "realtimekit") == dict(edit.options)
    assert changed_fields(edit, KNOWN, "realtime-v2") == dict(edit.options)
    kept_alive = replace(KNOWN, options={"session_keep_alive_time_in_secs": 120})
    assert changed_fields(Edit("Show", {}), kept_alive, "realtimekit") == {
        "session_keep_alive_time_in_secs": 60
    }
    assert changed_fields(Edit("Show", {}), kept_alive, "dyte") == {"title": "Show [aaaa-bbbbbbbb]"}
    adopted = replace(ROOM, title="Show")
    assert changed_fields(Edit("Show", KNOWN.options), adopted, "dyte") == {"persist_chat": True}
