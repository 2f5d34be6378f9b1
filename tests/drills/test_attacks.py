"""What others do to a worker holds up no stop (law 9): lateness with each attack, beside that without."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

import httpx
import pytest

from tests.drills.judge import instant
from tests.drills.scene import pause
from tests.support.processes import (
    CLOCK,
    CUELIGHT,
    Provider,
    Worker,
    free_port,
    simulator,
    soon,
    wait_until,
    worker,
)

pytestmark = pytest.mark.processes

MANY = int(os.environ.get("N", "1")) >= 10
"""Whether all of them are tried; else one, beside every other test."""
SHOWS = 10
LASTS = 14.0
"""Seconds from the beginning to the end of them all."""
LATE_AT_MOST = 2.0
"""Seconds from an end to its stop, attacked or not."""
FEW_FILES = ("sh", "-c", 'ulimit -n 1024 && exec "$0" "$@"', CUELIGHT)
"""A worker that may have 1,024 files open and cannot raise that."""
CROWD = 100
"""Connections that are held open at once, each with half a request: more than there may be."""
LEAVES_WITHIN = 3.0
"""Seconds from SIGTERM to the exit (law 11)."""

Attack = Callable[[Worker], AbstractContextManager[None]]


@contextmanager
def nothing(_host: Worker) -> Iterator[None]:
    yield


@contextmanager
def a_thousand_idle_connections(host: Worker) -> Iterator[None]:
    """Connect to the pages as often as the worker may have files open, and ask nothing."""
    with ExitStack() as open_until:
        for _ in range(1100):
            with suppress(OSError):
                open_until.enter_context(socket.create_connection(_pages(host), timeout=2))
        yield


@contextmanager
def connections_that_never_end(host: Worker) -> Iterator[None]:
    """Hold as many connections as there may be, each with half a request, and connect anew when cut off."""
    gone = threading.Event()
    crowd = threading.Thread(target=_ask_for_ever, args=(host, gone))
    crowd.start()
    yield
    gone.set()
    crowd.join()


def _ask_for_ever(host: Worker, gone: threading.Event) -> None:
    held: list[socket.socket] = []
    while not gone.wait(0.5):
        held = [each for each in held if _asks_on(each)]
        with suppress(OSError):
            while len(held) < CROWD:
                held.append(socket.create_connection(_pages(host), timeout=2))
                held[-1].sendall(b"GET /livez HTTP/1.1\r\n")
    for each in held:
        each.close()


def _asks_on(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"x: y\r\n")
    except OSError:
        connection.close()
        return False
    return True


@contextmanager
def alert_channels_that_dribble(host: Worker) -> Iterator[None]:
    """Answer each alert a few bytes a second, for ever, and give the worker something to tell."""
    port, gone = int(host.environment["DRIBBLES"]), threading.Event()
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0.2)
        listener = threading.Thread(target=_dribble, args=(server, held, gone))
        listener.start()
        host.sql("INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('bad', 'B', 'soon', 'late')")
        yield
        gone.set()
        listener.join()
    assert held, "no channel was used"
    for each in held:
        each.close()


def _dribble(server: socket.socket, held: list[socket.socket], gone: threading.Event) -> None:
    while not gone.is_set():
        with suppress(TimeoutError):
            held.append(server.accept()[0])
        for each in held:
            with suppress(OSError):
                each.send(b"H", socket.MSG_DONTWAIT)


def _pages(host: Worker) -> tuple[str, int]:
    return "127.0.0.1", int(host.environment["CUELIGHT_HTTP__PORT"])


ATTACKS = (nothing, a_thousand_idle_connections, connections_that_never_end, alert_channels_that_dribble)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with simulator() as found:
        yield found


@pytest.fixture
def host(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    dribbles = free_port()
    urls = ", ".join(f'"json://localhost:{dribbles}/{number}"' for number in range(6))
    settings = {
        "CUELIGHT_HTTP__PORT": str(free_port()),
        "CUELIGHT_ALERTS__URLS": f"[{urls}]",
        "DRIBBLES": str(dribbles),
    }
    with worker(tmp_path_factory.mktemp("host"), provider, **settings) as found:
        found.command = FEW_FILES
        yield found


@pytest.mark.parametrize("attack", ATTACKS if MANY else ATTACKS[1:2], ids=lambda each: each.__name__)
def test_an_attack_holds_up_no_stop_no_probe_and_no_leaving(
    attack: Attack,
    provider: Provider,
    host: Worker,
    record_property: Callable[[str, object], None],
) -> None:
    host.start()
    ends_at = soon(LASTS)
    for number in range(SHOWS):
        host.insert(f"show-{number}", soon(4), ends_at, prepare="1m")
    for number in range(SHOWS):
        host.await_state(f"show-{number}", "live")
    with attack(host):
        pause(1)
        assert httpx.get(f"http://127.0.0.1:{_pages(host)[1]}/livez", timeout=5).status_code == 200
        stops = wait_until("all are stopped", lambda: _first_stops(provider), within=60)
        late = max(instant(each) - ends_at for each in stops).total_seconds()
        for number in range(SHOWS):
            host.await_state(f"show-{number}", "ended", within=30)
        leaves = _seconds_to_leave(host)
    record_property("drill", (f"stopped after the end, with {attack.__name__}", late))
    record_property("drill", (f"left after SIGTERM, with {attack.__name__}", leaves))
    assert late < LATE_AT_MOST
    assert leaves < LEAVES_WITHIN


def _first_stops(provider: Provider) -> list[str] | None:
    """Return when the first stop of each meeting came, once there is one of each."""
    first: dict[str, str] = {}
    for call in provider.calls("POST", "/active-livestream/stop"):
        first.setdefault(call["path"], call["received_at"])
    return list(first.values()) if len(first) == SHOWS else None


def _seconds_to_leave(host: Worker) -> float:
    assert host.process
    began = CLOCK.monotonic()
    os.kill(host.process.pid, signal.SIGTERM)
    assert host.process.wait(timeout=30) == 0, host.log()[-2000:]
    return CLOCK.monotonic() - began
