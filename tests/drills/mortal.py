"""`cuelight`, but that it dies at one place, as by kill -9: python -m tests.drills.mortal run

The variable FAILPOINT names the place: `before send POST /meetings #1`, `after commit #12`. What is counted
are calls that change something, and transactions that write, each from the beginning of the process. With
FAILPOINT_SIGNAL=SIGSTOP it freezes there instead, and goes on from there.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from worker.cli import main
from worker.provider.transport import Transport
from worker.store.engine.lanes import GATHER, ThreadLane

_REACHED: Counter[str] = Counter()


def reached(place: str) -> None:
    """Die, if this is the place."""
    _REACHED[place] += 1
    if f"{place} #{_REACHED[place]}" == os.environ.get("FAILPOINT"):
        os.kill(os.getpid(), signal.Signals[os.environ.get("FAILPOINT_SIGNAL", "SIGKILL")])


def sending(send: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    async def mortal(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
        call = f"send {method} {what_is_asked(url)}"
        if method != "GET":
            reached(f"before {call}")
        reply = await send(self, method, url, authorization, **content)
        if method != "GET":
            reached(f"after {call}")
        return reply

    return mortal


def writing(call: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    async def mortal(self: ThreadLane, work: Any) -> Any:
        writes = self._gather == GATHER
        if writes:
            reached("before commit")
        found = await call(self, work)
        if writes:
            reached("after commit")
        return found

    return mortal


def what_is_asked(url: str) -> str:
    """Return the path from `/meetings` on, without the meeting's id."""
    parts = url.partition("/meetings")[2].split("/")
    return "/".join(["/meetings", *parts[2:]])


if __name__ == "__main__":
    Transport.send = sending(Transport.send)  # type: ignore[method-assign]
    ThreadLane.call = writing(ThreadLane.call)  # type: ignore[method-assign]
    sys.exit(main())
