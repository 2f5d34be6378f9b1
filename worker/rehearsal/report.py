"""What is said of a rehearsal, as values: whatever draws it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from config.settings import Prices
from jobs.conditions import Severity
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.cast import Level
from worker.rehearsal.evidence import Evidence, evidence
from worker.rehearsal.faults import Fault
from worker.rehearsal.record import Calls, Record
from worker.rehearsal.verdict import Finding, Weight, beside, findings

WINDOW = timedelta(seconds=300)
"""Of the provider's quota."""


@dataclass(frozen=True, slots=True)
class Line:
    """One broadcast."""

    known: Evidence
    findings: tuple[Finding, ...]

    @property
    def weight(self) -> Weight:
        """The worst that there is to say of it."""
        return max((each.weight for each in self.findings), default=Weight.REMARK)

    @property
    def late(self) -> timedelta | None:
        """From its start until it was on air; None: it never was."""
        live_at = self.known.live_at
        return live_at - self.known.broadcast.window.starts_at if live_at else None

    @property
    def off_late(self) -> timedelta | None:
        """From its end until it was off; None: it never was on, or is still."""
        off_at = self.known.off_at
        return off_at - self.known.broadcast.window.ends_at if off_at else None


@dataclass(frozen=True, slots=True)
class Quota:
    """What was used of one quota."""

    group: str
    accounts: tuple[str, ...]
    calls: int
    limit: int
    peak: int
    """The most calls in any five minutes."""
    peak_at: datetime | None
    """When those five minutes began; None: there was no call."""

    @property
    def share(self) -> float:
        """The part of the limit that the peak was."""
        return self.peak / self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything there is to say."""

    begins_at: datetime
    ends_at: datetime
    """The end of the days, whether or not something is on air then."""
    zone: ZoneInfo
    """By whose clock people read it."""
    level: Level
    seed: int
    lines: tuple[Line, ...]
    """By their start."""
    faults: tuple[Fault, ...]
    others: tuple[Told, ...]
    """Alerts that are about no broadcast."""
    quotas: tuple[Quota, ...]
    remarks: tuple[str, ...]
    """What a check of the file remarked on."""
    beside: tuple[Finding, ...]
    """What there is to say of alerts that are about no broadcast."""
    export_minutes: float
    prices: Prices

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, the worst first."""
        found = [each for line in self.lines for each in line.findings]
        return tuple(sorted([*found, *self.beside], key=lambda each: -each.weight))

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong; of harsh faults only a broken law is, for viewers notice those anyway."""
        bound = Weight.BROKEN if self.level is Level.HARSH else Weight.PROBLEM
        return all(each.weight < bound for each in self.findings)

    @property
    def aired(self) -> int:
        """How many were on air."""
        return sum(line.known.live_at is not None for line in self.lines)

    @property
    def streamed_minutes(self) -> float:
        """Minutes streamed; what is exported beyond them was recorded."""
        return sum(line.known.minutes for line in self.lines)

    @property
    def cost(self) -> Decimal:
        """What is exported costs, before discounts."""
        return self.prices.of_export(round(self.export_minutes))

    def alerts(self, severity: Severity) -> int:
        """Return how many alerts of this severity were raised."""
        own = [told for line in self.lines for told in line.known.told]
        return sum(each.severity is severity for each in (*own, *self.others))

    def as_json(self) -> dict[str, Any]:
        """Return the same for programs."""
        return {
            "sound": self.is_sound,
            "begins_at": self.begins_at,
            "ends_at": self.ends_at,
            "faults_level": self.level,
            "seed": self.seed,
            "broadcasts": [_line(each) for each in self.lines],
            "faults": [_fault(each) for each in self.faults],
            "other_alerts": [_told(each) for each in self.others],
            "quotas": [_quota(each) for each in self.quotas],
            "remarks": self.remarks,
            "findings": [_finding(each) for each in self.findings],
            "aired": self.aired,
            "streamed_minutes": round(self.streamed_minutes, 1),
            "export_minutes": round(self.export_minutes, 1),
            "cost": float(self.cost),
            "currency": self.prices.currency,
        }


def report(
    record: Record, level: Level, zone: ZoneInfo, *, remarks: Sequence[str] = (), prices: Prices | None = None
) -> Report:
    """Return what is said of a rehearsal."""
    script, known = record.script, evidence(record)
    ids = frozenset(each.id for each in script.broadcasts)
    return Report(
        begins_at=script.begins_at,
        ends_at=script.until,
        zone=zone,
        level=level,
        seed=script.seed,
        lines=tuple(Line(each, findings(each, script.faults)) for each in known),
        faults=tuple(script.faults),
        others=tuple(each for each in record.told if each.about not in ids),
        quotas=tuple(map(used, record.calls)),
        remarks=tuple(remarks),
        beside=beside(record.told, ids, script.faults),
        export_minutes=record.export_minutes,
        prices=prices or Prices(),
    )


def used(calls: Calls) -> Quota:
    """Return what was used of a quota, and the five minutes in which most was."""
    peak, peak_at = 0, None
    for place, at in enumerate(calls.at):
        within = bisect_left(calls.at, at + WINDOW) - place
        if within > peak:
            peak, peak_at = within, at
    return Quota(calls.group, calls.accounts, len(calls.at), calls.limit, peak, peak_at)


def _line(line: Line) -> dict[str, Any]:
    known, broadcast = line.known, line.known.broadcast
    return {
        "id": broadcast.id,
        "title": broadcast.title,
        "account": broadcast.account,
        "starts_at": broadcast.window.starts_at,
        "ends_at": broadcast.window.ends_at,
        "state": known.state,
        "hosts_came_at": known.visits[0].comes_at if known.visits else None,
        "live_at": known.live_at,
        "late_s": _seconds(line.late),
        "gaps": [{"at": each.at, "back_at": each.back_at} for each in known.gaps],
        "off_at": known.off_at,
        "off_late_s": _seconds(line.off_late),
        "streamed_minutes": round(known.minutes, 1),
        "alerts": [_told(each) for each in known.told],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    about = {"kind": fault.kind, "broadcast_id": fault.broadcast_id or None}
    return {"at": fault.at, "until": fault.until, **about, "text": fault.text}


def _told(told: Told) -> dict[str, Any]:
    what = {"name": told.name, "severity": told.severity, "about": told.about}
    return {**what, "text": told.text, "at": told.at, "over_at": told.over_at}


def _quota(quota: Quota) -> dict[str, Any]:
    whose = {"group": quota.group, "accounts": quota.accounts}
    most = {"peak": quota.peak, "peak_at": quota.peak_at, "peak_share": round(quota.share, 3)}
    return {**whose, "calls": quota.calls, "limit": quota.limit, **most}


def _finding(finding: Finding) -> dict[str, Any]:
    what = {"about": finding.about, "weight": finding.weight.name.lower()}
    return {**what, "text": finding.text, "cure": finding.cure}


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 1)
