"""A secret of a meeting is given by name, and refused where it is written down."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.schedule import parse
from config.secret_fields import names_in, with_secrets
from config.settings import SettingsError, load
from jobs.model import Broadcast, Outcome, Room, Unreadable
from jobs.quota.budget import Budget
from jobs.run.decision import Create, Edit
from tests.support.clock import HandClock
from tests.support.provider import LaidOutClient
from worker.gateway.meeting_secrets import EVERY, MeetingSecrets
from worker.gateway.performer import Performer
from worker.gateway.queue import CallQueue
from worker.installation.accounts import accounts_of, secrets_of
from worker.kit.logs import Redaction
from worker.store.queries import rows

CANARY = "canary-in-clear"
HEAD = """broadcasts:
  - key: show
    title: Show
    start: 2026-12-01T18:00Z
    duration: 1h
    meeting:
"""
BY_NAME = {"recording_config": {"storage_config": {"secret": {"secret_from": "RECORDING_KEY"}}}}
ROOM = Room(key="show", account="default", marker=" [aaaa-bbbbbbbb]", meeting_id="m")
PEM = """-----BEGIN OPENSSH PRIVATE KEY-----
Y2FuYXJ5LWxpbmUtb25l
Y2FuYXJ5LWxpbmUtdHdv
-----END OPENSSH PRIVATE KEY-----"""
SETTINGS = {
    "HOME": "/home/someone",
    "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR": "dyte",
    "CUELIGHT_ACCOUNTS__DEFAULT__ORG_ID": "org",
    "CUELIGHT_ACCOUNTS__DEFAULT__API_KEY": "the-key-of-the-account",
}


def said(meeting: str, secrets: list[str] | None = None) -> list[str]:
    return [str(each) for each in parse((HEAD + meeting).encode(), "f", secrets=secrets).problems]


def row(**meeting: Any) -> Broadcast | Unreadable:
    wanted = rows.parse(
        {
            "id": "show",
            "title": "Show",
            "starts_at": "2026-12-01T18:00:00Z",
            "ends_at": "2026-12-01T19:00:00Z",
            "account": "default",
            "entry": None,
            "source": "operator",
            "go_live": "on_join",
            "doors": "15m",
            "prepare": "24h",
            "live_within": "2m",
            "late_start": "5m",
            "end_session": False,
            "keep_recording": False,
            "overrun": "0s",
            "meeting": json.dumps(meeting),
            "room": "own",
            "hosts": "[]",
            "notify": "{}",
            "cancelled": False,
            "operator_fields": "[]",
        }
    )
    assert CANARY not in str(wanted)
    return wanted


@pytest.mark.parametrize(
    ("config", "at"),
    [
        ({"storage_config": {"access_key": CANARY}}, "storage_config.access_key"),
        ({"storage_config": {"secret": CANARY}}, "storage_config.secret"),
        ({"storage_config": {"password": 1234567890}}, "storage_config.password"),
        ({"storage_config": {"private_key": CANARY}}, "storage_config.private_key"),
        ({"storage_config": {"secret": {"a": CANARY}}}, "storage_config.secret.a"),
        ({"live_streaming_config": {"rtmp_url": f"rtmp://a.example/live2/{CANARY}"}}, "rtmp_url"),
        ({"rtmp_out_config": {"rtmp_url": CANARY}}, "rtmp_out_config.rtmp_url"),
        ({"outputs": [{}, {"url": f"RTMPS://a.example/{CANARY}"}]}, "outputs.1.url"),
        ({"upload": f"sftp://me:{CANARY}@files.example/"}, "upload"),
        ({"note": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}"}, "note"),
        ({"x": {"streamKey": CANARY, "authToken": CANARY}}, "x.streamKey"),
    ],
)
def test_a_secret_in_clear_is_refused_in_a_file_and_in_a_row(config: dict[str, Any], at: str) -> None:
    refused = row(recording_config=config)
    assert isinstance(refused, Unreadable)
    assert at in refused.reason
    assert "CUELIGHT_SECRETS__NAME" in refused.reason
    told = said(f"      recording_config: {json.dumps(config)}\n")
    assert any(at in each for each in told)
    assert all(each.startswith("f:7:") and CANARY not in each for each in told)


def test_a_secret_in_clear_is_told_at_its_line_and_column() -> None:
    told = said(
        "      recording_config:\n        storage_config:\n          type: aws\n          secret: abcdefgh\n"
    )
    assert [each.split(": ")[0] for each in told] == ["f:10:11"]
    assert '{"secret_from": "NAME"}' in told[0]


def test_what_is_no_secret_may_be_written_down() -> None:
    config = {
        "max_seconds": 3600,
        "file_name_prefix": "secret show",
        "storage_config": {"type": "sftp", "auth_method": "PASSWORD", "username": "me", "password": None},
        "realtimekit_bucket_config": {"enabled": True},
    }
    found = row(recording_config=config, ai_config={"transcription": {"keywords": ["token"]}})
    assert isinstance(found, Broadcast)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret_from": "A", "type": "aws"},
        {"secret_from": "two words"},
        {"secret_from": "A__B"},
        {"secret_from": "KEY_FILE"},
        {"secret_from": ["A"]},
        {"secret_from": ""},
    ],
)
def test_a_secret_that_nobody_could_find_is_refused(wrong: dict[str, Any]) -> None:
    assert isinstance(row(recording_config={"secret": wrong}), Unreadable)
    assert said(f"      recording_config: {{secret: {json.dumps(wrong)}}}\n")


def test_a_whole_config_is_no_secret() -> None:
    assert said("      recording_config: {secret_from: CONFIG}\n") == [
        "f:7:7: recording_config: expected a mapping"
    ]


def test_a_named_secret_is_remarked_on_where_it_is_not_set() -> None:
    meeting = f"      recording_config: {json.dumps(BY_NAME['recording_config'])}\n"
    assert said(meeting) == []
    assert said(meeting, ["recording_key"]) == []
    (told,) = said(meeting, ["recording_keys"])
    assert "warning: the secret RECORDING_KEY is not set here" in told
    assert "did you mean CUELIGHT_SECRETS__RECORDING_KEYS?" in told
    assert "set CUELIGHT_SECRETS__RECORDING_KEY there" in said(meeting, [])[0]


def test_secrets_come_from_variables_files_and_credentials(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{PEM}\n")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "CUELIGHT_SECRETS__RTMP").write_text("rtmp://a.example/live2/canary-key\n")
    found = load(
        SETTINGS
        | {
            "CUELIGHT_SECRETS__RECORDING_KEY": CANARY,
            "CUELIGHT_SECRETS__SSH_FILE": str(tmp_path / "key"),
            "CREDENTIALS_DIRECTORY": str(credentials),
        }
    )
    assert CANARY not in repr(found)
    assert {name: each.get_secret_value() for name, each in found.secrets.items()} == {
        "recording_key": CANARY,
        "ssh": f"{PEM}\n",
        "rtmp": "rtmp://a.example/live2/canary-key",
    }


@pytest.mark.parametrize("name", ["CUELIGHT_SECRETS__A__B", "CUELIGHT_SECRETS__A-B"])
def test_a_secret_whose_name_none_can_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(SETTINGS | {name: CANARY})
    assert CANARY not in str(raised.value)


def test_a_short_secret_is_refused_without_being_told() -> None:
    with pytest.raises(SettingsError, match="CUELIGHT_SECRETS__A: shorter than 8") as raised:
        load(SETTINGS | {"CUELIGHT_SECRETS__A": "qwertz"})
    assert "qwertz" not in str(raised.value)


def test_secrets_and_their_telling_parts_are_hidden_in_logs_and_answers() -> None:
    url = "rtmps://a.example/live2/canary-stream-key?sign=canary-of-query"
    settings = load(SETTINGS | {"CUELIGHT_SECRETS__SSH": PEM, "CUELIGHT_SECRETS__RTMP": url})
    account = accounts_of(settings)["default"]
    for text in (PEM, "Y2FuYXJ5LWxpbmUtdHdv", url, "/live2/canary-stream-key", "canary-of-query"):
        for hidden in (Redaction(secrets_of(settings)).text(text), account.hidden_in(text)):
            assert "canary" not in hidden
            assert "Y2Fu" not in hidden
    assert "canary" not in repr(account)
    alone = load({"HOME": "/home/someone", "CUELIGHT_SECRETS__RTMP": url})
    assert "canary" not in Redaction(secrets_of(alone)).text("/live2/canary-stream-key")


def test_names_are_found_and_filled_in_wherever_they_stand() -> None:
    fields = {"a": [{"secret_from": "ONE"}], "b": {"c": {"secret_from": "two"}}, "d": 1}
    assert list(names_in(fields)) == ["one", "two"]
    assert with_secrets(fields, {"one": "1", "two": "2"}) == {"a": ["1"], "b": {"c": "2"}, "d": 1}


@pytest.mark.parametrize("call", [Create("Show", BY_NAME, live_stream_on_start=True), Edit("Show", BY_NAME)])
async def test_a_meeting_is_made_and_edited_with_its_secret(call: Create | Edit) -> None:
    client, clock = LaidOutClient(), HandClock()
    secrets = MeetingSecrets({"recording_key": CANARY}, lambda: None, clock)
    answer = await Performer(client, CallQueue(clock, Budget()), secrets).perform(call, ROOM)
    assert answer.outcome is Outcome.DONE
    assert f"'secret': '{CANARY}'" in client.asked[0]
    assert CANARY not in repr(call)


async def test_a_missing_secret_keeps_the_call_back_until_it_is_set() -> None:
    client, clock, kept = LaidOutClient(), HandClock(), dict[str, str]()
    performer = Performer(client, CallQueue(clock, Budget()), MeetingSecrets({}, lambda: dict(kept), clock))
    create = Create("Show", BY_NAME, live_stream_on_start=True)
    answer = await performer.perform(create, ROOM)
    assert answer.outcome is Outcome.NOT_SENT
    assert "RECORDING_KEY" in answer.detail
    assert "CUELIGHT_SECRETS__RECORDING_KEY" in answer.detail
    assert client.asked == []
    kept["recording_key"] = CANARY
    clock.move(EVERY)
    assert (await performer.perform(create, ROOM)).outcome is Outcome.DONE
    kept["recording_key"] = "canary-of-tomorrow"
    clock.move(EVERY)
    await performer.perform(create, ROOM)
    assert "canary-of-tomorrow" in client.asked[-1]
