"""A schedule of months ahead: how soon a worker is ready again with it, and what it costs to wait.

python -m tests.performance.stored [STORED ...]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.performance import wanted
from tests.performance.burst import Burst
from tests.performance.contest import CUELIGHT, command, cuelight_environment, migrate
from tests.performance.stage import Stage, stage
from tests.performance.watch import Watched, now, pause, running
from tests.support.processes import free_port

DAY = 86_400.0
FIRST = 3 * DAY
"""From now to the first of them: nothing is prepared yet."""
OVER = 180 * DAY
"""From the first to the last."""
HALF_AN_HOUR = 1800.0
IDLE = 30.0
"""Seconds over which waiting is measured."""
SETTLE = 10.0
"""Seconds after being ready, before that."""
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A worker that has nothing to do yet."""

    stored: int
    taken_in_s: float
    """From the first start until every row has been taken up."""
    ready_s: float
    """From a restart until `/readyz` says yes."""
    idle_cpu_ms: float
    """A second, over the idle time."""
    peak_mb: float
    calls: int
    """To the provider, while idle; its sweep is among them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="stored", description=__doc__)
    parser.add_argument("stored", type=int, nargs="*", default=[100, 100_000])
    with stage() as provider:
        found = [_measured(each, provider) for each in parser.parse_args().stored]
    table = Table("stored", "taken in, s", "ready again, s", "idle CPU, ms/s", "peak MB", "calls")
    for each in found:
        table.add_row(*(f"{value:,.2f}".removesuffix(".00") for value in asdict(each).values()))
    Console().print(table)
    return 0


def _measured(count: int, provider: Stage) -> Waiting:
    provider.reset()
    with tempfile.TemporaryDirectory(prefix="cuelight-bench-") as name:
        house = House(Path(name), provider, count, free_port())
        house.fill()
        with house.worker() as first:
            taken_in = _seconds_until(house.has_taken_all_in, first)
            first.terminate()
        with house.worker() as again:
            ready = _seconds_until(house.is_ready, again)
            found = _waiting(house, again, taken_in, ready)
            again.terminate()
    return found


def _waiting(house: "House", worker: Watched, taken_in: float, ready: float) -> Waiting:
    """Look at a worker that is ready, and has nothing to do."""
    pause(SETTLE)
    worker.look()
    before, calls_before = worker.samples[-1], house.calls()
    worker.look_until(lambda: False, IDLE)
    after = worker.samples[-1]
    return Waiting(
        stored=house.count,
        taken_in_s=taken_in,
        ready_s=ready,
        idle_cpu_ms=1000 * (after.cpu_s - before.cpu_s) / (after.at - before.at),
        peak_mb=after.peak_mb,
        calls=house.calls() - calls_before,
    )


@dataclass(slots=True)
class House:
    """A worker's folder, with a schedule of months."""

    folder: Path
    provider: Stage
    count: int
    port: int
    burst: Burst = field(init=False)

    def __post_init__(self) -> None:
        at = now() + FIRST
        self.burst = Burst(
            url=self.provider.url, folder=self.folder, count=self.count, starts_at=at, ends_at=at + OVER
        )

    @property
    def database(self) -> Path:
        return self.folder / "cuelight.db"

    @property
    def environment(self) -> Mapping[str, str]:
        return cuelight_environment(self.burst, CUELIGHT_HTTP__PORT=str(self.port))

    def fill(self) -> None:
        """Want half-hour broadcasts, evenly over the time."""
        migrate(self.environment)
        starts = (self.burst.starts_at + OVER * number / self.count for number in range(self.count))
        rows = ((title, at, at + HALF_AN_HOUR) for title, at in zip(self.burst.titles, starts, strict=True))
        wanted.insert(self.database, rows)

    def worker(self) -> AbstractContextManager[Watched]:
        return running(command(CUELIGHT, "run"), self.folder / "log", self.environment)

    def has_taken_all_in(self) -> bool:
        return wanted.taken_in(self.database) == self.count

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def calls(self) -> int:
        return sum(self.provider.arrivals().calls.values())


def _seconds_until(holds: Callable[[], bool], worker: Watched) -> float:
    began = now()
    if not worker.look_until(holds, PATIENCE) or worker.exit_code is not None:
        raise SystemExit(f"the worker was not ready within {PATIENCE:g} s (it ended with {worker.exit_code})")
    return now() - began


if __name__ == "__main__":
    sys.exit(main())
