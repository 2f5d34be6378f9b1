"""Living through a scenario, in no time."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.campaign.chance import Faults
from tests.campaign.scenario import Scenario
from tests.campaign.world.happenings.poison import failing
from tests.campaign.world.log import heard
from tests.campaign.world.world import World
from worker.kit.virtual_clock import VirtualLoop

Made = Callable[[Scenario, Faults, VirtualLoop, Path], World]


def lived(scenario: Scenario, faults: Faults | None = None, made: Made = World) -> World:
    """Live through a scenario in virtual time and return the world as it is then."""
    loop = VirtualLoop()
    drawn = faults or Faults(scenario.seed, scenario.rates)
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.set_event_loop(loop)
            world = made(scenario, drawn, loop, Path(folder))
            with heard(world.log, loop.time), failing(world):
                loop.run_until_complete(world.run())
            return world
        finally:
            asyncio.set_event_loop(None)
            loop.close()
