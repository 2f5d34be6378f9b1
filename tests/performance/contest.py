"""Contenders one after the other, each given the same burst on the same machine in the same run."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.performance import statements, wanted
from tests.performance.burst import Burst
from tests.performance.result import Measured, Result
from tests.performance.stage import Stage, stage
from tests.performance.watch import Watched, now, running
from worker.kit.clock import SystemClock

CONTENDERS = "tests.performance.contenders"
AFTER = 90.0
"""Seconds after the end, and a part of a second for each broadcast, until a contender is given up."""
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Contender:
    """Who is measured, and how long before the start it is begun."""

    name: str
    lead: float
    """Seconds."""
    lead_each: float
    """Further seconds for each broadcast."""
    most: int | None = None
    """The largest burst that it is given; None: any."""


RAW = Contender("raw", 3, 0.012)
USUAL = Contender("usual", 5, 0.25, most=300)
BEST = Contender("best", 4, 0.03)
CUELIGHT = Contender("cuelight", 6, 0.06)
ALL = (RAW, USUAL, BEST, CUELIGHT)


def air_time(count: int) -> float:
    """Return how many seconds a burst of so many is on air: all are opened, and LIVE, by its half."""
    return 20.0 + count * 0.01


def contest(counts: Sequence[int], contenders: Sequence[Contender], told: Callable[[Result], None]) -> None:
    """Measure each contender with each burst that is not too large for it."""
    with stage() as provider:
        for count in counts:
            for each in contenders:
                if each.most is None or count <= each.most:
                    told(_measured(each, count, provider).result())


def _measured(contender: Contender, count: int, provider: Stage) -> Measured:
    provider.reset()
    with tempfile.TemporaryDirectory(prefix="cuelight-bench-") as folder:
        starts_at = round(now() + contender.lead + contender.lead_each * count, 1)
        burst = Burst(
            url=provider.url,
            folder=Path(folder),
            count=count,
            starts_at=starts_at,
            ends_at=starts_at + air_time(count),
        )
        run = _cuelight if contender is CUELIGHT else _other
        watched, proven_at = run(contender, burst, provider)
        return Measured(
            contender=contender.name,
            burst=burst,
            samples=watched.samples,
            provider=provider.watched.samples,
            arrivals=provider.arrivals(),
            statements=statements.read(burst.folder),
            proven_at=proven_at,
            exit_code=watched.exit_code,
        )


def command(contender: Contender, *arguments: str) -> list[str]:
    """Return how its process is begun. Its module keeps its name, by which a job store finds its jobs."""
    words = f"from {CONTENDERS}.{contender.name} import main; main()"
    return [sys.executable, "-c", words, *arguments]


def _patience(burst: Burst) -> float:
    return burst.ends_at - now() + AFTER + burst.count * 0.1


def _other(contender: Contender, burst: Burst, provider: Stage) -> tuple[Watched, float]:
    """Have a contender that ends by itself once everything is off."""
    with running(command(contender, *burst.arguments), burst.folder / "log") as watched:
        watched.look_until(lambda: False, _patience(burst), [provider.watched])
    return watched, watched.samples[-1].at


def _cuelight(_contender: Contender, burst: Burst, provider: Stage) -> tuple[Watched, float]:
    return watch_cuelight(burst, cuelight_environment(burst), _patience(burst), [provider.watched])


def watch_cuelight(
    burst: Burst, environment: Mapping[str, str], patience: float, beside: Sequence[Watched] = ()
) -> tuple[Watched, float]:
    """Have cuelight until it has looked back at everything, then end it as an operator does.

    Return what was seen of it, and when the last broadcast was proven off.
    """
    database = burst.folder / "cuelight.db"
    migrate(environment)
    wanted.insert(database, ((title, burst.starts_at, burst.ends_at) for title in burst.titles))
    is_over = _seldom(lambda: now() > burst.ends_at and not wanted.unfinished(database))
    with running(command(CUELIGHT, "run"), burst.folder / "log", environment) as watched:
        watched.look_until(is_over, patience, beside)
        watched.terminate()
    return watched, wanted.proven_at(database) or now()


def migrate(environment: Mapping[str, str]) -> None:
    """Make cuelight's tables, in a process that is not measured."""
    cuelight = str(Path(sys.executable).with_name("cuelight"))
    subprocess.run([cuelight, "migrate"], env=environment, check=True, capture_output=True)


def cuelight_environment(burst: Burst, **own: str) -> Mapping[str, str]:
    """Return the environment of a cuelight that talks to the measured provider, with a quota out of reach.

    The token is part of no title: it would be hidden wherever it stands.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUELIGHT_")}
    account = "CUELIGHT_ACCOUNTS__DEFAULT__"
    return {
        **kept,
        "CUELIGHT_STATE_DIR": str(burst.folder),
        "CUELIGHT_HTTP__PORT": "0",
        "CUELIGHT_LOG__LEVEL": "warning",
        "CUELIGHT_LOG__FORMAT": "json",
        f"{account}FLAVOUR": "realtimekit",
        f"{account}ACCOUNT_ID": "bench",
        f"{account}APP_ID": "bench",
        f"{account}API_TOKEN": "no-secret-at-all",
        f"{account}BASE_URL": burst.url,
        f"{account}CALLS_PER_5_MINUTES": "1000000",
        **own,
    }


def _seldom(holds: Callable[[], bool]) -> Callable[[], bool]:
    """Ask only once a second."""
    answers = _every_second(holds)
    return lambda: next(answers)


def _every_second(holds: Callable[[], bool]) -> Iterator[bool]:
    asked_at = 0.0
    while True:
        is_due = _CLOCK.monotonic() - asked_at >= 1.0
        asked_at = _CLOCK.monotonic() if is_due else asked_at
        yield is_due and holds()
