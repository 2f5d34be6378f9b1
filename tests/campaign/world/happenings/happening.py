"""The forms that every module of happenings fills."""

from collections.abc import Callable
from typing import NamedTuple

from tests.campaign.scenario import Event
from tests.campaign.world.parts import Parts

Happening = Callable[[Parts, Event], None]
"""What an event does to the world."""


class Trouble(NamedTuple):
    """A kind of trouble, and the least and the most of its value: mostly the seconds that it lasts."""

    kind: str
    least: float
    most: float
