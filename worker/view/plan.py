"""What a schedule file would do, day by day, and what that comes to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import groupby
from typing import Any

from config.settings import Prices
from jobs.model import Broadcast, Window
from jobs.month import Forecast
from jobs.quota.load import Load, Peak
from jobs.run.lifecycle import State
from jobs.schedule import durations
from jobs.schedule.planned import Cancel, Existing, Plan, Remark, RowEdit
from worker.view.instants import local

_HAS_MEETING = frozenset({State.READY, State.STARTING, State.LIVE, State.INTERRUPTED})
LINKS_END = "its meeting is closed: links already sent stop working"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What becomes of one broadcast."""

    sign: str
    """+ added, ~ moved or changed, - cancelled."""
    broadcast: Broadcast
    was: Window | None = None
    note: str = ""

    def text(self, zone: tzinfo | None = None) -> str:
        """Return it as a line of its day."""
        window = self.broadcast.window
        was = f" (was {_span(self.was, zone)})" if self.was else ""
        note = f": {self.note}" if self.note else ""
        return f"{self.sign} {self.broadcast.id}  {_span(window, zone)}{was}  {self.broadcast.title}{note}"


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A day, and what it gains and loses."""

    day: date
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """All of a plan."""

    days: tuple[PlanDay, ...]
    renamed: tuple[tuple[str, str], ...]
    """Ids, the old beside the new."""
    on_air: tuple[Existing, ...]
    remarks: tuple[Remark, ...]
    totals: tuple[str, ...]


def plan_view(  # noqa: PLR0913  What it shows.
    plan: Plan,
    present: Iterable[Existing],
    load: Load,
    prices: Prices,
    zone: tzinfo | None = None,
    *,
    month: Forecast,
) -> PlanView:
    """Return a plan for people, by the clock of this zone; None: by this machine's."""
    lines = sorted(_lines(plan), key=lambda each: (each.broadcast.window.starts_at, each.broadcast.id))
    days = groupby(lines, key=lambda each: each.broadcast.window.starts_at.astimezone(zone).date())
    return PlanView(
        days=tuple(PlanDay(day, tuple(own)) for day, own in days),
        renamed=tuple((each.existing.broadcast.id, each.broadcast.id) for each in plan.rename),
        on_air=tuple(each for each in present if each.on_air),
        remarks=(*plan.asks, *plan.refusals, *plan.remarks),
        totals=(_counts(plan), *_comes_to(load, prices, zone), *_of_month(month, prices)),
    )


def forecast(load: Load, prices: Prices, month: Forecast) -> Mapping[str, Any]:
    """Return what a plan comes to, for programs."""
    return {
        "broadcasts": load.broadcasts,
        "minutes": load.minutes,
        "at_once": load.at_once,
        "cost": float(prices.of_export(load.minutes)),
        "currency": prices.currency,
        "month": {
            "month": str(month.month),
            "aired_minutes": month.aired,
            "planned_minutes": month.planned,
            "cost": float(prices.of_export(month.minutes)),
            "limit": float(prices.month) if prices.month else None,
        },
        "quotas": [
            {"group": each.group, "calls": each.calls, "of": each.of, "at": each.begins_at}
            for each in load.peaks
        ],
    }


def _lines(plan: Plan) -> Iterator[PlanLine]:
    yield from (PlanLine("+", each) for each in plan.add)
    yield from (_edited(each) for each in (*plan.move, *plan.change))
    yield from (_cancelled(each) for each in plan.cancel)


def _edited(edit: RowEdit) -> PlanLine:
    own, moves = edit.existing.broadcast.window, edit.fields & {"starts_at", "ends_at"}
    return PlanLine(
        "~", edit.broadcast, own if moves else None, ", ".join(sorted(edit.fields - {"starts_at", "ends_at"}))
    )


def _cancelled(cancel: Cancel) -> PlanLine:
    links = f"; {LINKS_END}" if cancel.existing.state in _HAS_MEETING else ""
    return PlanLine("-", cancel.existing.broadcast, note=f"{cancel.why}{links}")


def _counts(plan: Plan) -> str:
    if plan.empty:
        return "nothing to change"
    named = (
        (plan.rename, "renamed"),
        (plan.add, "added"),
        (plan.move, "moved"),
        (plan.change, "changed"),
        (plan.cancel, "cancelled"),
    )
    return ", ".join(f"{len(each)} {word}" for each, word in named if each)


def _comes_to(load: Load, prices: Prices, zone: tzinfo | None) -> Iterator[str]:
    if not load.broadcasts:
        return
    shows = "1 broadcast" if load.broadcasts == 1 else f"{load.broadcasts:,} broadcasts"
    yield f"ahead: {shows}, {durations.format(load.on_air)} on air, at most {load.at_once:,} at once"
    yield from (_busiest(each, zone) for each in load.peaks)
    yield f"export: {load.minutes:,} min, about {prices.of_export(load.minutes):,.2f} {prices.currency}"


def _of_month(month: Forecast, prices: Prices) -> Iterator[str]:
    if not month.minutes:
        return
    cost = prices.of_export(month.minutes)
    limit = f", more than {prices.month:,}" if prices.month and cost > prices.month else ""
    spent = f"{month.aired:,} min on air so far, {month.planned:,} planned"
    yield f"month {month.month} (UTC): {spent}, about {cost:,} {prices.currency}{limit}"


def _busiest(peak: Peak, zone: tzinfo | None) -> str:
    at = local(peak.begins_at, zone)
    return f"quota {peak.group}: at most {peak.calls:,} of {peak.of:,} calls due in 5 min, from {at}"


def _span(window: Window, zone: tzinfo | None) -> str:
    """Return start and end of a window by the clock, with the day of the end where it is another."""
    begin, end = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{end:%a %d %b %H:%M}"
    return f"{begin:%H:%M} to {until}"
