"""Everything that a world is made from: its shows, what happens to them, and how often things go wrong."""

from dataclasses import dataclass
from typing import Literal

LONGEST_KEY, LONGEST_ID = 40, 64
QUIET_AFTER = 420.0
"""Seconds after the last end and the last trouble by which everything is proven and looked back at."""


@dataclass(frozen=True, slots=True)
class Show:
    """One broadcast as it is wanted at first. Times are seconds since the beginning of the world."""

    id: str
    starts: int
    ends: int
    at_start: bool = False
    end_session: bool = False
    entry: str | None = None
    """Shared with the other shows of this entry."""
    known_at: int = 0
    overrun: int = 0
    """How far it may run over by rule, in seconds."""
    called: str = ""
    """The id of its row at first; empty: the same as here."""

    @property
    def row(self) -> str:
        """What its row is called at first."""
        return self.called or self.id


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a show, or to the world."""

    at: float
    kind: str
    """What happens, by its name in the happenings of the world."""
    show: str = ""
    value: float = 0.0

    @property
    def name(self) -> str:
        """What a shrunk run is told to leave out."""
        return f"{self.kind} {self.show} {self.at:g} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a world is made from."""

    seed: int
    shows: tuple[Show, ...]
    events: tuple[Event, ...]
    rates: dict[str, float]
    flavour: Literal["realtimekit", "dyte"] = "realtimekit"
    quiet_after: float = QUIET_AFTER
    quota: int = 1200
    """Calls in five minutes that the worker allows itself."""
    workers: int = 1
    """How many there are at a time: with more than one, the lease is the database's."""
    by_file: bool = False
    """Whether a schedule file says what is wanted, instead of rows."""
    old: int = 0
    """How many broadcasts have ended long before."""

    @property
    def lasts(self) -> float:
        """Seconds after which everything should long be over and quiet."""
        ends = max((show.ends + show.overrun for show in self.shows), default=0)
        last = max((event.at + _duration(event) for event in self.events), default=0.0)
        return max(ends, last) + self.quiet_after


def _duration(event: Event) -> float:
    if event.kind == "clock":
        return 100.0
    return 0.0 if event.kind in ("end", "stops_ignored", "rule") else max(0.0, event.value)
