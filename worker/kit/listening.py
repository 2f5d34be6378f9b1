"""HTTP on a port of ours, served in a loop that has other things to do."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from worker.kit.clock import Clock

BACKLOG = 512
TRIED_AGAIN_AFTER = 1.0
"""Seconds until connections are taken again where the system had no file for one."""


def bind(host: str, port: int) -> socket.socket:
    """Listen there; port 0 takes any that is free.

    Raises:
        OSError: the host is unknown, or the port is taken.
    """
    # The protocol is named, since only then does asyncio send small answers without 40 ms of delay.
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    listener.listen(BACKLOG)
    return listener


def url(listener: socket.socket) -> str:
    """Return the address of what listens there."""
    name: tuple[Any, ...] = listener.getsockname()
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"


def config(app: ASGIApp, **own: Any) -> uvicorn.Config:
    """Return how an application of ours is served: quietly, and with nothing of uvicorn's own around it."""
    return uvicorn.Config(
        app,
        backlog=BACKLOG,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        **own,
    )


class Server(uvicorn.Server):
    """Says when it is ready, and leaves signals to whoever runs the loop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        for each in sockets or ():
            each.listen(BACKLOG)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Heed none."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; where it is forced, without waiting for anybody who asks or listens."""
        if not self.force_exit:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()

    async def serve_until_cancelled(self, listener: socket.socket, *, at_once: bool = False) -> None:
        """Serve; when cancelled, end what is being answered first, or cut it off at once."""
        serving = asyncio.create_task(self.serve([listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit, self.force_exit = True, at_once
            await serving
            raise
        finally:
            listener.close()


class PacedServer(Server):
    """Takes one connection after the other, each when it may; meanwhile others wait in the kernel."""

    def __init__(self, config: uvicorn.Config, clock: Clock, may_take: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._clock = clock
        self._may_take = may_take
        self._taking: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, without asyncio's server, which takes whoever comes."""
        self.servers = []
        for each in sockets or ():
            each.setblocking(False)  # noqa: FBT003  socket's own.
            taking = asyncio.create_task(self._take(each))
            taking.add_done_callback(self._end_with)
            self._taking.append(taking)
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody any more, and end."""
        for each in self._taking:
            each.cancel()
        await super().shutdown(sockets)

    async def _take(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._may_take()
            try:
                connection, _ = await loop.sock_accept(listener)
                await loop.connect_accepted_socket(self._protocol, connection)
            except OSError:
                await self._clock.sleep(TRIED_AGAIN_AFTER)

    def _end_with(self, taking: asyncio.Task[None]) -> None:
        """End if nobody is taken any more: whoever serves begins anew."""
        self.should_exit = self.should_exit or not taking.cancelled()

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]  # As uvicorn itself calls it.
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
