"""make bench: contenders beside each other, in one run, on one machine.

python -m tests.performance [N ...] [--runs 3] [--only NAME ...] [--json PATH] [--readme]
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from tests.performance import picture, readme, table
from tests.performance.contest import ALL, Contender, contest
from tests.performance.goals import Goal, goals
from tests.performance.result import Result
from tests.performance.runs import Machine, Run, load, save, this_machine
from tests.performance.watch import ROOT
from worker.kit.clock import SystemClock

PICTURE = ROOT / "docs" / "bench.svg"
README = ROOT / "README.md"
TOO_BUSY = 0.7
"""Part of a core from which on the provider itself may be what is waited for."""

_OUT = Console(width=None if sys.stdout.isatty() else 140, soft_wrap=True)


def main() -> int:
    """Measure, and show what came of it."""
    asked = _arguments()
    machine, runs = load(asked.again) if asked.again else _measured(asked)
    found = list(goals(runs[-1]))
    if not asked.again:
        save(asked.json, machine, runs, goals=[asdict(each) | {"is_met": each.is_met} for each in found])
    _show(runs, found)
    if asked.readme:
        _publish(machine, runs)
    return 1 if asked.strict and not all(each.is_met for each in found) else 0


def _arguments() -> argparse.Namespace:
    names = [each.name for each in ALL]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[100, 1000], help="broadcasts of a burst")
    parser.add_argument("--runs", type=int, default=1, help="so often, one whole run after the other")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", help="where figures go")
    parser.add_argument("--again", type=Path, metavar="PATH", help="show figures of before; measure nothing")
    parser.add_argument("--readme", action="store_true", help="write them into the README and its picture")
    parser.add_argument("--strict", action="store_true", help="fail if a goal is not met")
    return parser.parse_args()


def _measured(asked: argparse.Namespace) -> tuple[Machine, list[Run]]:
    machine = this_machine(SystemClock().now())
    _OUT.print(str(machine))
    contenders = [each for each in ALL if each.name in asked.only]
    return machine, [_run(asked.counts, contenders) for _ in range(asked.runs)]


def _run(counts: list[int], contenders: list[Contender]) -> Run:
    results: list[Result] = []

    def told(result: Result) -> None:
        results.append(result)
        _OUT.print(
            f"{result.count:6,} {result.contender:9} {result.cpu_ms:7.2f} ms CPU a broadcast, "
            f"{result.statements:6.1f} statements, {result.peak_mb:4.0f} MB, opened by "
            f"+{result.opening.most:.2f} s, stopped by +{result.stop.most:.2f} s, {table.lost(result)} lost",
            highlight=False,
        )

    contest(counts, contenders, told)
    return results


def _show(runs: list[Run], found: list[Goal]) -> None:
    _OUT.print(table.figures(runs), table.phases(runs), table.verdicts(found))
    busiest = max(each.provider_busiest for run in runs for each in run)
    warning = ": it may be what was waited for" if busiest > TOO_BUSY else ""
    _OUT.print(f"The provider itself used at most {busiest:.0%} of one core over any second{warning}.")
    for each in (each for each in runs[-1] if each.unready):
        _OUT.print(f"{each.contender}: {each.unready} of {each.count} had no meeting yet at the start.")


def _publish(machine: Machine, runs: list[Run]) -> None:
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture.picture(machine, runs), encoding="utf-8")
    README.write_text(readme.rewritten(README.read_text(encoding="utf-8"), machine, runs), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
