"""Every point at which a worker can die in a quiet life, each alone, then some in pairs."""

from collections.abc import Iterator
from itertools import pairwise

from tests.campaign.chance import Faults
from tests.campaign.scenario import Event, Scenario, Show
from tests.campaign.world import World, lived
from worker.rehearsal.chance import fraction

SEED = 7


def quiet_life(*, at_start: bool) -> Scenario:
    """Return one broadcast with nothing in its way."""
    show = Show("b0", starts=70, ends=150, at_start=at_start, end_session=at_start)
    events = (Event(75, "arrive", "b0"), Event(200, "leave", "b0"))
    return Scenario(seed=SEED, shows=(show,), events=events, rates={}, quiet_after=150)


def points(scenario: Scenario) -> list[str]:
    """Return the name of each point at which its worker could die."""
    world = lived(scenario)
    world.database.close()
    return list(dict.fromkeys(world.faults.occasions))


def single(scenario: Scenario) -> Iterator[frozenset[str]]:
    """Yield each point alone."""
    for point in points(scenario):
        yield frozenset({point})


def pairs(scenario: Scenario, count: int) -> Iterator[frozenset[str]]:
    """Yield pairs of points, drawn by chance."""
    drawn = sorted(points(scenario) * 3, key=lambda point: fraction(SEED, point, len(point)))
    shuffled = [
        point for _, point in sorted((fraction(SEED, n, point), point) for n, point in enumerate(drawn))
    ]
    for first, second in list(pairwise(shuffled))[:count]:
        yield frozenset({first, second})


def died(scenario: Scenario, at: frozenset[str]) -> World:
    """Live through it, and die at these points."""
    return lived(scenario, Faults(scenario.seed, {}, forced=at))
