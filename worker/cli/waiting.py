"""Commands wait until a worker has heeded what they wrote, or say that none did."""

import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from worker.cli.output import local
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.store.store import Store

HEEDED_WITHIN = 10.0
"""Seconds that a command waits for a worker."""
LOOK_EVERY = 0.2


def operator() -> str:
    """Return who gives the command, for the journal: a name, or a number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


async def heeded(store: "Store", broadcast_id: str, version: int | None, what: str) -> None:
    """Wait until a worker has looked at this version of the row."""
    if version is None:
        raise click.ClickException(f"{broadcast_id} is gone meanwhile")
    await _wait(store, lambda: store.heeded(broadcast_id, version), f"{what} in the database, but not heeded")


async def answered(store: "Store", request: int) -> str:
    """Wait for a worker's answer.

    Raises:
        ClickException: there was none, or it was a refusal.
    """
    from worker.engine.requests import REFUSED

    async def answer() -> bool:
        found = await store.request(request)
        return found is not None and found.answer is not None

    await _wait(store, answer, "the request is left, but not heeded")
    found = await store.request(request)
    text = (found.answer if found else None) or ""
    if text.startswith(REFUSED):
        raise click.ClickException(text.removeprefix(REFUSED))
    return text


async def _wait(store: "Store", done: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Wait until a worker has heeded what was written.

    Raises:
        ClickException: none did, in 10 s.
    """
    clock = SystemClock()
    until = clock.monotonic() + HEEDED_WITHIN
    while clock.monotonic() < until:
        if await done():
            return
        await clock.sleep(LOOK_EVERY)
    seen_at = await store.last_worker_seen()
    since = f"no worker since {local(seen_at)}" if seen_at else "no worker has ever run on this database"
    raise click.ClickException(f"{otherwise}: {since}; start one with `cuelight run`")
