"""Results for the tests of what is made of them."""

from dataclasses import replace
from typing import Any

from tests.performance.figures import Lateness
from tests.performance.result import Result
from tests.performance.runs import Machine

MACHINE = Machine("A processor & more", 2, "3.11.7", "2026-12-01")

_GOOD = Result(
    contender="cuelight",
    count=1000,
    cpu_ms=10.0,
    phases_ms={"prepare": 4.0, "open": 6.0},
    statements=38.0,
    rows=60.0,
    calls=11.0,
    calls_by_kind={"POST /meetings": 1000},
    peak_mb=90.0,
    opening=Lateness(2.0, 4.0, 4.5),
    stop=Lateness(1.0, 3.0, 3.4),
    never_opened=0,
    never_live=0,
    never_stopped=0,
    doubled=0,
    unready=0,
    seconds=100.0,
    provider_busiest=0.2,
    exit_code=0,
)


def result(contender: str = "cuelight", count: int = 1000, **figures: Any) -> Result:
    """Return a result that meets every goal, but for what is said."""
    return replace(_GOOD, contender=contender, count=count, **figures)
