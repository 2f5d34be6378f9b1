"""What one world came to: small enough to be sent from process to process."""

from collections import Counter
from dataclasses import dataclass, field, replace

from tests.campaign.chance import Faults
from tests.campaign.crashes import died
from tests.campaign.crowd import crowd
from tests.campaign.drawn import STORM_RATE, scenario
from tests.campaign.laws import breaches
from tests.campaign.scenario import Scenario
from tests.campaign.sometimes import happened
from tests.campaign.truth import Truth
from tests.campaign.world import World, lived


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which world it was, and what went against a law there."""

    name: str
    shows: int
    calls: int
    digest: str
    breaches: tuple[str, ...]
    counts: Counter[str] = field(repr=False)


def of_seed(seed: int, storm: str = "") -> Verdict:
    """Live through the world of a seed, and judge it. `storm`: a kind of fault that rages there alone."""
    made = scenario(seed)
    raging = replace(made, rates={storm: STORM_RATE}) if storm else made
    return _judged(f"seed {seed}", lived(raging))


def of_crowd(seed: int, count: int) -> Verdict:
    """Live through a world in which so many begin and end together, and judge it."""
    return _judged(f"crowd {seed} of {count}", lived(crowd(seed, count)))


def of_life(name: str, made: Scenario) -> Verdict:
    """Live through a life made for something, and judge it."""
    return _judged(name, lived(made))


def of_crash(quiet: Scenario, at: frozenset[str]) -> Verdict:
    """Live through a quiet life whose worker dies at these points, and judge it."""
    return _judged("crash " + " and ".join(sorted(at)), died(quiet, at))


def again(seed: int) -> Verdict:
    """Live through the world of a seed a second time."""
    made = scenario(seed)
    return _judged(f"seed {seed}", lived(made, Faults(made.seed, made.rates)))


def _judged(name: str, world: World) -> Verdict:
    truth = Truth(world)
    try:
        found = tuple(str(breach) for breach in breaches(truth))
        counts = happened(truth)
        return Verdict(name, len(truth.shows), len(truth.sent), world.trace.digest(), found, counts)
    finally:
        world.database.close()
