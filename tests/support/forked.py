"""Processes of `cuelight` that are forked from one which has imported everything already.

Each is a process of its own, with its own environment, signals and end; but it costs a tenth of a second of
CPU to begin, where an interpreter that imports anew costs two. What is said of a beginning itself is tried
on the real command (test_demo, test_examples, test_readme).
"""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time  # noqa: TID251  For its zone alone: no clock is read.
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.support.preloaded"])


class Forked:
    """A process, with what tests use of `subprocess.Popen`."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        stdout: Path,
        stderr: Path,
        folder: Path | None = None,
    ) -> None:
        self.args = ["cuelight", *arguments]
        folder = folder or Path.cwd()
        told = (self.args, dict(environment), str(folder), str(stdout), str(stderr))
        self._process: ForkServerProcess = _CONTEXT.Process(target=_cuelight, args=told, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _cuelight(
    arguments: list[str], environment: dict[str, str], folder: str, stdout: str, stderr: str
) -> None:
    """Be the command."""
    gc.freeze()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, path in ((1, stdout), (2, stderr)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = arguments
    from worker.cli import main  # noqa: PLC0415  Imported already where this runs, and nowhere else.

    main()
