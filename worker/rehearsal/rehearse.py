"""From a schedule file to what a rehearsal of it says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from config.problems import ProblemSeverity
from config.schedule import Reading
from config.settings import Prices, Settings
from jobs.model import Broadcast
from worker.operations.schedules import checked, draw, present
from worker.rehearsal.cast import Level, cast
from worker.rehearsal.faults import faults
from worker.rehearsal.report import Report, report
from worker.rehearsal.scene import Script
from worker.rehearsal.stage import Progress, played

QUIET_AFTER = timedelta(minutes=20)
"""From the last end until all is proven and looked at once more, and no fault of then weighs on the quota."""
MOST = 5000
"""Broadcasts that can be rehearsed at once."""


class NothingToRehearseError(ValueError):
    """The file is in error, or nothing of it falls into these days; the lines say which."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants rehearsed."""

    file: Path
    begins_at: datetime
    lasts: timedelta
    level: Level = Level.NONE
    seed: int = 0
    price: Decimal | None = None
    """What an exported minute costs; None: as it is set."""


def rehearsed(wish: Wish, settings: Settings, progress: Progress) -> Report:
    """Rehearse the broadcasts that start within these days.

    Raises:
        NothingToRehearseError: the file has errors, or nothing starts then.
    """
    settings = settings.model_copy(update={"horizon": wish.lasts})
    begins = wish.begins_at.replace(second=0, microsecond=0)
    reading = checked(wish.file, settings, begins)
    broadcasts = _coming(reading, settings, begins, wish)
    script = Script(
        settings=settings,
        text=reading.text,
        broadcasts=broadcasts,
        cast=cast(broadcasts, wish.level, wish.seed),
        faults=faults(broadcasts, wish.level, wish.seed),
        seed=wish.seed,
        begins_at=begins,
        until=begins + wish.lasts,
        ends_at=max(each.latest_end for each in broadcasts) + QUIET_AFTER,
    )
    zone = ZoneInfo((reading.schedule and reading.schedule.zone) or "UTC")
    remarks = [str(each) for each in reading.problems]
    return report(played(script, progress), wish.level, zone, remarks=remarks, prices=_prices(wish, settings))


def _prices(wish: Wish, settings: Settings) -> Prices:
    if wish.price is None:
        return settings.cost
    return settings.cost.model_copy(update={"export_minute": wish.price})


def _coming(reading: Reading, settings: Settings, begins: datetime, wish: Wish) -> list[Broadcast]:
    """Return what starts within the days, by its start."""
    if reading.schedule is None:
        errors = [each for each in reading.problems if each.severity is ProblemSeverity.ERROR]
        raise NothingToRehearseError([str(each) for each in errors])
    beginning = asyncio.run(present(None, reading.schedule.entries, wish.file, settings, begins))
    plan = draw(beginning, reading.text, settings, begins).plan
    until = begins + wish.lasts
    found = [each for each in plan.add if begins <= each.window.starts_at < until]
    if not found:
        none = (
            f"nothing starts from {begins:%Y-%m-%d %H:%MZ} to {until:%Y-%m-%d %H:%MZ}: see --from and --days"
        )
        raise NothingToRehearseError([f"{wish.file}: {none}"])
    if len(found) > MOST:
        many = f"{len(found):,} broadcasts start in these days, {MOST:,} at most can be rehearsed at once"
        raise NothingToRehearseError([f"{many}: give fewer --days"])
    return sorted(found, key=lambda each: (each.window.starts_at, each.id))
