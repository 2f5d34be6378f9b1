"""A worker beside other services: systemd's watchdog, its pages, and the commands that ask after it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.processes import CLOCK, CUELIGHT, Worker, free_port, simulator, soon, wait_until, worker
from tests.support.terminal import Terminal

pytestmark = pytest.mark.processes

BLOCKED = """
import asyncio, pathlib, sys
from worker.cli import main
from worker.engine.reconciler import Reconciler

whole = Reconciler.reconcile

async def blocked(self, run_id):
    while pathlib.Path(sys.argv[0]).exists():
        await asyncio.sleep(0.1)
    return await whole(self, run_id)

Reconciler.reconcile = blocked
sys.argv = [sys.argv[1], "run"]
main()
"""
"""A worker whose passes all hang while a file is there."""


@contextmanager
def systemd(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(folder / "notify"))
        listener.settimeout(20)
        yield listener


def heard(listener: socket.socket, seconds: float) -> list[str]:
    """Return everything said within that time, without the status lines."""
    until, found = CLOCK.monotonic() + seconds, []
    while (left := until - CLOCK.monotonic()) > 0:
        listener.settimeout(left)
        try:
            found += listener.recv(4096).decode().split("\n")
        except TimeoutError:
            break
    return [line for line in found if not line.startswith("STATUS=")]


def test_ready_is_said_after_a_pass_and_the_watchdog_is_fed_until_sigterm(tmp_path: Path) -> None:
    with simulator() as provider, systemd(tmp_path) as listener:
        notify = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        with worker(tmp_path, provider, **notify) as host:
            host.start()
            first = heard(listener, 12)
            assert first[0] == "READY=1"
            assert first.count("READY=1") == 1
            assert first.count("WATCHDOG=1") >= 2
            assert host.stop() == 0
            assert heard(listener, 0.5) == ["STOPPING=1"]


def test_a_blocked_reconciler_is_never_ready_and_feeds_no_watchdog(tmp_path: Path) -> None:
    hang = tmp_path / "hang"
    hang.touch()
    with simulator() as provider, systemd(tmp_path) as listener, worker(tmp_path, provider) as host:
        environment = {**host.environment, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        command = [sys.executable, "-c", BLOCKED.replace("sys.argv[0]", repr(str(hang))), "cuelight"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            assert heard(listener, 8) == []
            hang.unlink()
            assert heard(listener, 3)[:2] == ["READY=1", "WATCHDOG=1"]
            hang.touch()
            heard(listener, 6)
            assert heard(listener, 6) == []
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_its_pages_tell_how_it_does_and_do_not_hold_up_its_end(tmp_path: Path) -> None:
    port = free_port()
    with (
        simulator() as provider,
        worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert host.cuelight("healthcheck", check=False).returncode == 1
        host.start()
        host.insert("show", soon(3), soon(60), prepare="1m")
        host.await_state("show", "live")
        assert host.cuelight("healthcheck", "--ready").stdout == "ok\n"
        page = client.get("/metrics").text
        assert 'cuelight_runs{state="live"} 1.0' in page
        assert 'outcome="ok"' in page
        assert "cuelight_open_lateness_seconds_count 1.0" in page
        assert "cuelight_database_up 1.0" in page
        assert 'cuelight_lease_held{quota_group="*"} 1.0' in page
        began = CLOCK.monotonic()
        assert host.stop() == 0
        assert CLOCK.monotonic() - began < 3
    assert_no_secret_in(page, provider.environment)


def assert_no_secret_in(text: str, environment: dict[str, str]) -> None:
    secrets = [value for name, value in environment.items() if name.endswith(("TOKEN", "KEY"))]
    assert secrets
    assert not any(secret in text for secret in secrets)


def test_a_locked_database_makes_it_unready_and_keeps_it_alive(tmp_path: Path) -> None:
    port = free_port()
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host:
        host.start()
        wait_until("it is ready", lambda: status(port, "/readyz") == http.client.OK)
        os.truncate(host.database, 0)
        wait_until("it is unready", lambda: status(port, "/readyz") == http.client.SERVICE_UNAVAILABLE)
        assert status(port, "/livez") == http.client.OK
        assert host.cuelight("healthcheck").stdout == "ok\n"
        unready = host.cuelight("healthcheck", "--ready", check=False)
        assert unready.returncode == 1
        assert "database" in unready.stderr or "schema" in unready.stderr


def status(port: int, path: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
    except httpx.HTTPError:
        return 0


def test_workers_are_known_while_they_run_and_after(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.cuelight("migrate")
        assert "no worker has ever run" in host.cuelight("workers").stderr
        host.start()
        (row,) = workers(host)
        assert (row["state"], row["holds"]) == (
            "working",
            [{"quota_group": "*", "term": 1, "renewed_at": None}],
        )
        host.stop()
        (row,) = workers(host)
        assert (row["state"], row["holds"]) == ("gone", [])
        assert "gone" in host.cuelight("workers").stdout


def workers(host: Worker) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(host.cuelight("workers", "--json").stdout)
    return found


def test_a_broadcast_that_is_over_is_put_on_air_again_in_its_meeting(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(3), soon(14), prepare="1m")
        host.await_state("show", "live")
        refused = host.cuelight("reopen", "show", "10s", check=False)
        assert refused.returncode == 1
        assert "cuelight extend" in refused.stderr
        host.await_state("show", "stopping", "ended")
        over = host.cuelight("extend", "show", "10s", check=False)
        assert "cuelight reopen show" in over.stderr
        assert "show.2" in host.cuelight("reopen", "show", "12s").stdout
        host.await_state("show.2", "live", within=20)
        assert host.state("show") == "ended"
        host.await_state("show.2", "ended", within=40)
        assert len(provider.calls("POST", "/meetings")) == 1
        (truth,) = provider.meetings("Show")
        assert (truth["status"], truth["on_air"]) == ("INACTIVE", False)


def test_watching_ends_cleanly(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.cuelight("add", "show", "--title", "Show", "--start", "+1h", "--duration", "1h")
        terminal = Terminal(f"{CUELIGHT} status --watch", host.environment, tmp_path)
        try:
            wait_until("the board is there", lambda: "no worker has ever run here" in terminal.text)
            assert "show" in terminal.text
            terminal.process.send_signal(signal.SIGINT)
            assert terminal.process.wait(timeout=10) == 0
            assert "Traceback" not in terminal.text
        finally:
            terminal.close()
