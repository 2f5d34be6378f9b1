"""Whether a planted bug breaks its law, and in how many worlds."""

from collections.abc import Iterator
from itertools import count, islice

from tests.campaign.bugs.bug import Bug
from tests.campaign.drawn import scenario
from tests.campaign.verdict import Verdict, of_crowd, of_life, of_seed

MOST_WORLDS = 120


def worlds_needed(bug: Bug, most: int = MOST_WORLDS) -> int | None:
    """Return in how many worlds, from the first seed on, the bug breaks its law; None: in none of so many."""
    with bug.planted():
        for number, verdict in enumerate(_verdicts(bug, most), 1):
            laws = {breach.partition(":")[0] for breach in verdict.breaches}
            if bug.law in laws:
                return number
    return None


def _verdicts(bug: Bug, most: int) -> Iterator[Verdict]:
    if bug.life:
        yield of_life(bug.name, bug.life)
        return
    for seed in islice(_seeds(bug), most):
        yield of_crowd(seed, bug.crowd) if bug.crowd else of_seed(seed, bug.storm)


def _seeds(bug: Bug) -> Iterator[int]:
    return (seed for seed in count() if bug.takes(scenario(seed)))
