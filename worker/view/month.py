"""What a month came to: minutes exported and minutes of participants, at the prices of the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from config.settings import Prices
from jobs.month import Month, charged_minutes
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
    participant_minutes: int | None
    """Of all who were in its meeting; None: not known, or counted in the month in which it went live."""
    export_cost: Decimal
    participant_cost: Decimal

    @property
    def cost(self) -> Decimal:
        """As far as it is known."""
        return self.export_cost + self.participant_cost


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
    def participant_minutes(self) -> int:
        """Of all together, as far as they are known."""
        return sum(each.participant_minutes or 0 for each in self.broadcasts)

    @property
    def unknown(self) -> int:
        """Of how many it is not known how long people were in."""
        return sum(
            each.participant_minutes is None and each.live_at >= self.month.begins_at
            for each in self.broadcasts
        )

    @property
    def cost(self) -> Decimal:
        """As far as it is known."""
        participants = self.prices.of_participants(self.participant_minutes)
        return self.prices.of_export(self.minutes) + participants

    @property
    def headline(self) -> str:
        """What it comes to, in a line."""
        shows = "1 broadcast" if len(self.broadcasts) == 1 else f"{len(self.broadcasts):,} broadcasts"
        so_far = "" if self.until == self.month.ends_at else " so far"
        used = f"{self.minutes:,} minutes exported, {self.participant_minutes:,} of participants"
        unknown = f" (not known of {self.unknown:,})" if self.unknown else ""
        cost = f"{self.cost:,} {self.prices.currency}"
        return f"{self.month} (UTC){so_far}: {shows}, {used}{unknown}, {cost}"


class Shown(Protocol):
    """What is known of broadcasts."""

    @property
    def rows(self) -> Iterable[Overview]:
        """They."""
        ...

    @property
    def people(self) -> Mapping[str, timedelta]:
        """How long people were in their meetings, by id, as far as it is known."""
        ...


def month_report(shown: Shown, month: Month, now: datetime, prices: Prices) -> MonthReport:
    """Return what those broadcasts come to in a month, as it is known now."""
    until = min(now, month.ends_at)
    found = (_exported(row, shown.people.get(row.id), month, until, prices) for row in shown.rows)
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
                "participant_minutes": each.participant_minutes,
                "export_cost": float(each.export_cost),
                "participant_cost": float(each.participant_cost),
                "cost": float(each.cost),
            }
            for each in found.broadcasts
        ],
        "minutes": found.minutes,
        "participant_minutes": found.participant_minutes,
        "participant_minutes_unknown_of": found.unknown,
        "cost": float(found.cost),
        "currency": found.prices.currency,
    }


def _exported(
    row: Overview, people: timedelta | None, month: Month, until: datetime, prices: Prices
) -> Exported | None:
    """Return what was exported of a broadcast; None: nothing in this month."""
    over_at = row.entered_at if row.state in OVER else None
    off_at = row.off_at or over_at
    if row.live_at is None or not (minutes := month.minutes(row.live_at, min(off_at or until, until))):
        return None
    counts_here = row.live_at >= month.begins_at
    participant_minutes = charged_minutes(people) if people is not None and counts_here else None
    return Exported(
        id=row.id,
        title=row.title,
        account=row.account,
        live_at=row.live_at,
        off_at=off_at,
        minutes=minutes,
        participant_minutes=participant_minutes,
        export_cost=prices.of_export(minutes),
        participant_cost=prices.of_participants(participant_minutes or 0),
    )
