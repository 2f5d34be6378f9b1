"""The report that is sent by itself, once a day: by one worker, once, however often workers begin.

It is gathered first, then written down as sent, then handed over: what cannot be gathered is tried again, and
what was handed over is delivered from memory. So a day may go without one, if a worker dies in the second
between; none has two.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from config.setting_types import WhenClean
from config.settings import Reporting
from jobs.schedule.daily import Daily
from worker.alerting.deliveries import Deliveries
from worker.alerting.report_notice import KEY, ReportNotice
from worker.kit.clock import Clock
from worker.leases.contract import Leases
from worker.view.report import Report, as_json
from worker.view.report_text import words

LATE_AT_MOST = timedelta(hours=12)
"""A worker that comes up later than this after it was due sends none."""
OVERDUE_AFTER = 600.0
"""Seconds after which a report that reached nobody keeps the heartbeat from being sent."""
MOST_EACH = 500
"""Discrepancies, broadcasts, alerts and orders that a webhook is told, of each."""

log = structlog.get_logger(__name__)


class ReportRows(Protocol):
    """Where it is written that a report is sent."""

    async def last_report(self) -> datetime | None:
        """Return when the last one that was sent was due."""
        ...

    async def claim_report(self, due: datetime, now: datetime) -> bool:
        """Write that this one is being sent, unless it is written."""
        ...


@dataclass(slots=True)
class _Waiting:
    due: datetime
    since: float
    """Since when somebody should have had it; monotonic."""
    is_handed_over: bool = False


@dataclass(slots=True, kw_only=True)
class MorningReport:
    """Looks whether one is due, and has it delivered."""

    wanted: Reporting
    daily: Daily
    rows: ReportRows
    gathered: Callable[[datetime, datetime], Awaitable[Report]]
    """Reports the time between two instants."""
    deliveries: Deliveries
    leases: Leases
    clock: Clock
    _seen_to: datetime | None = None
    """The last due for which nothing is left to do here."""
    _waiting: _Waiting | None = None

    async def look(self) -> None:
        """Send the report if it is due and nobody has.

        Raises:
            StoreUnavailableError: the database does not answer; it is tried again with the next look.
        """
        now = self.clock.now()
        due = self.daily.last(now)
        if due == self._seen_to:
            return
        if now - due > LATE_AT_MOST:
            self._give_up(due)
            return
        self._waits(due)
        last = await self.rows.last_report()
        if last is not None and due <= last <= now:
            log.debug("report_was_sent", due=due.isoformat())
            self._settle(due)
        else:
            await self._send(due, now)

    def is_overdue(self) -> bool:
        """Whether this worker should have sent one, and for ten minutes it has reached nobody."""
        waiting = self._waiting
        if waiting is None or not self.leases.held():
            return False
        if waiting.is_handed_over and not self.deliveries.reached_nobody(KEY):
            return False
        return self.clock.monotonic() - waiting.since >= OVERDUE_AFTER

    async def _send(self, due: datetime, now: datetime) -> None:
        report = await self.gathered(self.daily.before(due), due)
        is_ours = await self.rows.claim_report(due, now)
        if is_ours and not (report.is_clean and self.wanted.when_clean is WhenClean.SILENT):
            log.info("report_sent", due=due.isoformat(), headline=report.headline)
            self.deliveries.take_once(_notice(report, due, self.daily))
            self._seen_to = due
            self._waits(due).is_handed_over = True
        else:
            self._settle(due)

    def _waits(self, due: datetime) -> _Waiting:
        """Remember since when it waits; one that reached nobody has waited since it was due itself."""
        before = self._waiting
        if before is None or (before.is_handed_over and not self.deliveries.reached_nobody(KEY)):
            self._waiting = _Waiting(due, self.clock.monotonic())
        elif before.due != due:
            self._waiting = _Waiting(due, before.since)
        return self._waiting or _Waiting(due, self.clock.monotonic())

    def _settle(self, due: datetime) -> None:
        self._seen_to, self._waiting = due, None

    def _give_up(self, due: datetime) -> None:
        if self._waiting:
            log.error("report_not_sent", due=due.isoformat())
        self._settle(due)


def _notice(report: Report, due: datetime, daily: Daily) -> ReportNotice:
    state = "as planned" if report.is_clean else "not as planned"
    return ReportNotice(
        due_at=due,
        heading=f"report: {state}",
        words=words(report, daily.zone),
        fields=_bounded(as_json(report)),
    )


def _bounded(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields with no list longer than a receiver takes, and how much each leaves out."""
    long = {name: len(each) - MOST_EACH for name, each in fields.items() if isinstance(each, list)}
    shown = {name: each[:MOST_EACH] if name in long else each for name, each in fields.items()}
    return {**shown, "left_out": {name: number for name, number in long.items() if number > 0}}
