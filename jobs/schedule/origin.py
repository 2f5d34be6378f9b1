"""Where a broadcast comes from, or would come from: a schedule that was put in force, and what it says."""

from dataclasses import dataclass
from datetime import datetime

from jobs.schedule.entry import Entry
from jobs.schedule.explain import Reason


@dataclass(frozen=True, slots=True)
class InForce:
    """When a schedule was put in force, and by whom."""

    number: int
    at: datetime
    by: str
    """`follow`, where a worker read the file; else the command, and who gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFile:
    """A schedule file that says something else than the schedule in force."""

    name: str
    problems: tuple[str, ...] = ()
    """Why it cannot be put in force."""
    has_it: bool = False
    """Whether it has the broadcast in question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What schedules say of one broadcast."""

    in_force: InForce | None = None
    """None: no schedule was ever put in force here."""
    since: InForce | None = None
    """The first of those in a row that have its entry, if that is known."""
    dropped: InForce | None = None
    """The one that no longer had its entry."""
    entry: Entry | None = None
    """As the schedule in force has it; where that has none, as the last did that had it."""
    line: int = 0
    """Where it begins in that schedule."""
    wall: datetime | None = None
    """When it begins by its entry alone, by the entry's clock, whatever a change made of it."""
    reason: Reason | None = None
    """Why the schedule in force has no such occurrence, or why that has no row; None: it is there."""
    file: OtherFile | None = None
    """The file that was named, if it says something else."""
