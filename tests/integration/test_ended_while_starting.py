"""A worker that is told to end while it starts ends, also as PID 1 of a container."""

import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes import CLOCK, CUELIGHT, simulator, wait_until, worker

pytestmark = pytest.mark.processes

AS_PID_1 = ("unshare", "--user", "--map-root-user", "--pid", "--fork")


def may_be_pid_1() -> bool:
    if shutil.which(AS_PID_1[0]) is None:
        return False
    return subprocess.run([*AS_PID_1, "true"], check=False, capture_output=True).returncode == 0


def child_of(pid: int) -> int:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found[0]) if found else 0


def heeds(pid: int, number: signal.Signals) -> bool:
    """Whether this process has a handler of its own for the signal."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (mask,) = [line.split()[1] for line in lines if line.startswith("SigCgt")]
    return bool(int(mask, 16) >> (number - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("under", [(), AS_PID_1])
def test_a_signal_to_end_counts_from_the_first_moment(
    tmp_path: Path, under: tuple[str, ...], number: signal.Signals
) -> None:
    if under and not may_be_pid_1():
        pytest.skip("nobody may have a process as PID 1 here")
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.cuelight("migrate")
        with closing(sqlite3.connect(host.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            process = subprocess.Popen(
                [*under, CUELIGHT, "run"], env=host.environment, stderr=subprocess.PIPE, text=True
            )
            pid = wait_until("it is there", lambda: child_of(process.pid)) if under else process.pid
            wait_until("it heeds it", lambda: heeds(pid, signal.SIGTERM))
            began = CLOCK.monotonic()
            process.send_signal(number) if not under else subprocess.run(
                ["kill", f"-{number.value}", str(pid)], check=True
            )
            _, stderr = process.communicate(timeout=20)
            assert process.returncode == 0, stderr
            assert CLOCK.monotonic() - began < 3
            assert "Traceback" not in stderr
            assert "cannot be used" not in stderr
