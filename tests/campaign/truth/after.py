"""A world after its end: what all of its truth is taken from."""

from datetime import datetime

from tests.campaign.virtual import EPOCH
from tests.campaign.world import World
from tests.campaign.written import Written


class After:
    """One world after its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.end = world.scenario.lasts
        self.written = Written(world)


def seconds(at: datetime) -> float:
    """Return the seconds since the beginning of the world."""
    return (at - EPOCH).total_seconds()
