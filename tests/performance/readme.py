"""The rows between two markers of the README, which only the bench writes."""

from collections.abc import Sequence

from tests.performance.runs import Machine, Run
from tests.performance.table import HEADS, rows

BEGIN = "<!-- measured: written by make bench README=1 -->"
END = "<!-- measured: end -->"


class NoMarkersError(Exception):
    """The README says nowhere where the figures belong."""


def rewritten(readme: str, machine: Machine, runs: Sequence[Run]) -> str:
    """Return the README with these figures.

    Raises:
        NoMarkersError: they have no place in it.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarkersError(f"the README needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{section(machine, runs)}\n{END}{after}"


def section(machine: Machine, runs: Sequence[Run]) -> str:
    """Return the table, and where and when it was measured."""
    times = f"the middle of {len(runs)} runs (least-most)" if len(runs) > 1 else "one run"
    lines = [_line(HEADS), _line(["---"] * len(HEADS)), *map(_line, rows(runs))]
    return "\n".join([*lines, "", f"Measured in {times} on {machine}."])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
