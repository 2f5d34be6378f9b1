"""A process that is looked at several times a second, from its beginning to its end."""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.performance.proc import Sample, sample
from worker.clock import SystemClock

EVERY = 0.2
"""Seconds between two looks."""
ROOT = Path(__file__).parents[2]

_CLOCK = SystemClock()


def now() -> float:
    """Return epoch seconds."""
    return _CLOCK.now().timestamp()


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


@dataclass(slots=True)
class Watched:
    """A process, and what it used so far."""

    process: subprocess.Popen[str]
    samples: list[Sample] = field(default_factory=list)
    exit_code: int | None = None

    def look(self) -> bool:
        """Take a sample; return whether the process still runs."""
        if self.exit_code is not None:
            return False
        found = sample(self.process.pid, now())
        if found:
            self.samples.append(found)
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid:
            self.process.returncode = self.exit_code = os.waitstatus_to_exitcode(status)
            used = usage.ru_utime + usage.ru_stime
            self.samples.append(Sample(now(), used, self.samples[-1].peak_mb))
        return not pid

    def look_until(
        self, is_over: Callable[[], bool], within: float, beside: Sequence["Watched"] = ()
    ) -> bool:
        """Look until it ends or is over; return whether that came within so many seconds."""
        until = now() + within
        while self.look() and not is_over():
            for each in beside:
                each.look()
            if now() > until:
                return False
            pause(EVERY)
        return True


def begin(arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Watched:
    """Start a process whose every word goes into the log."""
    with log.open("w") as stream:
        process = subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdout=stream, stderr=stream, text=True
        )
    return Watched(process)
