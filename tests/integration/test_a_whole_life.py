"""`cuelight run` against `cuelight simulate`, both as processes: five broadcasts of both modes."""

import json
import re
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.canaries import forms
from tests.support.processes import Provider, Worker, simulator, soon, wait_until, worker
from tests.support.receiver import receiver

pytestmark = pytest.mark.processes

IDS = [f"show-{number}" for number in range(5)]
LENGTH = 9
HOOK = "/canary-hook/4f7c"


def test_five_broadcasts_go_on_air_and_off_again_in_each_flavour(tmp_path: Path) -> None:
    with ExitStack() as stack:
        pairs = [_begun(stack, flavour, tmp_path / flavour) for flavour in ("realtimekit", "dyte")]
        for provider, host in pairs:
            for broadcast_id in IDS:
                host.await_state(broadcast_id, "ended", within=100)
            _were_right(provider, host)


def _begun(stack: ExitStack, flavour: str, folder: Path) -> tuple[Provider, Worker]:
    canaries = {"stream_key_prefix": "canary-key-", "participant_token_prefix": "canary-token-"}
    provider = stack.enter_context(simulator(flavour, **canaries))
    host = stack.enter_context(worker(folder, provider, CUELIGHT_LOG__LEVEL="debug"))
    schedule = folder / "schedule.yaml"
    schedule.write_text(_schedule())
    return provider, host.start("--schedule", str(schedule))


def _were_right(provider: Provider, host: Worker) -> None:
    rows = host.status()
    host.cuelight("links", IDS[0])
    assert host.stop() == 0
    _kept(_secrets(provider), host.folder, str(rows) + host.cuelight("why", IDS[0]).stdout)
    assert len(provider.calls("POST", "/meetings")) == 5
    for number, broadcast_id in enumerate(IDS):
        _was_right(provider, f"Show {number}", rows[broadcast_id], at_start=number % 2 == 1)


def _schedule() -> str:
    start = f"{soon(20):%Y-%m-%dT%H:%M:%S}"
    lines = ["timezone: UTC", "defaults: {prepare: 1m}", "broadcasts:"]
    for number, broadcast_id in enumerate(IDS):
        mode = "at_start, doors: 3s" if number % 2 else "on_join"
        lines.append(
            f"  - {{key: {broadcast_id}, title: Show {number}, start: {start},"
            f" duration: {LENGTH}s, go_live: {mode},"
            f" hosts: [{{name: Studio, preset: webinar_presenter, id: studio}}]}}",
        )
    return "\n".join(lines)


def _was_right(provider: Provider, title: str, row: dict[str, Any], *, at_start: bool) -> None:
    meeting = row["meeting_id"]
    create = next(
        each for each in provider.calls("POST", "/meetings") if each["body"]["title"].startswith(title)
    )
    assert create["body"]["live_stream_on_start"] is (not at_start)
    assert re.search(r" \[[a-z0-9]{4}-[a-z2-7]{8}\]$", create["body"]["title"])

    streams = provider.history(title, "stream.started", "stream.live", "stream.off")
    assert [each["kind"] for each in streams] == ["stream.started", "stream.live", "stream.off"]
    assert _seconds(row["starts_at"], streams[0]["at"]) >= 0

    reads = provider.calls("GET", f"/{meeting}/active-livestream")
    stop = provider.calls("POST", f"/{meeting}/active-livestream/stop")[0]
    close = [each for each in provider.calls("PATCH", f"/meetings/{meeting}") if each["status"] == 200][-1]
    assert any(streams[1]["at"] < each["received_at"] < stop["received_at"] for each in reads)
    assert row["live_at"] is not None
    assert 0 <= _seconds(row["ends_at"], stop["received_at"]) < 1
    assert close["body"] == {"live_stream_on_start": False, "status": "INACTIVE"}
    proofs = [each["received_at"] for each in reads if each["received_at"] > close["received_at"]]
    assert _seconds(proofs[0], row["off_at"]) >= 2
    assert len(proofs) >= 2

    truth = provider.meetings(title)[0]
    assert (truth["status"], truth["live_stream_on_start"], truth["on_air"]) == ("INACTIVE", False, False)


def _secrets(provider: Provider) -> list[str]:
    """Return what a worker knows and must not tell: credentials, the Basic pair, stream keys, tokens."""
    known = {name.rpartition("__")[2]: value for name, value in provider.environment.items()}
    secret = known.get("API_TOKEN") or known["API_KEY"]
    pair = f"{known['ORG_ID']}:{secret}" if "ORG_ID" in known else secret
    return [secret, pair, "canary-key-", "canary-token-"]


def _kept(secrets: list[str], folder: Path, shown: str) -> None:
    """None of it is in a log, in the database or in what was printed."""
    for form in {form for secret in secrets for form in forms(secret)}:
        assert form not in shown
        assert not [path for path in folder.iterdir() if form.encode() in path.read_bytes()]


def test_a_worker_in_trouble_tells_everybody_and_shows_no_secret(tmp_path: Path) -> None:
    """Alerts that arrive, alerts that do not, refused credentials, a pass that breaks, and two tracebacks."""
    with simulator() as provider, receiver(HOOK) as heard, worker(tmp_path, provider) as host:
        gone = f"http://127.0.0.1:1{HOOK}"
        host.environment |= {
            "CUELIGHT_ALERTS__URLS": json.dumps([heard.url, gone, f"json://127.0.0.1:1{HOOK}"]),
            "CUELIGHT_ALERTS__SECRET": "canary-signing",
            "CUELIGHT_HEARTBEAT_URL": gone,
            "CUELIGHT_LOG__LEVEL": "debug",
        }
        host.start()
        host.insert("show", soon(2), soon(6), prepare="1m")
        provider.turn(credentials_state="unauthorized")
        host.await_state("show", "missed")
        host.sql("UPDATE runs SET accepted = 'garbage'")
        host.sql("UPDATE broadcasts SET title = 'Another'")
        wait_until("it is told", lambda: any("missed" in body for body in heard.bodies))
        wait_until("what breaks is told", lambda: any("suspended" in body for body in heard.bodies))
        shown = str(host.status()) + host.cuelight("doctor", check=False).stdout + "".join(heard.bodies)
        assert host.stop() == 0
        assert "Traceback" in host.log()
        assert "channel_fails" in host.log()
        assert "heartbeat_fails" in host.log()
        _kept([*_secrets(provider), HOOK.strip("/"), "canary-signing"], tmp_path, shown)


@pytest.mark.parametrize("command", [["run"], ["status"], ["doctor"], ["migrate"]])
def test_no_command_shows_the_password_of_a_database(tmp_path: Path, command: list[str]) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.environment["CUELIGHT_DATABASE_URL"] = "postgresql://me:canary-word@127.0.0.1:1/cuelight"
        done = host.cuelight(*command, check=False)
        assert done.returncode == 1
        assert not [form for form in forms("canary-word") if form in done.stdout + done.stderr]


def _seconds(before: str, after: str) -> float:
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()
