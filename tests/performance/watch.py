"""A process that is looked at several times a second, from its beginning to its end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.performance.proc import Sample, sample
from worker.kit.clock import SystemClock

EVERY = 0.2
"""Seconds between two looks."""
LAST = 15.0
"""Seconds for a process that was told to end."""
MOST_SAID = 4000
"""Characters of what a process said last, told if it ended in error."""
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

    def terminate(self) -> None:
        """End it as an operator does, and wait for that."""
        self.process.send_signal(signal.SIGTERM)
        self.look_until(lambda: False, LAST)

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


@contextmanager
def running(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Watched]:
    """Have a process whose every word goes into the log; what still runs in the end is killed."""
    with log.open("w") as stream:
        watched = Watched(
            subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=stream, stderr=stream, text=True)
        )
    try:
        yield watched
    finally:
        if watched.look():
            watched.process.kill()
            watched.look_until(lambda: False, LAST)
        if watched.exit_code:
            sys.stderr.write(log.read_text()[-MOST_SAID:])
