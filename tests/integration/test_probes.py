"""Nobody who reads the pages holds up a probe, or the end of the worker."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.processes import CLOCK, free_port, simulator, wait_until, worker

pytestmark = pytest.mark.processes


@contextmanager
def held(port: int) -> Iterator[None]:
    """Have somebody else listen there."""
    with socket.create_server(("127.0.0.1", port)):
        yield


def status(port: int, path: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
    except httpx.HTTPError:
        return 0


def test_probes_and_the_health_check_have_a_port_of_their_own(tmp_path: Path) -> None:
    pages, probes = free_port(), free_port()
    ports = {"CUELIGHT_HTTP__PORT": str(pages), "CUELIGHT_HTTP__PROBES_PORT": str(probes)}
    with simulator() as provider, worker(tmp_path, provider, **ports) as host, held(pages):
        host.start()
        wait_until("it is ready", lambda: status(probes, "/readyz") == http.client.OK)
        assert [status(probes, path) for path in ("/livez", "/metrics", "/api/v1/broadcasts")] == [
            200,
            200,
            404,
        ]
        assert host.cuelight("healthcheck", "--ready").stdout == "ok\n"
        wait_until("it is told", lambda: host.alerts() == ["worker/pages"])
        assert host.stop() == 0


def test_open_streams_do_not_hold_up_its_end(tmp_path: Path) -> None:
    port = free_port()
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host:
        host.start()
        wait_until("it is ready", lambda: status(port, "/readyz") == http.client.OK)
        with ExitStack() as open_streams:
            streams = [open_streams.enter_context(stream(port)) for _ in range(20)]
            assert [each.readline() for each in streams] == [b"retry: 3000\n"] * 20
            began = CLOCK.monotonic()
            assert host.stop() == 0
            assert CLOCK.monotonic() - began < 3
        assert "Traceback" not in host.log()


@contextmanager
def stream(port: int) -> Iterator[http.client.HTTPResponse]:
    """Follow what happens, as a browser does."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", "/live")
        answer = asking.getresponse()
        assert answer.status == http.client.OK
        yield answer
    finally:
        asking.close()
