"""A campaign: N broadcasts in many worlds, and every point at which a worker can die.

python -m tests.campaign [N] [--seed SEED] [--show SEED]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.campaign.crashes import pairs, quiet_life, single
from tests.campaign.drawn import scenario
from tests.campaign.laws import LAWS
from tests.campaign.shrink import shrunk
from tests.campaign.sometimes import SOMETIMES
from tests.campaign.told import timeline
from tests.campaign.verdict import Verdict, again, of_crash, of_crowd, of_seed
from worker.kit.clock import SystemClock

PROCESSES = 2
PAIRS = 60
CROWDS = (100, 100)
LARGE_CROWDS = (300, 100, 1000)
REPLAYED = 10
WHOLE = 2000
"""Broadcasts from which on everything that can happen has to have happened."""


@dataclass
class Tally:
    """What the worlds came to so far."""

    worlds: int = 0
    shows: int = 0
    calls: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[Verdict] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, verdict: Verdict) -> None:
        self.worlds += 1
        self.shows += verdict.shows
        self.calls += verdict.calls
        self.counts += verdict.counts
        self.digests[verdict.name] = verdict.digest
        if verdict.breaches:
            self.broken.append(verdict)
            sys.stdout.write(f"\n{verdict.name}\n  " + "\n  ".join(verdict.breaches) + "\n")


def main() -> int:
    """Run a campaign; return 0 if no law was broken and everything happened."""
    asked = _arguments()
    if asked.show is not None:
        return _show(asked.show)
    clock = SystemClock()
    began, tally = clock.monotonic(), Tally()
    with ProcessPoolExecutor(PROCESSES) as pool:
        for work in (
            _crashes(pool),
            _crowds(pool, asked.broadcasts, asked.seed),
            _worlds(pool, asked.broadcasts, asked.seed),
        ):
            for verdict in work:
                tally.add(verdict)
                _progress(tally)
        replayed = _replayed(pool, asked.seed, tally)
    return _report(tally, replayed, asked.broadcasts, clock.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("broadcasts", type=int, nargs="?", default=WHOLE)
    parser.add_argument("--seed", type=int, default=0, help="the first of the seeds")
    parser.add_argument("--show", type=int, help="shrink the world of this seed, and tell of it")
    return parser.parse_args()


def _crashes(pool: ProcessPoolExecutor) -> Iterator[Verdict]:
    for at_start in (False, True):
        quiet = quiet_life(at_start=at_start)
        points = [*single(quiet), *pairs(quiet, PAIRS)]
        yield from pool.map(of_crash, [quiet] * len(points), points, chunksize=4)


def _crowds(pool: ProcessPoolExecutor, broadcasts: int, first: int) -> Iterator[Verdict]:
    """A few crowds, and in a whole campaign a large one: a thousand on as small a quota."""
    counts = [*CROWDS, *(LARGE_CROWDS if broadcasts >= WHOLE else ())]
    yield from pool.map(of_crowd, range(first, first + len(counts)), counts)


def _worlds(pool: ProcessPoolExecutor, broadcasts: int, first: int) -> Iterator[Verdict]:
    seeds: list[int] = []
    shows = 0
    while shows < broadcasts:
        seeds.append(first + len(seeds))
        shows += len(scenario(seeds[-1]).shows)
    yield from pool.map(of_seed, seeds, chunksize=2)


def _replayed(pool: ProcessPoolExecutor, first: int, tally: Tally) -> int:
    """Return in how many worlds the same happened a second time, in another process."""
    seeds = range(first, first + REPLAYED)
    return sum(tally.digests[each.name] == each.digest for each in pool.map(again, seeds))


def _progress(tally: Tally) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{tally.worlds} worlds, {tally.shows} broadcasts, {len(tally.broken)} broken ")
        sys.stdout.flush()


def _report(tally: Tally, replayed: int, asked: int, seconds: float) -> int:
    say: Callable[[str], int] = sys.stdout.write
    say(f"\n{tally.worlds} worlds, {tally.shows} broadcasts, {tally.calls} calls in {seconds:.0f} s\n")
    for name, count in sorted(tally.counts.items()):
        say(f"  {name:40} {count:8}\n")
    never = [name for name in SOMETIMES if not tally.counts[name]] if asked >= WHOLE else []
    say(f"replayed alike: {replayed} of {REPLAYED}\n")
    say(f"laws: {len(LAWS)}, worlds that broke one: {len(tally.broken)}\n")
    say(f"never happened: {', '.join(never)}\n" if never else "everything happened\n")
    return 1 if tally.broken or never or replayed < REPLAYED else 0


def _show(seed: int) -> int:
    """Shrink a world that breaks a law, and tell what happened in what is left of it."""
    verdict = of_seed(seed)
    if not verdict.breaches:
        sys.stdout.write(f"seed {seed} breaks no law\n")
        return 0
    law = verdict.breaches[0].partition(":")[0]
    sys.stdout.write(timeline(shrunk(scenario(seed), law)) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
