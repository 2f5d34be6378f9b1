"""Connections to the pages: so many at most, each for no longer than it takes to ask and to be answered.

Whoever connects takes one of the process's open files, of which the provider and the database need theirs.
"""

import asyncio
from asyncio import transports
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

QUEUED = 32
"""Connections that the kernel holds until they are taken; so many may be taken before the oldest go."""


class Connection(H11Protocol):
    """One of them. When there are too many, whoever has asked for nothing for longest goes first."""

    most: ClassVar[int] = 64
    asks_within: ClassVar[float] = 5.0
    """Seconds for the head of a request, counted from the connection or from the answer before."""
    answered_within: ClassVar[float] = 10.0
    """Seconds from that head until the answer is written; whoever does not read it holds it up."""
    _over: asyncio.TimerHandle | None = None

    @property
    def is_asking(self) -> bool:
        """Whether a request is in hand."""
        return not getattr(self.cycle, "response_complete", True)

    def connection_made(self, transport: transports.Transport) -> None:  # type: ignore[override]
        """Take it, and let another go if this is one too many."""
        super().connection_made(transport)
        self._wait(self.asks_within)
        if len(self.connections) > self.most:
            known = [each for each in self.connections if isinstance(each, Connection)]
            min(known, key=_when_over).abort()

    def handle_events(self) -> None:
        """Begin to answer what has come."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._wait(self.answered_within)

    def on_response_complete(self) -> None:
        """Wait for the next request; and for this answer to be read, should it be the last."""
        self._wait(self.asks_within)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._over:
            self._over.cancel()
        super().connection_lost(exc)

    def abort(self) -> None:
        """Cut it off, whatever is still to be read or written; from now on it does not count."""
        self.connections.discard(self)
        self.transport.abort()

    def _wait(self, seconds: float) -> None:
        if self._over:
            self._over.cancel()
        self._over = self.loop.call_later(seconds, self.abort)


def _when_over(connection: Connection) -> tuple[bool, float]:
    """Put first whoever has asked for nothing, and of these whoever's time is over first."""
    return connection.is_asking, connection._over.when() if connection._over else 0.0  # noqa: SLF001  Its own module.
