"""The quota is spoken for before it is used, so that whoever comes next counts it too (law 6).

A block of calls is written into the database with its instant, and may be used for a minute. Who begins anew
takes every block for used at the last moment. A database that is away holds up no call: the count in memory
still holds, and nobody can begin anew without the database.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from jobs.quota.budget import Budget
from worker.kit.clock import Clock
from worker.store.errors import StoreUnavailableError

USED_WITHIN = 60.0
"""Seconds after which what is left of a block is not used any more."""
log = structlog.get_logger(__name__)


class Ledger(Protocol):
    """Where reservations are kept."""

    async def reserved(self, group: str) -> str:
        """Return what is written."""
        ...

    async def reserve(self, group: str, text: str) -> None:
        """Write it."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """How it stands with a quota group: calls gone in the last window, due in the next, and left now."""

    used: int
    spoken_for: int
    left: int


@dataclass(slots=True)
class Reservation:
    """The blocks of one quota group."""

    ledger: Ledger
    group: str
    clock: Clock
    budget: Budget
    _blocks: list[tuple[datetime, int]] = field(default_factory=list)

    async def earlier(self) -> list[float]:
        """Return for how many seconds each call that was reserved before has left, at the least."""
        self._blocks = _read(await self.ledger.reserved(self.group))
        now = self.clock.now()
        ages = [(max(0.0, (now - at).total_seconds() - USED_WITHIN), count) for at, count in self._blocks]
        return [age for age, count in ages for _ in range(count)]

    async def block(self, count: int, figures: Figures) -> None:
        """Reserve so many calls. The figures are written beside, for who looks from outside."""
        now = self.clock.now()
        kept_for = timedelta(seconds=self.budget.window_seconds + USED_WITHIN)
        self._blocks = [each for each in self._blocks if abs(now - each[0]) < kept_for] + [(now, count)]
        try:
            await self.ledger.reserve(self.group, _written(self._blocks, figures, now))
        except StoreUnavailableError as error:
            log.warning("quota_unreserved", group=self.group, reason=str(error))


Reserve = Callable[[int, Figures], Awaitable[None]]
Earlier = Callable[[], Awaitable[list[float]]]


def _read(text: str) -> list[tuple[datetime, int]]:
    """Return the blocks; what cannot be read counts for nothing."""
    try:
        found = json.loads(text)
        return [(datetime.fromisoformat(at), int(count)) for at, count in found.get("blocks", [])]
    except (ValueError, TypeError, AttributeError):
        return []


def _written(blocks: list[tuple[datetime, int]], figures: Figures, now: datetime) -> str:
    listed = {"blocks": [[at.isoformat(), count] for at, count in blocks]}
    return json.dumps(listed | {**asdict(figures), "at": now.isoformat()})


def figures_in(text: str) -> tuple[Figures, datetime] | None:
    """Return the figures that are written, and when they were; None: there are none that can be read."""
    try:
        found = json.loads(text)
        at = datetime.fromisoformat(found["at"])
        figures = Figures(*(int(found[name]) for name in ("used", "spoken_for", "left")))
    except (ValueError, TypeError, KeyError):
        return None
    return (figures, at) if at.tzinfo else None
