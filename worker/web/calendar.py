"""/calendar.ics: the broadcasts, for calendar programs that ask again every few hours."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from worker.kit.clock import Clock
from worker.operations import calendar_text
from worker.operations.calendar import KEPT, MOST, Calendar
from worker.store.errors import StoreUnavailableError
from worker.store.readable import ReadableStore
from worker.web.guard import Guard

PATH = "/calendar.ics"
AT_ONCE = 4
"""Answers in hand; whoever comes beside them is asked to come again."""

_AGAIN = {"retry-after": "10", "connection": "close"}
_CACHING = "private, no-cache"
"""It may be kept by whoever asked, and is asked for again before it is used."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CalendarPage:
    """Answers with the calendar, or that it is the one that was fetched before."""

    store: ReadableStore
    tag: str
    """The installation's."""
    clock: Clock
    guard: Guard
    most: int = MOST
    _in_hand: int = 0

    def routes(self) -> list[Route]:
        """Return the address."""
        return [Route(PATH, self, methods=["GET", "HEAD"])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; it is in hand until its last byte is on its way."""
        if self._in_hand >= AT_ONCE:
            await _said(503, "too many requests at once")(scope, receive, send)
            return
        self._in_hand += 1
        try:
            await (await self._answer(Request(scope)))(scope, receive, send)
        finally:
            self._in_hand -= 1

    async def _answer(self, request: Request) -> Response:
        if not self.guard.admits(request):
            return self.guard.refusal()
        accounts, since = request.query_params.getlist("account"), self.clock.now() - KEPT
        found = Calendar(store=self.store, tag=self.tag, since=since, accounts=accounts, most=self.most)
        try:
            fingerprint = await found.fingerprint()
        except StoreUnavailableError:
            return _said(503, "the database does not answer")
        return await self._told(request, found, fingerprint)

    async def _told(self, request: Request, found: Calendar, fingerprint: str) -> Response:
        headers = {"etag": f'"{fingerprint}"', "cache-control": _CACHING, "vary": "authorization"}
        if _is_known(request, fingerprint):
            return Response(status_code=304, headers=headers)
        if found.is_cut:
            log.warning("calendar_cut", events=found.most)
        await asyncio.to_thread(importlib.import_module, "icalendar")
        return StreamingResponse(self._body(found), headers=headers, media_type=calendar_text.MEDIA_TYPE)

    async def _body(self, found: Calendar) -> AsyncIterator[bytes]:
        """Yield the document; the worker's own work goes on between its parts.

        Should a broadcast change meanwhile, what is sent is newer than its fingerprint: at worst it is sent
        once more.
        """
        async for part in calendar_text.document(found.events()):
            yield part
            await self.clock.sleep(0)


def _is_known(request: Request, fingerprint: str) -> bool:
    """Whether this is what was fetched before (RFC 9110, 13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return "*" in tags or f'"{fingerprint}"' in tags


def _said(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status, _AGAIN)
