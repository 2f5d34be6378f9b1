"""A schedule of months ahead: how soon a worker is ready again with it, and what it costs to wait.

python -m tests.performance.stored [STORED ...]
"""

import argparse
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.performance import wanted
from tests.performance.burst import Burst
from tests.performance.contest import CUELIGHT, command, cuelight_environment, migrate
from tests.performance.stage import Stage, stage
from tests.performance.watch import Watched, begin, now, pause
from tests.support.processes import free_port

DAY = 86_400.0
FIRST = 3 * DAY
"""From now to the first of them: nothing is prepared yet."""
OVER = 180 * DAY
"""From the first to the last."""
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
        folder, at = Path(name), now()
        burst = Burst(url=provider.url, folder=folder, count=count, starts_at=at, ends_at=at)
        port = free_port()
        environment = cuelight_environment(burst, CUELIGHT_HTTP__PORT=str(port))
        migrate(environment)
        starts = (at + FIRST + OVER * number / count for number in range(count))
        titles = burst.titles
        wanted.insert(folder / "cuelight.db", ((titles[n], t, t + 1800) for n, t in enumerate(starts)))

        def worker() -> Watched:
            return begin(command(CUELIGHT, "run"), folder / "log", environment)

        first = worker()
        taken_in = _seconds_until(lambda: _taken_in(folder / "cuelight.db") == count, first)
        _end(first)
        again = worker()
        ready = _seconds_until(lambda: _is_ready(port), again)
        pause(SETTLE)
        again.look()
        before, calls_before = again.samples[-1], provider.arrivals().calls
        again.look_until(lambda: False, IDLE)
        after, calls_after = again.samples[-1], provider.arrivals().calls
        _end(again)
        return Waiting(
            stored=count,
            taken_in_s=taken_in,
            ready_s=ready,
            idle_cpu_ms=1000 * (after.cpu_s - before.cpu_s) / (after.at - before.at),
            peak_mb=after.peak_mb,
            calls=sum(calls_after.values()) - sum(calls_before.values()),
        )


def _seconds_until(holds: Callable[[], bool], worker: Watched) -> float:
    began = now()
    if not worker.look_until(holds, PATIENCE) or worker.exit_code is not None:
        raise SystemExit(f"the worker was not ready within {PATIENCE:g} s (it ended with {worker.exit_code})")
    return now() - began


def _taken_in(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        return int(connection.execute("SELECT count(*) FROM runs").fetchone()[0])


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success
    except httpx.HTTPError:
        return False


def _end(worker: Watched) -> None:
    worker.process.send_signal(signal.SIGTERM)
    if not worker.look_until(lambda: False, 15):
        worker.process.kill()
        worker.look_until(lambda: False, 5)


if __name__ == "__main__":
    sys.exit(main())
