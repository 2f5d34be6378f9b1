"""HTTP on a port of ours, served in a loop that has other things to do."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

BACKLOG = 512


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


def config(app: ASGIApp, backlog: int = BACKLOG, **own: Any) -> uvicorn.Config:
    """Return how an application of ours is served: quietly, and with nothing of uvicorn's own around it.

    `backlog`: connections that wait to be taken; asyncio takes as many in one go.
    """
    return uvicorn.Config(
        app,
        backlog=backlog,
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
