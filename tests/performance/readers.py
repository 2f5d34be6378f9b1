"""make bench-readers: what those who read the pages cost the stops, and the probes.

python -m tests.performance.readers [--count 50] [--streams 200] [--askers 300]

Broadcasts that all end at one instant, once with nobody who reads, once with a crowd of readers; a minute
each, in real time. Stops are timed by the simulator, from the planned end to the call that has arrived.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.performance import wanted
from tests.performance.burst import Burst
from tests.performance.contest import CUELIGHT, command, cuelight_environment, migrate
from tests.performance.figures import Lateness, cpu_until, lateness
from tests.performance.quota import read
from tests.performance.watch import Watched, now, running
from tests.support.processes import free_port, simulator
from worker.kit.clock import SystemClock

KNOBS = {
    "latency_s": 0.1,
    "join_delay_s": 1,
    "invoke_to_live_s": 1,
    "invoke_jitter_s": 0,
    "stop_to_offline_s": 1,
    "status_lag_s": 0,
    "linger_s": 2,
}
AHEAD = 20.0
"""Seconds to prepare in."""
ON_AIR = 30.0
READ_FROM = 15.0
"""Seconds before the end from which on everybody reads."""
READ_ON = 10.0
"""Seconds after the end until they leave."""
PROBED_EVERY = 0.25
PROBED_WITHIN = 5.0

NOBODY = ("--streams=0", "--askers=0", "--silent=0", "--deaf=0")

_CLOCK = SystemClock()


@dataclass(slots=True)
class Probes:
    """What was answered to whoever asks whether the worker lives."""

    answers: list[tuple[int, float]] = field(default_factory=list)
    """Status, 0 for none, and the seconds that it took."""

    def ask(self, port: int) -> None:
        connection, began = http.client.HTTPConnection("127.0.0.1", port), _CLOCK.monotonic()
        connection.timeout = PROBED_WITHIN
        try:
            connection.request("GET", "/livez")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        self.answers.append((status, _CLOCK.monotonic() - began))

    def __str__(self) -> str:
        well = sum(status == http.client.OK for status, _ in self.answers)
        slowest = max((seconds for _, seconds in self.answers), default=0.0)
        return f"{well} of {len(self.answers)}, slowest {1000 * slowest:.0f} ms"


@dataclass(frozen=True, slots=True)
class Figures:
    """One run."""

    pages: Probes
    probes: Probes
    """On the port of their own."""
    cpu: float
    """Part of a core, while the crowd is there."""
    heard: Mapping[str, Any]
    """What the crowd was told."""
    ended_in: float
    """Seconds from SIGTERM to the end, the crowd still there."""
    stops: int = 0
    stop: Lateness = field(default_factory=Lateness)

    @property
    def is_alive(self) -> bool:
        """Whether every probe was answered that it is, wherever it asked."""
        answers = [*self.pages.answers, *self.probes.answers]
        return all(status == http.client.OK for status, _ in answers)


def main() -> int:
    parser = argparse.ArgumentParser(prog="readers", description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="broadcasts that end at one instant")
    parser.add_argument("--streams", type=int, default=200, help="readers who follow events")
    parser.add_argument("--askers", type=int, default=300, help="readers who ask again and again")
    asked = parser.parse_args()
    crowd = [f"--streams={asked.streams}", f"--askers={asked.askers}"]
    found = {
        "nobody reads": _measured(asked.count, NOBODY),
        f"{asked.streams + asked.askers} read": _measured(asked.count, crowd),
    }
    Console().print(_table(found))
    return 0 if all(each.stops == asked.count and each.is_alive for each in found.values()) else 1


def _measured(count: int, crowd: Sequence[str]) -> Figures:
    with simulator("realtimekit", **KNOBS) as provider, tempfile.TemporaryDirectory() as name:
        at = now() + AHEAD
        burst = Burst(url=provider.url, folder=Path(name), count=count, starts_at=at, ends_at=at + ON_AIR)
        house = House(burst, free_port(), free_port(), provider.environment)
        house.fill()
        with running(command(CUELIGHT, "run"), burst.folder / "log", house.environment) as worker:
            worker.look_until(lambda: now() > burst.ends_at - READ_FROM, AHEAD + ON_AIR)
            found = _read(worker, house, crowd)
        arrivals = read(provider.ask("requests"), provider.ask("state")["meetings"])
    return replace(found, stops=len(arrivals.stopped), stop=lateness(arrivals.stopped, burst.ends_at))


@dataclass(frozen=True, slots=True)
class House:
    """A worker's folder, with what it is to put on air, and its two ports."""

    burst: Burst
    pages: int
    probes: int
    account: Mapping[str, str]

    @property
    def environment(self) -> Mapping[str, str]:
        ports = {"CUELIGHT_HTTP__PORT": str(self.pages), "CUELIGHT_HTTP__PROBES_PORT": str(self.probes)}
        return {**cuelight_environment(self.burst), **self.account, **ports}

    def fill(self) -> None:
        burst = self.burst
        migrate(self.environment)
        rows = ((title, burst.starts_at, burst.ends_at) for title in burst.titles)
        wanted.insert(burst.folder / "cuelight.db", rows)


def _read(worker: Watched, house: House, crowd: Sequence[str]) -> Figures:
    """Look at the worker around the end, while the crowd reads; then end it."""
    readers = [sys.executable, "-m", "tests.performance.crowd", str(house.pages), *crowd]
    log = house.burst.folder / "crowd"
    with running(readers, log) as reading:
        began, until = now(), house.burst.ends_at + READ_ON
        with _probing(house.pages) as pages, _probing(house.probes) as probes:
            worker.look_until(lambda: now() > until, until - began + 60, [reading])
        lasted = now() - began
        worker.terminate()
        ended_in = now() - began - lasted
        reading.terminate()
    used = cpu_until(worker.samples, began + lasted) - cpu_until(worker.samples, began)
    heard = json.loads(log.read_text().splitlines()[-1])
    return Figures(pages, probes, used / lasted, heard, ended_in)


@contextmanager
def _probing(port: int) -> Iterator[Probes]:
    """Ask four times a second."""
    found, over = Probes(), threading.Event()

    def probe() -> None:
        while not over.wait(PROBED_EVERY):
            found.ask(port)

    probing = threading.Thread(target=probe)
    probing.start()
    try:
        yield found
    finally:
        over.set()
        probing.join()


def _table(found: Mapping[str, Figures]) -> Table:
    shown = Table("", *found)
    rows: Mapping[str, Callable[[Figures], str]] = {
        "stops": lambda each: f"{each.stops}",
        "stop p50, p99, last, ms": lambda each: ", ".join(
            f"{1000 * late:.0f}" for late in (each.stop.p50, each.stop.p99, each.stop.most)
        ),
        "/livez 200": lambda each: str(each.pages),
        "/livez 200, own port": lambda each: str(each.probes),
        "worker, of one core": lambda each: f"{each.cpu:.0%}",
        "ended within, s": lambda each: f"{each.ended_in:.1f}",
        "streams, lines of them": lambda each: f"{each.heard['most_streams']}, {each.heard['events']:,}",
        "answers": lambda each: ", ".join(
            f"{status}: {n:,}" for status, n in sorted(each.heard["answers"].items())
        ),
    }
    for name, shows in rows.items():
        shown.add_row(name, *(shows(each) for each in found.values()))
    return shown


def _counted(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{status}: {count:,}" for status, count in sorted(answers.items()))


if __name__ == "__main__":
    sys.exit(main())
