"""What a month came to: the minutes that were exported, and their price by the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from config.settings import Prices
from jobs.month import Month
from jobs.run.lifecycle import OVER
from worker.store.records import Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A broadcast that was on the air in the month."""

    id: str
    title: str
    account: str
    live_at: datetime
    off_at: datetime | None
    """None: it is on the air still."""
    minutes: int
    """Of this month, rounded up, as they are charged."""
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """All of a month, until an instant."""

    month: Month
    until: datetime
    broadcasts: tuple[Exported, ...]
    prices: Prices

    @property
    def minutes(self) -> int:
        """Of all together."""
        return sum(each.minutes for each in self.broadcasts)

    @property
    def cost(self) -> Decimal:
        """Of the export; what participants cost is not known."""
        return self.prices.of_export(self.minutes)

    @property
    def headline(self) -> str:
        """What it comes to, in a line."""
        shows = "1 broadcast" if len(self.broadcasts) == 1 else f"{len(self.broadcasts):,} broadcasts"
        so_far = "" if self.until == self.month.ends_at else " so far"
        exported = f"{self.minutes:,} minutes exported, {self.cost:,} {self.prices.currency}"
        return f"{self.month} (UTC){so_far}: {shows}, {exported}; participants' minutes are not known"


def month_report(rows: Iterable[Overview], month: Month, now: datetime, prices: Prices) -> MonthReport:
    """Return what those rows come to in a month, as it is known now."""
    until = min(now, month.ends_at)
    found = (_exported(row, month, until, prices) for row in rows)
    return MonthReport(
        month=month,
        until=until,
        broadcasts=tuple(sorted(filter(None, found), key=lambda each: (each.live_at, each.id))),
        prices=prices,
    )


def as_json(found: MonthReport) -> dict[str, Any]:
    """Return it for programs."""
    return {
        "month": str(found.month),
        "since": found.month.begins_at,
        "until": found.until,
        "broadcasts": [
            {
                "id": each.id,
                "title": each.title,
                "account": each.account,
                "live_at": each.live_at,
                "off_at": each.off_at,
                "minutes": each.minutes,
                "cost": float(each.cost),
            }
            for each in found.broadcasts
        ],
        "minutes": found.minutes,
        "participant_minutes": None,
        "cost": float(found.cost),
        "currency": found.prices.currency,
    }


def _exported(row: Overview, month: Month, until: datetime, prices: Prices) -> Exported | None:
    """Return what was exported of a broadcast; None: nothing in this month."""
    over_at = row.entered_at if row.state in OVER else None
    off_at = row.off_at or over_at
    if row.live_at is None or not (minutes := month.minutes(row.live_at, min(off_at or until, until))):
        return None
    return Exported(
        id=row.id,
        title=row.title,
        account=row.account,
        live_at=row.live_at,
        off_at=off_at,
        minutes=minutes,
        cost=prices.of_export(minutes),
    )
