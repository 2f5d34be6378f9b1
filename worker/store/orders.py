"""What somebody orders of a broadcast: who, of which version, and what came of it. All frozen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """As what a broadcast was seen: the version of its row, and that of its run."""

    row: int = 0
    run: int = 0
    """0: it has none."""

    def __str__(self) -> str:
        return f"{self.row}.{self.run}"


@dataclass(frozen=True, slots=True)
class Order:
    """Who changes a row by hand, and when: for the journal."""

    who: str
    at: datetime
    seen: frozenset[str] = frozenset()
    """It is done only while the broadcast is in one of these versions; none: whatever it is by now."""


@dataclass(frozen=True, slots=True)
class Extended:
    """A broadcast's new end, and the version of its row that says so."""

    ends_at: datetime
    version: int
