"""A worker whose log is read by nobody: it takes shows off the air, and leaves as it should."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import CUELIGHT, Provider, Worker, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

LATE = timedelta(seconds=5)
SMALLEST = 4096
"""Bytes that a pipe holds at least."""


@contextmanager
def speaking(host: Worker) -> Iterator[int]:
    """Run a worker that writes its log to a pipe; nobody reads it."""
    host.cuelight("migrate")
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, SMALLEST)
    host.process = subprocess.Popen([CUELIGHT, "run"], env=host.environment, stderr=writes, text=True)
    os.close(writes)
    try:
        yield reads
    finally:
        host.kill()


def aired(host: Worker, provider: Provider) -> timedelta:
    """Have a show put on air and taken off; return how long after its end that was."""
    ends_at = soon(12)
    host.insert("show", soon(3), ends_at, prepare="1m")
    host.await_state("show", "live")
    host.await_state("show", "ended")
    (off, *_) = provider.history("Show", "stream.stopping")
    return datetime.fromisoformat(off["at"]) - ends_at


def test_a_reader_that_stalls_holds_up_neither_a_stop_nor_the_end(tmp_path: Path) -> None:
    with (
        simulator() as provider,
        worker(tmp_path, provider, CUELIGHT_LOG__LEVEL="debug") as host,
        speaking(host) as reads,
    ):
        assert timedelta(0) <= aired(host, provider) < LATE
        assert host.stop() == 0
        assert len(os.read(reads, 2 * SMALLEST)) >= SMALLEST // 2
        os.close(reads)


def test_a_worker_with_a_broken_stderr_still_says_that_it_leaves_a_show_on_air(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host, speaking(host) as reads:
        os.close(reads)
        host.insert("show", soon(3), soon(60), prepare="1m")
        host.await_state("show", "live")
        assert host.process
        host.process.send_signal(signal.SIGTERM)
        assert host.process.wait(timeout=10) == 0
        wait_until("it is told", lambda: "leaving/leaving_on_air" in host.alerts())
        assert host.sql("SELECT left_at IS NOT NULL FROM workers") == [(1,)]
