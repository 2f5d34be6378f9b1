"""make bench: contenders beside each other, in one run, on one machine.

python -m tests.performance [N ...] [--only NAME ...] [--json PATH]
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.performance.contest import ALL, contest
from tests.performance.result import Result


def main() -> int:
    asked = _arguments()
    results: list[Result] = []

    def told(result: Result) -> None:
        results.append(result)
        sys.stdout.write(json.dumps(asdict(result)) + "\n")
        sys.stdout.flush()

    contest(asked.counts, [each for each in ALL if each.name in asked.only], told)
    return 0


def _arguments() -> argparse.Namespace:
    names = [each.name for each in ALL]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
