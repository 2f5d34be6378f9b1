"""Who comes when: the hosts of each broadcast, by the seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.model import Broadcast
from worker.rehearsal.chance import fraction

EARLY = timedelta(minutes=5)
"""So long before the start a host comes who is in time."""
STAYS = timedelta(seconds=45)
"""So long after the end the hosts stay."""
LATE_TYPICAL, LATE_HARSH = timedelta(minutes=6), timedelta(minutes=15)
"""The latest that hosts come after the start; never later than a quarter of the window."""
LATE_SHARE = 0.3
NEVER_SHARE = 0.08
LEAVES_SHARE = 0.15
AWAY = (timedelta(seconds=20), timedelta(minutes=4))
"""So long a host is away who leaves and comes back: the least, and the most."""


class Level(StrEnum):
    """How much goes wrong."""

    NONE = "none"
    TYPICAL = "typical"
    HARSH = "harsh"


@dataclass(frozen=True, slots=True)
class Visit:
    """The hosts' being there, from coming to the door until leaving."""

    comes_at: datetime
    leaves_at: datetime


Cast = Mapping[str, tuple[Visit, ...]]
"""The visits of the hosts of each broadcast, by its id; none: nobody ever comes."""


def cast(broadcasts: Sequence[Broadcast], level: Level, seed: int) -> Cast:
    """Return who comes when."""
    return {each.id: _visits(each, level, seed) for each in broadcasts}


def is_late(broadcast: Broadcast, visits: Sequence[Visit]) -> bool:
    """Whether the first to come does so after the start."""
    return bool(visits) and visits[0].comes_at > broadcast.window.starts_at


def _visits(broadcast: Broadcast, level: Level, seed: int) -> tuple[Visit, ...]:
    if level is Level.HARSH and fraction(seed, broadcast.id, "never") < NEVER_SHARE:
        return ()
    comes, leaves = _comes_at(broadcast, level, seed), broadcast.window.ends_at + STAYS
    if level is not Level.HARSH or fraction(seed, broadcast.id, "leaves") >= LEAVES_SHARE:
        return (Visit(comes, leaves),)
    return _comes_back(broadcast, Visit(comes, leaves), seed)


def _comes_at(broadcast: Broadcast, level: Level, seed: int) -> datetime:
    starts = broadcast.window.starts_at
    if level is Level.NONE or fraction(seed, broadcast.id, "late") >= LATE_SHARE:
        return starts - EARLY
    most = LATE_HARSH if level is Level.HARSH else LATE_TYPICAL
    return starts + _whole(min(most, broadcast.window.length / 4) * fraction(seed, broadcast.id, "how late"))


def _comes_back(broadcast: Broadcast, visit: Visit, seed: int) -> tuple[Visit, ...]:
    """Part a visit in two, somewhere in the middle of the window."""
    window, (least, most) = broadcast.window, AWAY
    leaves = window.starts_at + _whole(
        window.length * (0.3 + 0.4 * fraction(seed, broadcast.id, "leaves at"))
    )
    back = leaves + _whole(least + (most - least) * fraction(seed, broadcast.id, "away"))
    if not visit.comes_at < leaves < back < window.ends_at:
        return (visit,)
    return (Visit(visit.comes_at, leaves), Visit(back, visit.leaves_at))


def _whole(length: timedelta) -> timedelta:
    """Cut off what is less than a second."""
    return timedelta(seconds=int(length.total_seconds()))
