"""Has a calendar read in a process of its own: whatever it holds, the worker waits for it without waiting."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from datetime import datetime

from worker.calendars.feed import Feed, UnreadableError, feed_of

WITHIN = 20.0
"""Seconds from its start to its last byte; of the processor it has half as many."""
MOST_WRITTEN = 4 * 1024 * 1024
PROGRAM = ("-m", "worker.calendars.child")
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONTZPATH", "SYSTEMROOT")
"""All that it is told of the environment, where credentials are."""


async def read_apart(
    data: bytes, since: datetime, until: datetime, zone: str, within: float = WITHIN
) -> Feed:
    """Return what a calendar says of the time between two instants; `zone`: of times that name none.

    Raises:
        UnreadableError: nothing can be taken from it, or it takes too long or too much memory.
    """
    wanted = {"since": since.isoformat(), "until": until.isoformat(), "zone": zone}
    return _understood(await _answered(json.dumps(wanted).encode() + b"\n" + data, within))


def _understood(written: bytes) -> Feed:
    try:
        answer = json.loads(written)
        found = answer.get("unreadable") or feed_of(answer["feed"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableError("reading it takes too long, or too much memory") from None
    if not isinstance(found, Feed):
        raise UnreadableError(str(found))
    return found


async def _answered(asked: bytes, within: float) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        *PROGRAM,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        async with asyncio.timeout(within):
            written = await _exchanged(child, asked)
            await child.wait()
            return written
    except TimeoutError:
        raise UnreadableError(f"reading it takes longer than {within:g} s") from None
    finally:
        await _gone(child)


async def _exchanged(child: asyncio.subprocess.Process, asked: bytes) -> bytes:
    """Hand it everything and take what it writes, both at once; neither has to be whole."""
    if child.stdin is None or child.stdout is None:
        raise UnreadableError("its reader has no pipes")
    with suppress(ConnectionError):
        child.stdin.write(asked)
        await child.stdin.drain()
        child.stdin.close()
    written = bytearray()
    while part := await child.stdout.read(64 * 1024):
        written += part
        if len(written) > MOST_WRITTEN:
            raise UnreadableError("what is read of it is too long")
    return bytes(written)


async def _gone(child: asyncio.subprocess.Process) -> None:
    """Have it be over, whatever it was doing."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(filter(None, sys.path))
    return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, "PYTHONPATH": paths}
