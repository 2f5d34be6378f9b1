"""The morning report: what was planned against what aired, discrepancies first, as broadcasters reconcile.

An as-run log says what was on the air from when to when; the report says where that is not what was wanted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from config.settings import Prices
from jobs.run.lifecycle import State
from worker.store.records import Alert, Note, Overview, Request

TOLERANCE = timedelta(seconds=60)
"""What begins or ends within this of its window does so on time."""


class Discrepancy(StrEnum):
    """How what aired differs from what was planned; the worst first."""

    NOT_AIRED = "not aired"
    NOT_PLANNED = "aired, not planned"
    STILL_ON = "past its end and not proven off"
    LATE = "late"
    SHORT = "short"
    LONG = "long"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference."""

    kind: Discrepancy
    about: str
    """The broadcast; of what was not planned, what it is about."""
    title: str
    text: str


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
        cost = f"{_count(self.minutes, 'minute', 'minutes')}, {self.cost} {self.currency}"
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


def report(known: Known, since: datetime, until: datetime, prices: Prices) -> Report:
    """Return what happened between two instants."""
    ran = tuple(filter(None, (_as_run(row, until) for row in known.rows)))
    found = [*_unplanned(known.alerts)]
    stopped_by = {each.broadcast_id: each.by for each in known.stops}
    for row in known.rows:
        found += _findings(row, known.notes.get(row.id, ()), stopped_by.get(row.id, ""), until)
    minutes = sum(each.minutes for each in ran)
    return Report(
        since=since,
        until=until,
        findings=tuple(sorted(found, key=lambda each: [*Discrepancy].index(each.kind))),
        broadcasts=ran,
        alerts=tuple(_raised(each) for each in known.alerts),
        acts=tuple(sorted(_acts(known, since, until), key=lambda each: each.at)),
        minutes=minutes,
        cost=prices.of_export(minutes),
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
        "cost": float(found.cost),
        "currency": found.currency,
    }


def _as_run(row: Overview, until: datetime) -> AsRun | None:
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
        minutes=-(-max(timedelta(0), on_air) // timedelta(minutes=1)),
    )


def _findings(row: Overview, notes: Sequence[Note], stopped_by: str, until: datetime) -> Iterator[Finding]:
    """Yield how one broadcast differs from its window."""
    if row.starts_at is None or row.ends_at is None or row.starts_at > until:
        return
    if row.live_at is None:
        yield from _unaired(row, until)
        return
    yield from _begin(row, row.live_at, row.starts_at)
    yield from _end(row, row.ends_at, until, stopped_by)
    drops = sum(each.kind == "move" and each.after == State.INTERRUPTED for each in notes)
    if drops:
        back = "and came back" if row.state is not State.INTERRUPTED else "and is not back"
        times = "once" if drops == 1 else f"{drops} times"
        yield Finding(Discrepancy.DROPPED, row.id, row.title, f"dropped {times}, {back}")


def _unaired(row: Overview, until: datetime) -> Iterator[Finding]:
    is_due = row.starts_at is not None and row.starts_at + TOLERANCE <= until
    if row.state is State.CANCELLED or not is_due:
        return
    why = row.why or "no worker has picked it up"
    yield Finding(Discrepancy.NOT_AIRED, row.id, row.title, f"is {row.state or 'new'}: {why}")


def _begin(row: Overview, live_at: datetime, starts_at: datetime) -> Iterator[Finding]:
    if live_at - starts_at > TOLERANCE:
        yield Finding(Discrepancy.LATE, row.id, row.title, f"on the air {_length(live_at - starts_at)} late")


def _end(row: Overview, ends_at: datetime, until: datetime, stopped_by: str) -> Iterator[Finding]:
    if row.off_at is None:
        if until - ends_at > TOLERANCE:
            yield Finding(Discrepancy.STILL_ON, row.id, row.title, f"is {row.state}: {row.why}")
        return
    early = (row.planned_end or ends_at) - row.off_at
    if early > TOLERANCE:
        why = f", stopped by {stopped_by}" if stopped_by else ""
        yield Finding(Discrepancy.SHORT, row.id, row.title, f"off {_length(early)} before its end{why}")
    late = row.off_at - ends_at
    if late > TOLERANCE:
        yield Finding(Discrepancy.LONG, row.id, row.title, f"off {_length(late)} after its end")


def _unplanned(alerts: Iterable[Alert]) -> Iterator[Finding]:
    """Yield what was on the air and should not have been: found by the sweep, or before its start."""
    for each in alerts:
        if each.title in ("swept", "on_air_early"):
            yield Finding(Discrepancy.NOT_PLANNED, str(each.subject), each.title, each.text)


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


def _length(span: timedelta) -> str:
    """Return a length as it is said: 45 s, 12 min, 3 h 5 min."""
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
