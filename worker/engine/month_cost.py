"""What the month will have cost: looked at once an hour, and when another schedule was put in force."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from config.settings import Prices
from jobs.conditions import Condition, Severity
from jobs.month import Forecast, Month, month_of
from jobs.schedule.later import minutes_later
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.engine.schedule_file import Follower
from worker.kit.clock import Clock

ABOUT = Subject(SubjectKind.COST)
LOOK_EVERY = timedelta(hours=1)


class MinuteRows(Protocol):
    """Where minutes are summed up."""

    async def minutes(self, since: datetime, now: datetime, until: datetime) -> tuple[int, int]:
        """Return the minutes on the air from `since` to now, and those planned from now to `until`."""
        ...

    async def schedule_hashes(self) -> list[str]:
        """Return what every schedule that was applied is recognised by, newest first."""
        ...


@dataclass(slots=True)
class MonthCost:
    """Tells that the month will cost more than was meant, until it will not."""

    rows: MinuteRows
    prices: Prices
    follower: Follower | None
    """Knows what the file has beyond what there are rows for."""
    alerts: Alerts
    clock: Clock
    _seen: tuple[object, ...] = ()
    """What was in force when it was looked at last."""
    _looked_at: float = float("-inf")
    """Monotonic."""
    _holding: list[Condition] = field(default_factory=list)

    async def look(self) -> None:
        """Sum up if it is time, and tell what holds; without a limit nothing does.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        if self.prices.month is not None:
            await self._look(self.clock.now())
        self.alerts.tell(ABOUT, self._holding)

    async def _look(self, now: datetime) -> None:
        month, in_force = month_of(now), (await self.rows.schedule_hashes())[:1]
        seen = (month, *in_force, self.follower.reaches if self.follower else None)
        passed = self.clock.monotonic() - self._looked_at
        if seen == self._seen and passed < LOOK_EVERY.total_seconds():
            return
        self._holding = list(over(await self._forecast(month, now), self.prices))
        self._seen, self._looked_at = seen, self.clock.monotonic()

    async def _forecast(self, month: Month, now: datetime) -> Forecast:
        aired, planned = await self.rows.minutes(month.begins_at, now, month.ends_at)
        return Forecast(month, aired, planned + await self._later(month))

    async def _later(self, month: Month) -> int:
        follower = self.follower
        if follower is None or follower.reaches is None or follower.reaches >= month.ends_at:
            return 0
        return await asyncio.to_thread(minutes_later, follower.entries, follower.reaches, month.ends_at)


def over(found: Forecast, prices: Prices) -> Sequence[Condition]:
    """Return that a month will cost more than was meant, if it will."""
    cost = prices.of_export(found.minutes)
    if prices.month is None or cost <= prices.month:
        return ()
    text = (
        f"{found.month} (UTC) will cost about {cost:,} {prices.currency} of export,"
        f" more than {prices.month:,}: {found.aired:,} minutes on the air so far, {found.planned:,} planned"
    )
    cure = (
        f"`cuelight report --month {found.month}` shows what it was spent on. Cancel or shorten what is not"
        " needed, or set a higher CUELIGHT_COST__MONTH."
    )
    return (Condition("month_cost", Severity.WARNING, text, cure, cause=str(found.month)),)
