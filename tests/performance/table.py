"""The figures on a terminal, and as the rows of the README."""

from collections.abc import Callable, Sequence

from rich.table import Table

from tests.performance.figures import Spread, ratio
from tests.performance.goals import Goal
from tests.performance.result import Result
from tests.performance.runs import Run, measured, over

HEADS = (
    "broadcasts",
    "contender",
    "CPU ms",
    "cuelight = 1",
    "statements",
    "rows",
    "peak MB",
    "last opening s",
    "last stop s",
    "lost",
    "calls",
)


def rows(runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """Return one row for each contender and burst: the middle of all runs, with the spread of its CPU."""
    return [_row(runs, contender, count) for contender, count in sorted(measured(runs), key=lambda m: m[1])]


def figures(runs: Sequence[Run]) -> Table:
    table = Table(*HEADS, title="A broadcast's whole life, whole processes")
    for row in rows(runs):
        table.add_row(*row, style="bold" if row[1] == "cuelight" else "")
    return table


def phases(runs: Sequence[Run]) -> Table:
    """Return when cuelight used its CPU time, in ms a broadcast."""
    last = [each for each in runs[-1] if each.contender == "cuelight"]
    table = Table("broadcasts", *(last[0].phases_ms if last else ()), title="cuelight's CPU ms, by phase")
    for each in last:
        table.add_row(f"{each.count:,}", *(f"{value:.2f}" for value in each.phases_ms.values()))
    return table


def verdicts(found: Sequence[Goal]) -> Table:
    table = Table("goal", "measured", "bound", "", title="Goals")
    for each in found:
        bound = f"{'≥' if each.at_least else '≤'} {each.bound:.4g}"
        table.add_row(each.text, f"{each.measured:.4g}", bound, "met" if each.is_met else "not met")
    return table


def lost(result: Result) -> int:
    return result.never_opened + result.never_stopped + result.doubled


def _row(runs: Sequence[Run], contender: str, count: int) -> tuple[str, ...]:
    def middle(figure: Callable[[Result], float], shown: str) -> str:
        found = over(runs, contender, count, figure)
        return format(found.middle, shown) if found else ""

    cpu, ours = (over(runs, name, count, lambda each: each.cpu_ms) for name in (contender, "cuelight"))
    most_lost = over(runs, contender, count, lost)
    return (
        f"{count:,}",
        contender,
        spread_text(cpu),
        f"{ratio(cpu.middle, ours.middle):.2f}" if cpu and ours else "",
        middle(lambda each: each.statements, ".0f"),
        middle(lambda each: each.rows, ".0f"),
        middle(lambda each: each.peak_mb, ".0f"),
        middle(lambda each: each.opening.most, ".2f"),
        middle(lambda each: each.stop.most, ".2f"),
        f"{most_lost.most:.0f}" if most_lost else "",
        middle(lambda each: each.calls, ".1f"),
    )


def spread_text(found: Spread | None) -> str:
    """Return the middle, and between what it lay if it was measured more than once."""
    if found is None:
        return ""
    if found.least == found.most:
        return f"{found.middle:.1f}"
    return f"{found.middle:.1f} ({found.least:.1f}-{found.most:.1f})"
