"""Whatever knocks at the worker's port, broadcasts come off the air in time."""

import http.client
import resource
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import CUELIGHT, free_port, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

FILES = 160
"""Files that the worker may have open: far fewer than there are connections."""
LATE = timedelta(seconds=5)


@contextmanager
def crowd(port: int, connections: int) -> Iterator[threading.Event]:
    """Hold so many connections that ask for nothing, and make new ones for ever; set once all were made."""
    all_there, gone = threading.Event(), threading.Event()

    def push() -> None:
        held: deque[socket.socket] = deque()
        while not gone.wait(0.005):
            with suppress(OSError):
                held.append(socket.create_connection(("127.0.0.1", port), timeout=1))
            if len(held) > connections:
                all_there.set()
                held.popleft().close()
        for each in held:
            each.close()

    pushing = threading.Thread(target=push)
    pushing.start()
    try:
        yield all_there
    finally:
        gone.set()
        pushing.join()


def alive(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", "/livez")
        return asking.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def test_a_crowd_of_connections_holds_up_neither_a_stop_nor_a_probe(tmp_path: Path) -> None:
    port = free_port()
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host:
        host.command = ("sh", "-c", f'ulimit -n {FILES}; exec "{CUELIGHT}" "$@"', "cuelight")
        host.start()
        with crowd(port, 2 * FILES) as all_there:
            ends_at = soon(14)
            host.insert("show", soon(3), ends_at, prepare="1m")
            host.await_state("show", "live")
            assert all_there.wait(10)
            assert all(alive(port) for _ in range(5))
            wait_until("it is over", lambda: host.state("show") == "ended", 30)
            assert alive(port)
        (off, *_) = provider.history("Show", "stream.stopping")
        assert timedelta(0) <= datetime.fromisoformat(off["at"]) - ends_at < LATE
        assert host.alerts() == []
        assert len(host.log()) < 100_000


def test_the_worker_may_open_as_many_files_as_the_system_allows(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.command = ("sh", "-c", f'ulimit -Sn {FILES}; exec "{CUELIGHT}" "$@"', "cuelight")
        host.start()
        assert host.process
        allowed, most = resource.prlimit(host.process.pid, resource.RLIMIT_NOFILE)
        assert allowed == most > FILES
