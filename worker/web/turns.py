"""Begins to answer one request after the other, so that between two of them the worker does what is due.

A round of the loop does all that has become due. If it began every page that was asked for meanwhile, a stop
would wait for all of them, at each of its steps. Together they begin no faster than their pace.
"""

import asyncio
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from worker.web.pace import Pace


class Turns:
    """Stands before an application; what it answers at once is not kept waiting."""

    def __init__(self, app: ASGIApp, at_once: Collection[str], pace: Pace) -> None:
        self._app = app
        self._at_once = at_once
        self._pace = pace
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand it on when it is its turn."""
        if scope["path"] not in self._at_once:
            async with self._turn:
                await self._pace.wait()
                await _a_round()
        await self._app(scope, receive, send)


async def _a_round() -> None:
    """Let the loop do what is due."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_soon(passed.set)
    await passed.wait()
