"""The demonstration itself, for real."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import CUELIGHT, wait_until
from worker.demo.script import PARTS

pytestmark = pytest.mark.processes


HEEDING = """
import os, signal, sys
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Begins a program as a shell does in the foreground, whatever the tests themselves were told to ignore."""


@contextmanager
def ignored_here(number: signal.Signals) -> Iterator[None]:
    """Ignore a signal in this process, as under nohup or behind an `&`."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


def started(folder: Path, *arguments: str, under: Sequence[str] = ()) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "TMPDIR": str(folder),
        "CUELIGHT_DATABASE_URL": "sqlite:////nowhere/at/all.db",
    }
    return subprocess.Popen(
        [sys.executable, "-c", HEEDING, *under, CUELIGHT, "demo", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid: int) -> dict[str, int]:
    """Return the processes that the demonstration started, by their command."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        found.update({word: int(child) for word in words if word in ("run", "simulate")})
    return found


def ignores(pid: int, number: signal.Signals) -> bool:
    """Whether this process ignores this signal; one that is gone does."""
    status = Path(f"/proc/{pid}/status")
    masks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigIgn")]
    return not masks or bool(int(masks[0], 16) >> (number - 1) & 1)


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.long
def test_five_broadcasts_end_as_they_should_and_nothing_is_left_behind(tmp_path: Path) -> None:
    process = started(tmp_path, "--json")
    stdout, stderr = process.communicate(timeout=110)
    report = json.loads(stdout)
    assert process.returncode == 0, [each["problems"] for each in report["broadcasts"]]
    assert report["ok"]
    assert [each["state"] for each in report["broadcasts"]] == [part.comes_to for part in PARTS]
    assert all(len(each["meetings"]) == 1 and not each["on_air"] for each in report["broadcasts"])
    assert all(len(each["proof"]) == 2 for each in report["broadcasts"])
    assert "Times are shortened" in stderr
    assert "the operator types: cuelight extend office-hours 12s" in stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_even_twice_it_leaves_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    with ignored_here(number):
        process = started(tmp_path)
    both = wait_until("both run", lambda: len(children(process.pid)) == 2 and children(process.pid), 20)
    process.send_signal(number)
    wait_until("it leaves", lambda: ignores(process.pid, number))
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert all(map(gone, both.values()))
    assert list(tmp_path.iterdir()) == []


def test_under_nohup_it_outlives_the_terminal(tmp_path: Path) -> None:
    process = started(tmp_path, under=["nohup"])
    wait_until("both run", lambda: len(children(process.pid)) == 2, 20)
    assert ignores(process.pid, signal.SIGHUP)
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_a_provider_that_hangs_is_told(tmp_path: Path) -> None:
    process = started(tmp_path)
    both = wait_until("both run", lambda: len(children(process.pid)) == 2 and children(process.pid), 20)
    os.kill(both["simulate"], signal.SIGSTOP)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert stderr.startswith("Error: nothing more to show: ReadTimeout")
    assert all(map(gone, both.values()))
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    process = started(tmp_path, "--keep")
    worker = wait_until("the worker runs", lambda: children(process.pid).get("run"), 20)
    wait_until(
        "it wrote something",
        lambda: (
            any(tmp_path.glob("*/worker.log"))
            and "started" in next(tmp_path.glob("*/worker.log")).read_text()
        ),
    )
    os.kill(worker, signal.SIGKILL)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "`cuelight run` ended with -9; its log ends:" in stderr
    assert "started" in stderr
    assert len(list(tmp_path.iterdir())) == 1
