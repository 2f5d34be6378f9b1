"""Reads one calendar in a process of its own: it takes its bytes from stdin and writes JSON to stdout.

The first line of stdin says what it is read for. What goes wrong within is an answer, too; what takes more
time or memory than there is for it ends the process, and that is the answer.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from worker.calendars.feed import UnreadableError
from worker.calendars.reading import Wanted, read

CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024
"""Bytes of addresses; where the system does not limit them, the size of what is read does."""
A_RULE = 1.0
"""Seconds that the rule of one series may take."""
POLITENESS = 10
"""It may use what nobody else wants: a stop goes first."""


def main() -> None:
    """Read what stdin holds, and write what came of it."""
    _limit()
    head = sys.stdin.buffer.readline()
    data = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(answer(json.loads(head), data)))
    sys.stdout.flush()


def answer(wanted: Mapping[str, str], data: bytes) -> dict[str, Any]:
    """Return what is written: the feed, or why it cannot be read."""
    since, until = (datetime.fromisoformat(wanted[name]) for name in ("since", "until"))
    try:
        return {"feed": read(data, Wanted(since, until, ZoneInfo(wanted["zone"])), _patience).as_json()}
    except UnreadableError as error:
        return {"unreadable": str(error)}
    except MemoryError:
        return {"unreadable": "reading it takes too much memory"}
    except RecursionError:
        return {"unreadable": "its parts are nested too deeply"}


@contextmanager
def _patience() -> Iterator[None]:
    """Raise TimeoutError in the midst of what takes longer than one rule may."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, A_RULE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(*_: object) -> None:
    raise TimeoutError


def _limit() -> None:
    """Limit what this process may use, as far as the system does."""
    with suppress(OSError):
        os.nice(POLITENESS)
    with suppress(ImportError):
        import resource  # noqa: PLC0415  Not on every system.

        for kind, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY)):
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
