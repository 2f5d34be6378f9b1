"""Several runs of the whole contest, and the spread of every figure."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.performance.figures import Lateness, Spread, spread
from tests.performance.result import Result

Run = Sequence[Result]
"""What one run of the contest came to."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured: figures of different machines are not to be compared."""

    processor: str
    cores: int
    python: str
    date: str

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, Python {self.python}, {self.date}"


def this_machine(today: datetime) -> Machine:
    """Describe this machine."""
    return Machine(_processor(), os.cpu_count() or 1, platform.python_version(), today.date().isoformat())


def over(runs: Sequence[Run], contender: str, count: int, figure: Callable[[Result], float]) -> Spread | None:
    """Return the spread of one figure; None: it was not measured."""
    found = [
        figure(each) for run in runs for each in run if (each.contender, each.count) == (contender, count)
    ]
    return spread(found) if found else None


def measured(runs: Sequence[Run]) -> list[tuple[str, int]]:
    """Return each contender and burst that was measured, in their order."""
    return list(dict.fromkeys((each.contender, each.count) for run in runs for each in run))


def save(path: Path, machine: Machine, runs: Sequence[Run], **more: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {"machine": asdict(machine), "runs": [[asdict(each) for each in run] for run in runs], **more}
    path.write_text(json.dumps(written, indent=1) + "\n")


def load(path: Path) -> tuple[Machine, list[Run]]:
    """Read what `save` wrote."""
    found = json.loads(path.read_text())
    return Machine(**found["machine"]), [[_result(each) for each in run] for run in found["runs"]]


def _result(found: Mapping[str, Any]) -> Result:
    late = {name: Lateness(**found[name]) for name in ("opening", "stop")}
    return Result(**{**found, **late})


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text().splitlines() if found.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
