"""Alert channels that answer a byte at a time: shows come off the air in time, and the worker leaves."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import simulator, soon, worker

pytest.importorskip("apprise")
pytestmark = pytest.mark.processes

LATE = timedelta(seconds=5)


@contextmanager
def dribbling() -> Iterator[tuple[int, threading.Semaphore]]:
    """Serve answers that never end; released once for each that has begun."""
    begun, over = threading.Semaphore(0), threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            begun.release()
            while not over.wait(1):
                connection.sendall(b"x")

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], begun
        over.set()


def test_channels_that_hang_hold_up_neither_a_stop_nor_the_end(tmp_path: Path) -> None:
    with (
        dribbling() as (port, begun),
        simulator() as provider,
        worker(
            tmp_path,
            provider,
            CUELIGHT_ALERTS__URLS=json.dumps([f"json://127.0.0.1:{port}/{number}" for number in range(40)]),
            CUELIGHT_HTTP__PORT=str(port),
            CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL=provider.environment[
                "CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL"
            ].replace("127.0.0.1", "localhost"),
        ) as host,
    ):
        host.start()
        assert all(begun.acquire(timeout=10) for _ in range(40)), "the port is taken, and everybody is told"
        ends_at = soon(12)
        host.insert("show", soon(3), ends_at, prepare="1m")
        host.await_state("show", "live")
        host.await_state("show", "ended")
        (off, *_) = provider.history("Show", "stream.stopping")
        assert timedelta(0) <= datetime.fromisoformat(off["at"]) - ends_at < LATE
        assert host.stop() == 0
