"""What a world remembers of what happened in it, for the laws to read."""

from tests.campaign.world.log import Line
from worker.rehearsal.life import Life

Between = tuple[float, float]
"""From one instant until another, in seconds since the beginning of the world."""


class Facts:
    """What is known of it beside the provider's history, the calls and the database."""

    def __init__(self) -> None:
        self.lives: list[Life] = []
        self.poisoned: dict[str, list[Between]] = {}
        self.frozen: list[Between] = []
        self.steps: list[tuple[float, float]] = [(0.0, 0.0)]
        """Since when the host's clock was ahead by how much."""
        self.troubled: list[tuple[float, float, str]] = []
        self.wanted: dict[str, list[tuple[float, str, float]]] = {}
        self.foreign: set[str] = set()
        self.refused_intruders = 0
        self.left_over: list[str] = []
        self.log: list[Line] = []
        self.locked: dict[str, list[Between]] = {}
        """When another session kept the row of each show locked."""
