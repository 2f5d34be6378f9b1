"""`cuelight run` against `cuelight simulate`, both as processes: five broadcasts of both modes."""

import base64
import re
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import Provider, Worker, simulator, soon, worker

pytestmark = pytest.mark.processes

IDS = [f"show-{number}" for number in range(5)]
LENGTH = 9


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
    host = stack.enter_context(worker(folder, provider))
    schedule = folder / "schedule.yaml"
    schedule.write_text(_schedule())
    return provider, host.start("--schedule", str(schedule))


def _were_right(provider: Provider, host: Worker) -> None:
    rows = host.status()
    host.cuelight("links", IDS[0])
    assert host.stop() == 0
    _kept_its_secrets(host.folder, provider, str(rows) + host.cuelight("why", IDS[0]).stdout)
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


def _kept_its_secrets(folder: Path, provider: Provider, shown: str) -> None:
    """No stream key, token or credential is in a log, the database or what was printed."""
    names = ("API_TOKEN", "API_KEY")
    secrets = [value for name, value in provider.environment.items() if name.endswith(names)]
    assert secrets
    for secret in [*secrets, "canary-key-", "canary-token-"]:
        for form in (secret, base64.b64encode(secret.encode()).decode()):
            assert form not in shown
            assert not [path for path in folder.iterdir() if form.encode() in path.read_bytes()]


def _seconds(before: str, after: str) -> float:
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()
