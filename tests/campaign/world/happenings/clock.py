"""The clock of the workers' host is set wrong."""

from tests.campaign.scenario import Event
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts

WRONG_FOR = 90.0
"""Seconds for which a clock that was set wrong stays so."""
TROUBLE = (
    Trouble("clock", -3600, -3600),
    Trouble("clock", 3600, 3600),
    Trouble("clock", -40, 40),
)


def _clock(world: Parts, event: Event) -> None:
    """The host's clock is wrong for a while, and is set right again."""
    _set_ahead(world, event.value)
    world.after(event.at + WRONG_FOR, _set_ahead, world, 0.0)


def _set_ahead(world: Parts, seconds: float) -> None:
    world.host.ahead = seconds
    world.steps.append((world.loop.time(), seconds))


HAPPENINGS = {"clock": _clock}
