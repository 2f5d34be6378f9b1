"""Connections to the pages: so many at most, each for no longer than it takes to ask and to be answered.

Whoever connects takes one of the process's open files, of which the provider and the database need theirs.
Half of the places are kept for probes and for whoever has just come, so that a probe is heard and answered
whatever else is slow. A stream of events ends when its reader leaves: streams have places of their own.
"""

import asyncio
from asyncio import transports
from contextlib import suppress
from enum import Enum, auto
from typing import Any, ClassVar

from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from worker.web import problem
from worker.web.problem import ProblemError

PROBES = frozenset({"/livez", "/readyz"})
"""Answered whatever else is in hand."""
STREAMS = 200
"""Streams of events at once, where the system lets the process have enough files."""
STREAM = b"text/event-stream"
"""The media type by which an answer says that it goes on for as long as somebody reads it."""


class Place(Enum):
    """What a connection takes a place for."""

    NEW = auto()
    """It has asked for nothing yet."""
    ANSWERED = auto()
    """It has asked for nothing more."""
    PROBE = auto()
    PAGE = auto()
    STREAM = auto()
    TURNED_AWAY = auto()
    """It has asked for a page when there was no place for one."""


class Connection(H11Protocol):
    """One of them. When there are too many, whoever was answered longest ago goes first."""

    most: ClassVar[int] = 64
    """Of those that are no streams."""
    most_pages: ClassVar[int] = 32
    """Of these, with a page in hand."""
    kept: ClassVar[int] = 24
    """Of these, that have asked for nothing yet, as long as probes take no more than what is left."""
    taken_at_once: ClassVar[int] = 20
    """Connections that are taken after a pause without waiting; `kept` is more, so that nobody who asks at
    once goes unheard."""
    most_a_second: ClassVar[float] = 250.0
    """Connections that are taken; others wait in the kernel."""
    most_streams: ClassVar[int] = STREAMS
    asks_within: ClassVar[float] = 5.0
    """Seconds for the head of a request, counted from the connection or from the answer before."""
    answered_within: ClassVar[float] = 10.0
    """Seconds from that head until the answer is written; whoever does not read it holds it up. A stream that
    nobody reads is held up for as long at most."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.place = Place.NEW
        self.since = self.loop.time()
        self._over: asyncio.TimerHandle | None = None
        self._pages, self.app = self.app, self._answer

    def connection_made(self, transport: transports.Transport) -> None:  # type: ignore[override]
        """Take it, and let another go if this is one too many."""
        super().connection_made(transport)
        self._take(Place.NEW, self.asks_within)
        if sum(each.place is not Place.STREAM for each in self._all()) > self.most:
            self._oldest().abort()

    def handle_events(self) -> None:
        """Begin to answer what has come."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._take(self._place_for(self.scope["path"]), self.answered_within)

    def on_response_complete(self) -> None:
        """Wait for the next request; and for this answer to be read, should it be the last."""
        self._take(Place.ANSWERED, self.asks_within)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Let no stream wait for ever for whoever does not read it."""
        super().pause_writing()
        if self.place is Place.STREAM:
            self._end_after(self.answered_within)

    def resume_writing(self) -> None:
        """Let a stream go on that is read again."""
        super().resume_writing()
        if self.place is Place.STREAM:
            self._end_after(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        super().connection_lost(exc)
        self._end_after(None)

    def abort(self) -> None:
        """Cut it off, whatever is still to be read or written; from now on it does not count."""
        self.connections.discard(self)
        self.transport.abort()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what was asked, if there is a place for it and for what it turns out to be."""
        if self.place is Place.TURNED_AWAY:
            await _turn_away(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            if _begins_stream(message):
                if self._count(Place.STREAM) >= self.most_streams:
                    await _turn_away(scope, receive, send)
                    raise NoPlaceError
                self._take(Place.STREAM, None)
            await send(message)

        try:
            with suppress(NoPlaceError):
                await self._pages(scope, receive, watched)
        except asyncio.CancelledError:  # At the worker's end: cut off, and no error that is told or logged.
            self.cycle.disconnected = True
            self.abort()
        finally:
            self._end_broken_stream(scope)

    def _end_broken_stream(self, scope: Scope) -> None:
        """Wait no longer than for an answer until its reader has what was written before it broke off."""
        if self.scope is scope and self.place is Place.STREAM and not self.transport.is_closing():
            self._end_after(self.answered_within)

    def _oldest(self) -> "Connection":
        """Return who goes first: whoever was answered longest ago, whoever is longest here and was never.

        Before the last of these go, slow probes do.
        """
        answered = [each for each in self._all() if each.place is Place.ANSWERED]
        unheard = [each for each in self._all() if each.place in (Place.NEW, Place.TURNED_AWAY)]
        probes = [each for each in self._all() if each.place is Place.PROBE]
        are_few = len(unheard) <= self.kept
        return min(answered or (are_few and probes) or unheard, key=lambda each: each.since)

    def _place_for(self, path: str) -> Place:
        if path in PROBES:
            return Place.PROBE
        return Place.PAGE if self._count(Place.PAGE) < self.most_pages else Place.TURNED_AWAY

    def _count(self, place: Place) -> int:
        return sum(each.place is place for each in self._all())

    def _all(self) -> list["Connection"]:
        return [each for each in self.connections if isinstance(each, Connection)]

    def _take(self, place: Place, seconds: float | None) -> None:
        """Be counted as this from now on, for so many seconds at most; None: as long as it is read."""
        self.place, self.since = place, self.loop.time()
        self._end_after(seconds)

    def _end_after(self, seconds: float | None) -> None:
        if self._over:
            self._over.cancel()
        self._over = None if seconds is None else self.loop.call_later(seconds, self.abort)


class ProbeConnection(Connection):
    """A connection to where there is nothing but probes and counts: fewer do, and none is a stream."""

    most = 24
    most_pages = 8
    kept = 12
    taken_at_once = 10
    most_a_second = 50.0
    most_streams = 0


def with_streams(most: int) -> type[Connection]:
    """Return connections with so many streams among them."""

    class Streaming(Connection):
        most_streams = most

    return Streaming


class NoPlaceError(OSError):
    """There is no place for a further stream; as where nobody reads any more, nothing can be sent."""


def _begins_stream(message: Message) -> bool:
    is_start: bool = message["type"] == "http.response.start"
    return is_start and any(
        name.lower() == b"content-type" and value.startswith(STREAM) for name, value in message["headers"]
    )


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Ask somebody to come again, and let go of the connection."""
    answer = problem.response(ProblemError(503, "too many requests at once").problem)
    answer.headers["connection"] = "close"
    await answer(scope, receive, send)
