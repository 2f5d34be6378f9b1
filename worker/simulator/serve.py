"""The simulator on a port of this machine."""

import asyncio
import contextlib
import ipaddress
import signal
import socket
import threading
from asyncio import transports
from collections.abc import Callable, Generator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from worker.simulator.auth import Credentials
from worker.simulator.knobs import Knobs
from worker.simulator.simulator import Simulator

_TICK_S = 0.2
_PREFIX = "CUELIGHT_ACCOUNTS__DEFAULT__"


def environment(base_url: str, knobs: Knobs, credentials: Credentials) -> dict[str, str]:
    """Return the variables that point a worker at a simulator; they hold its throw-away secret."""
    secret = credentials.secrets[0]
    if knobs.flavour == "realtimekit":
        path = f"/client/v4/accounts/{credentials.account_id}/realtime/kit/{credentials.app_id}"
        who = {"ACCOUNT_ID": credentials.account_id, "APP_ID": credentials.app_id, "API_TOKEN": secret}
    else:
        path, who = "/v2", {"ORG_ID": credentials.org_id, "API_KEY": secret}
    named = {"FLAVOUR": knobs.flavour, **who, "BASE_URL": base_url.rstrip("/") + path}
    return {_PREFIX + name: value for name, value in named.items()}


async def serve(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    on_ready: Callable[[str], None],
    heed_signals: bool = True,
) -> None:
    """Serve until cancelled or, where signals are heeded, until SIGINT or SIGTERM.

    `on_ready` is told the base URL; port 0 takes any free one. Raises `ValueError` for a host that is not
    this machine, `OSError` when the port is taken.
    """
    listener = _listen(host, port)
    server = _Server(_config(simulator), lambda: on_ready(_base_url(listener)), heed_signals=heed_signals)
    ticking = asyncio.create_task(_tick(simulator))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    finally:
        ticking.cancel()
        listener.close()


class _Server(uvicorn.Server):
    """Says when it is ready; a signal ends it in peace."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], *, heed_signals: bool) -> None:
        super().__init__(config)
        self._ready = ready
        self._heeds_signals = heed_signals and threading.current_thread() is threading.main_thread()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        loop, heeded = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        if not self._heeds_signals:
            yield
            return
        for each in heeded:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in heeded:
                loop.remove_signal_handler(each)


class _Droppable(H11Protocol):
    """Hands the application the means to cut its connection."""

    def connection_made(self, transport: transports.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}


def _config(simulator: Simulator) -> uvicorn.Config:
    return uvicorn.Config(
        simulator.app,
        http=_Droppable,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


async def _tick(simulator: Simulator) -> None:
    while True:
        simulator.advance()
        await simulator.clock.sleep(_TICK_S)


def _listen(host: str, port: int) -> socket.socket:
    address = "127.0.0.1" if host == "localhost" else host
    if not _is_loopback(address):
        raise ValueError(f"the simulator serves this machine alone: {host} is no loopback address")
    # The protocol is named, since only then does asyncio send small answers without 40 ms of delay.
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    listener.listen(512)
    return listener


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _base_url(listener: socket.socket) -> str:
    name: tuple[Any, ...] = listener.getsockname()
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"
