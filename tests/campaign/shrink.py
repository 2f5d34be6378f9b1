"""From a world that broke a law to the smallest that still does: fewer faults, events and shows."""

from collections.abc import Callable, Sequence

from tests.campaign.chance import Faults
from tests.campaign.laws import breaches
from tests.campaign.scenario import Scenario
from tests.campaign.truth import Truth
from tests.campaign.world import World, lived

MOST_TRIES = 150


def shrunk(scenario: Scenario, law: str) -> World:
    """Return the smallest world found that still breaks the law."""
    world = lived(scenario)
    parts = [
        *(show.id for show in scenario.shows),
        *(event.name for event in scenario.events),
        *dict.fromkeys(world.faults.befallen),
    ]

    def still_breaks(left_out: frozenset[str]) -> bool:
        tried = lived(scenario, Faults(scenario.seed, scenario.rates, kept_back=left_out))
        found = any(breach.law == law for breach in breaches(Truth(tried)))
        tried.database.close()
        return found

    left_out = _left_out(parts, still_breaks)
    return lived(scenario, Faults(scenario.seed, scenario.rates, kept_back=left_out))


def _left_out(parts: Sequence[str], still_breaks: Callable[[frozenset[str]], bool]) -> frozenset[str]:
    """Leave out as much as can be, in ever smaller pieces."""
    gone: frozenset[str] = frozenset()
    tries, size = 0, max(1, len(parts) // 2)
    while size and tries < MOST_TRIES:
        kept = [part for part in parts if part not in gone]
        for start in range(0, len(kept), size):
            piece = frozenset(kept[start : start + size])
            tries += 1
            if still_breaks(gone | piece):
                gone |= piece
        size //= 2
    return gone
