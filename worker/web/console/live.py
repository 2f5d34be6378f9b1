"""News for pages that are open: one look at the database for all of them, and only while there are any.

A page is told that something happened, and loads itself anew; what happened is not in the stream. A browser
holds one stream, however many pages it shows; how many there may be is for `worker.web.connections` to say.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.responses import Response, StreamingResponse

from worker.kit.clock import Clock
from worker.store.errors import StoreUnavailableError
from worker.store.readable import ReadableStore
from worker.web.console.visit import Page, Visit

LOOK_EVERY = 0.3
"""Seconds between two looks."""
ALIVE_EVERY = 5.0
"""Seconds after which a stream says that it is there, whatever happens."""
MEDIA_TYPE = "text/event-stream"
CHANGED, ALIVE = "changed", "alive"


@dataclass(slots=True)
class Live:
    """Tells of what happens."""

    store: ReadableStore
    clock: Clock
    _open: set[asyncio.Queue[str]] = field(default_factory=set)
    """A queue for each stream, of one word at most."""
    _mark: str = ""
    _told_at: float = 0.0
    _looking: asyncio.Task[None] | None = None

    def pages(self) -> list[Page]:
        """Return the address."""
        return [Page(path="/live", answer=self._stream)]

    async def _stream(self, _visit: Visit) -> Response:
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(self.events(), headers=headers, media_type=MEDIA_TYPE)

    async def events(self) -> AsyncIterator[str]:
        """Yield an event now, whenever something happened, and as a sign of life."""
        news: asyncio.Queue[str] = asyncio.Queue(1)
        self._open.add(news)
        self._look_from_now_on()
        try:
            yield f"retry: 3000\n{_event(CHANGED)}"
            while True:
                yield _event(await news.get())
        finally:
            self._open.discard(news)

    def _look_from_now_on(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="look for news")

    async def _look(self) -> None:
        """Look as long as anybody listens. A database that is away is no news: the page says so itself."""
        while self._open:
            with suppress(StoreUnavailableError):
                self._compare(await self.store.mark())
            if self.clock.monotonic() - self._told_at >= ALIVE_EVERY:
                self._tell(ALIVE)
            await self.clock.sleep(LOOK_EVERY)

    def _compare(self, mark: str) -> None:
        if mark != self._mark:
            self._mark = mark
            self._tell(CHANGED)

    def _tell(self, word: str) -> None:
        """Tell every stream; one that has not read the last word yet hears the weightier of the two."""
        self._told_at = self.clock.monotonic()
        for each in self._open:
            if each.full() and word == CHANGED:
                each.get_nowait()
            if not each.full():
                each.put_nowait(word)


def _event(word: str) -> str:
    return f"event: {word}\ndata:\n\n"
