"""The simulator on a port of this machine."""

import asyncio
import contextlib
import signal
import threading
from asyncio import transports
from collections.abc import Callable, Generator

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from worker.kit import listening
from worker.simulator.auth import Credentials
from worker.simulator.knobs import Knobs
from worker.simulator.loopback import is_this_machine
from worker.simulator.sending import Post
from worker.simulator.simulator import KEY_PATH, Simulator

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
    root = base_url.rstrip("/")
    urls = {"WEBHOOK_KEY_URL": root + KEY_PATH, "BASE_URL": root + path}
    named = {"FLAVOUR": knobs.flavour, **who, **urls}
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
    listener = listening.bind(_this_machine(host), port)
    config = listening.config(simulator.app, http=_Droppable)
    server = _Server(config, lambda: on_ready(listening.url(listener)), heed_signals=heed_signals)
    beside = [asyncio.create_task(each) for each in (_tick(simulator), _deliver(simulator))]
    try:
        await server.serve_until_cancelled(listener)
    finally:
        for each in beside:
            each.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


class _Server(listening.Server):
    """A signal ends it in peace."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], *, heed_signals: bool) -> None:
        super().__init__(config, ready)
        self._heeds_signals = heed_signals and threading.current_thread() is threading.main_thread()

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


async def _tick(simulator: Simulator) -> None:
    while True:
        simulator.advance()
        await simulator.clock.sleep(_TICK_S)


async def _deliver(simulator: Simulator) -> None:
    post = Post()
    try:
        await simulator.deliveries.run(post)
    finally:
        await post.close()


def _this_machine(host: str) -> str:
    """Return the host if it is this machine.

    Raises:
        ValueError: it is another.
    """
    if is_this_machine(host):
        return "127.0.0.1" if host == "localhost" else host
    raise ValueError(f"the simulator serves this machine alone: {host} is no loopback address")
