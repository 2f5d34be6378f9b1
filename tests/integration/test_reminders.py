"""Hosts are sent their own links, once each, by a service of apprise's; a link is found nowhere else."""

import json
import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.canaries import forms
from tests.support.processes import Worker, iso, simulator, soon, wait_until, worker
from tests.support.receiver import Receiver, receiver

pytest.importorskip("apprise")
pytestmark = pytest.mark.processes

HOOK = "/canary-of-the-hook"
SCHEDULE = """timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: {start}
    duration: 1h
    prepare: 2h
    hosts:
      - {{name: Anna, preset: webinar_presenter, id: anna, notify: hook:anna@example.org, remind: [1h, 1m]}}
      - name: Ben
        preset: webinar_presenter
        id: ben
        notify: hook:ben
        remind: [3h]
        zone: America/New_York
      - {{name: Studio, preset: webinar_presenter, id: studio}}
"""
HOSTS = json.dumps([{"id": "anna", "name": "Anna", "preset": "webinar_presenter"}])
TOLD = json.dumps({"anna": {"to": "hook:anna@example.org"}})
NOT_SENT = "show/reminder/reminder_not_sent"
LINK = "https://meet.example.org/{meeting}?t={token}"


def sends_by(heard: Receiver) -> dict[str, str]:
    """Return the settings by which hosts are told there, each at a path of their own."""
    address = heard.url.replace("http://", "json://") + "/{to}"
    return {"CUELIGHT_NOTIFY__HOOK": address, "CUELIGHT_ACCOUNTS__DEFAULT__JOIN_URL": LINK}


def links_in(heard: Receiver) -> dict[str, list[str]]:
    """Return the tokens that came, by the host whom the text names."""
    found: dict[str, list[str]] = {}
    for body in heard.bodies:
        first, *_, last = json.loads(body)["message"].splitlines()
        token = parse_qs(urlsplit(last.rpartition(" ")[2]).query)["t"]
        found.setdefault(first.rpartition(" ")[2], []).extend(token)
    return found


def test_each_host_is_sent_their_own_link_once_and_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE.format(start=iso(soon(1800))[:19] + "Z"))
    with (
        receiver(HOOK) as heard,
        simulator() as provider,
        worker(tmp_path / "state", provider, **sends_by(heard)) as host,
    ):
        host.cuelight("apply", str(file), "--yes")
        host.start()
        host.await_state("show", "ready")
        wait_until("both are told", lambda: len(heard.bodies) >= 2, within=30)
        wait_until("it is written", lambda: outcomes(host) == ["sent", "sent"])
        tokens = links_in(heard)
        assert {name: len(found) for name, found in tokens.items()} == {"Anna": 1, "Ben": 1}
        minted = provider.calls("POST", "/token")
        assert len(minted) == 2
        host.kill()
        host.start()
        host.cuelight("extend", "show", "10m")
        told = json.loads(host.cuelight("show", "show", "--json").stdout)["reminders"]
        assert sorted((each["host"], each["what"], each["outcome"]) for each in told) == [
            ("anna", "1h", "sent"),
            ("ben", "3h", "sent"),
        ]
        host.cuelight("cancel", "show")
        wait_until("they are told of it", lambda: len(heard.bodies) >= 4, within=30)
        assert host.stop() == 0
        assert [json.loads(each)["title"][:10] for each in heard.bodies[2:]] == ["Cancelled:"] * 2
        assert len(heard.bodies) == 4
        for secret in (*tokens["Anna"], *tokens["Ben"], "canary-of-the-hook"):
            assert_nothing_of(secret, host)
        assert "anna@example.org" not in host.log()


def told_by(host: Worker) -> str:
    """Return what the operator reads."""
    (text,) = host.sql("SELECT text FROM alerts WHERE key = ?", NOT_SENT)[0]
    return str(text)


def outcomes(host: Worker) -> list[str]:
    return [outcome for (outcome,) in host.sql("SELECT outcome FROM reminders")]


def assert_nothing_of(secret: str, host: Worker) -> None:
    written = b"".join(path.read_bytes() for path in sorted(host.folder.glob("cuelight.db*")))
    shown = "".join(
        host.cuelight(*words).stdout for words in (("show", "show"), ("why", "show"), ("alerts",))
    )
    for form in forms(secret):
        assert form.encode() not in written
        assert form not in host.log() + shown


def test_a_link_that_could_not_be_sent_is_told_and_sent_once_that_is_mended(tmp_path: Path) -> None:
    with simulator() as provider, receiver(HOOK) as heard:
        gone = {"CUELIGHT_NOTIFY__HOOK": "json://127.0.0.1:9/{to}"}
        settings = {**sends_by(heard), **gone, "CUELIGHT_LOG__LEVEL": "debug"}
        with worker(tmp_path, provider, **settings) as host:
            host.start()
            host.insert("show", soon(120), soon(600), hosts=HOSTS, notify=TOLD)
            wait_until("it is told", lambda: NOT_SENT in host.alerts(), within=30)
            assert told_by(host).startswith("Anna was not sent the link: the service could not be reached")
            assert "anna@example.org" not in host.log()
            assert host.stop() == 0
            host.environment |= sends_by(heard)
            host.start()
            wait_until("it is sent", lambda: heard.bodies, within=60)
            wait_until("it is taken back", lambda: not host.alerts(), within=20)
            assert len(links_in(heard)["Anna"]) == 1
            assert host.stop() == 0
            for secret in links_in(heard)["Anna"]:
                assert_nothing_of(secret, host)


def test_a_message_that_was_under_way_when_the_worker_died_is_told_and_not_repeated(tmp_path: Path) -> None:
    with simulator() as provider, receiver(HOOK) as heard, socket.create_server(("127.0.0.1", 0)) as silent:
        deaf = {"CUELIGHT_NOTIFY__HOOK": f"json://127.0.0.1:{silent.getsockname()[1]}/{{to}}?rto=60"}
        with worker(tmp_path, provider, **{**sends_by(heard), **deaf}) as host:
            host.start()
            host.insert("show", soon(1800), soon(3600), prepare="2h", hosts=HOSTS, notify=TOLD)
            wait_until("it is being sent", lambda: outcomes(host) == ["sending"], within=30)
            host.kill()
            host.sql("UPDATE reminders SET tried_at = ?", "2026-01-01T00:00:00.000000Z")
            host.environment |= sends_by(heard)
            host.start()
            wait_until("it is told", lambda: NOT_SENT in host.alerts(), within=30)
            assert told_by(host).startswith(
                "it is not known whether Anna was sent the link: the worker ended"
            )
            assert host.stop() == 0
            assert heard.bodies == []
