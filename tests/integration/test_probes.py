"""Probes are answered whatever the pages are busy with, and on a port of their own if there is one."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.processes import free_port, simulator, wait_until, worker

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
