"""Something that went against a law."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """Which law, of which show or room, when, and how."""

    law: str
    about: str
    at: float
    how: str

    def __str__(self) -> str:
        return f"{self.law}: {self.about} at {self.at:.2f}: {self.how}"
