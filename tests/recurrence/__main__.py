"""Random rules by the product and by an own reading of RFC 5545; see the package.

python -m tests.recurrence [N] [--seed SEED] [--show SEED]
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field

from tests.recurrence.argued import Argued, argument_for
from tests.recurrence.compared import Difference, compare
from tests.recurrence.drawn import case
from tests.support.rfc5545 import text
from worker.kit.clock import SystemClock

WHOLE = 20_000


@dataclass
class Tally:
    """What the cases came to so far."""

    cases: int = 0
    refused: int = 0
    never: int = 0
    instants: int = 0
    differing: list[Difference] = field(default_factory=list)
    argued: Counter[Argued] = field(default_factory=Counter)

    def add(self, seed: int) -> None:
        outcome = compare(case(seed))
        self.cases += 1
        self.refused += outcome.refused
        self.instants += outcome.instants
        self.never += not (outcome.refused or outcome.instants or outcome.difference)
        if outcome.difference:
            self._differs(outcome.difference)

    def _differs(self, difference: Difference) -> None:
        argument = argument_for(difference)
        if argument:
            self.argued[argument] += 1
        else:
            self.differing.append(difference)
            sys.stdout.write(f"\n{told(difference)}\n")


def main() -> int:
    """Compare so many cases; return 0 if they differ in nothing but what is argued."""
    asked = _arguments()
    clock = SystemClock()
    began, tally = clock.monotonic(), Tally()
    seeds = range(asked.seed, asked.seed + asked.cases) if asked.show is None else [asked.show]
    for seed in seeds:
        tally.add(seed)
        _progress(tally, len(seeds))
    return _report(tally, clock.monotonic() - began)


def told(difference: Difference) -> str:
    each = difference.case
    return (
        f"{each.rule}\n    seed {each.seed}, {each.start:%a %Y-%m-%d %H:%M:%S} {each.zone}\n"
        f"    product: {difference.product}\n    RFC:     {difference.rfc}"
    )


def kind_of(difference: Difference) -> str:
    """Return the names of the parts, under what differs."""
    if difference.at is None:
        return f"{difference.product.partition(':')[0]}, RFC: {difference.rfc}"
    rule = text.read(difference.case.rule)
    interval = {"INTERVAL"} if rule.interval > 1 else set()
    return ";".join([rule.freq, *sorted(rule.parts | interval)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="recurrence", description=__doc__)
    parser.add_argument("cases", type=int, nargs="?", default=WHOLE)
    parser.add_argument("--seed", type=int, default=0, help="the first of the seeds")
    parser.add_argument("--show", type=int, help="compare the case of this seed alone")
    return parser.parse_args()


def _progress(tally: Tally, asked: int) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{tally.cases} of {asked}, {len(tally.differing)} differ ")
        sys.stdout.flush()


def _report(tally: Tally, seconds: float) -> int:
    say = sys.stdout.write
    say(f"\n{tally.cases} rules in {seconds:.0f} s: {tally.instants} instants alike, ")
    say(f"{tally.refused} rules refused by both, {tally.never} without an occurrence in thirty years\n")
    for argument, count in tally.argued.most_common():
        say(f"{count:6} argued: {argument.name}: {argument.sentence}\n")
    for kind, count in Counter(map(kind_of, tally.differing)).most_common():
        say(f"{count:6} differ: {kind}\n")
    say(f"differences that are not argued: {len(tally.differing)}\n")
    return 1 if tally.differing else 0


if __name__ == "__main__":
    sys.exit(main())
