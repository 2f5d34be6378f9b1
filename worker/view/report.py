"""The morning report: what was planned against what aired, discrepancies first, as broadcasters reconcile.

An as-run log says what was on the air from when to when; the report says where that is not what was wanted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from config.settings import Prices
from jobs.month import charged_minutes
from jobs.run.lifecycle import State
from worker.store.records import Alert, Note, Overview, Request
from worker.view.discrepancies import Discrepancy, Finding, findings, unplanned


@dataclass(frozen=True, slots=True)
class AsRun:
    """A broadcast as it ran."""

    id: str
    title: str
    account: str
    state: State | None
    starts_at: datetime
    ends_at: datetime
    planned_end: datetime | None
    """The end before it was moved by rule; None: it was not."""
    live_at: datetime | None
    off_at: datetime | None
    minutes: int
    """On the air, rounded up, as they are charged."""
    participant_minutes: int | None
    """Of all who were in its meeting, rounded up; None: not known."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did."""

    at: datetime
    who: str
    about: str
    what: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of the time that is reported."""

    at: datetime | None
    resolved_at: datetime | None
    severity: str
    about: str
    text: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened from one instant to another."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    broadcasts: tuple[AsRun, ...]
    alerts: tuple[Raised, ...]
    acts: tuple[Act, ...]
    minutes: int
    participant_minutes: int
    """As far as they are known."""
    cost: Decimal
    currency: str

    @property
    def aired(self) -> int:
        """How many were on the air."""
        return sum(each.live_at is not None for each in self.broadcasts)

    @property
    def to_mend(self) -> tuple[Raised, ...]:
        """What is open still."""
        return tuple(each for each in self.alerts if each.resolved_at is None)

    @property
    def is_clean(self) -> bool:
        """Whether everything went as planned, and nothing is left to do."""
        return not self.findings and not self.to_mend

    @property
    def headline(self) -> str:
        """What it comes to, in a line."""
        planned = [each for each in self.broadcasts if each.live_at or each.state is not State.CANCELLED]
        aired = f"{self.aired:,} of {_count(len(planned), 'broadcast', 'broadcasts')} aired"
        people = f", {self.participant_minutes:,} of participants" if self.participant_minutes else ""
        cost = f"{_count(self.minutes, 'minute', 'minutes')}{people}, {self.cost} {self.currency}"
        if self.is_clean:
            return f"{aired} as planned; {cost}"
        found = _count(len(self.findings), "discrepancy", "discrepancies")
        return f"{aired}; {found}, {_count(len(self.to_mend), 'open alert', 'open alerts')}; {cost}"


class Known(Protocol):
    """What is known of the time that is reported."""

    @property
    def rows(self) -> Sequence[Overview]:
        """The broadcasts whose windows reach into it."""
        ...

    @property
    def notes(self) -> Mapping[str, Sequence[Note]]:
        """Their journals, by id."""
        ...

    @property
    def stops(self) -> Sequence[Request]:
        """The stops that were asked for in it."""
        ...

    @property
    def alerts(self) -> Sequence[Alert]:
        """Those raised in it, and those open."""
        ...

    @property
    def people(self) -> Mapping[str, timedelta]:
        """How long people were in their meetings, by id, as far as it is known."""
        ...


def report(known: Known, since: datetime, until: datetime, prices: Prices) -> Report:
    """Return what happened between two instants."""
    ran = tuple(filter(None, (_as_run(row, known.people.get(row.id), until) for row in known.rows)))
    found = [*unplanned(known.alerts)]
    stopped_by = {each.broadcast_id: each.by for each in known.stops}
    for row in known.rows:
        found += findings(row, known.notes.get(row.id, ()), stopped_by.get(row.id, ""), until)
    minutes = sum(each.minutes for each in ran)
    participant_minutes = sum(each.participant_minutes or 0 for each in ran)
    return Report(
        since=since,
        until=until,
        findings=tuple(sorted(found, key=lambda each: [*Discrepancy].index(each.kind))),
        broadcasts=ran,
        alerts=tuple(_raised(each) for each in known.alerts),
        acts=tuple(sorted(_acts(known, since, until), key=lambda each: each.at)),
        minutes=minutes,
        participant_minutes=participant_minutes,
        cost=prices.of_export(minutes) + prices.of_participants(participant_minutes),
        currency=prices.currency,
    )


def as_json(found: Report) -> dict[str, object]:
    """Return it for programs: each part by its name."""
    return {
        "since": found.since,
        "until": found.until,
        "headline": found.headline,
        "is_clean": found.is_clean,
        "discrepancies": list(found.findings),
        "broadcasts": list(found.broadcasts),
        "alerts": list(found.alerts),
        "orders": list(found.acts),
        "minutes": found.minutes,
        "participant_minutes": found.participant_minutes,
        "cost": float(found.cost),
        "currency": found.currency,
    }


def _as_run(row: Overview, people: timedelta | None, until: datetime) -> AsRun | None:
    """Return how a broadcast ran; None: nobody can read when it was to run."""
    if row.starts_at is None or row.ends_at is None:
        return None
    on_air = (row.off_at or until) - row.live_at if row.live_at else timedelta(0)
    return AsRun(
        id=row.id,
        title=row.title,
        account=row.account,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        planned_end=row.planned_end,
        live_at=row.live_at,
        off_at=row.off_at,
        minutes=charged_minutes(on_air),
        participant_minutes=None if people is None else charged_minutes(people),
    )


def _acts(known: Known, since: datetime, until: datetime) -> Iterator[Act]:
    """Yield what people ordered in that time."""
    for about, those in known.notes.items():
        for each in those:
            if each.kind == "order" and since <= each.at <= until:
                yield Act(each.at, each.who, about, each.why)
    for asked in known.stops:
        if since <= asked.asked_at <= until:
            yield Act(asked.asked_at, asked.by, asked.broadcast_id, "stopped it")


def _raised(alert: Alert) -> Raised:
    return Raised(
        at=alert.raised_at,
        resolved_at=alert.resolved_at,
        severity=alert.severity,
        about=f"{alert.subject}/{alert.title}",
        text=alert.text,
        cure=alert.cure,
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
