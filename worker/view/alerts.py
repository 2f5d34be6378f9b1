"""The alerts: each that is open, or was, with its cure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from worker.store.records import Alert
from worker.view.instants import local
from worker.view.table import Table

HEADINGS = ("id", "severity", "since", "alert", "what, and the cure")
HEADINGS_OF_ALL = ("id", "severity", "since", "resolved", "alert", "what, and the cure")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert in the list; programs are told each field by its name."""

    id: int | None
    key: str
    subject: str
    run_id: str | None
    title: str
    severity: str
    raised_at: datetime | None
    text: str
    cure: str
    resolved_at: datetime | None

    @property
    def about(self) -> str:
        """What it is about, and what of that it tells."""
        return f"{self.subject}/{self.title}"

    @property
    def told(self) -> str:
        """What is wrong, and its cure."""
        return f"{self.text.rstrip('.')}. {self.cure}"


def listed(alerts: Iterable[Alert]) -> tuple[ListedAlert, ...]:
    """Return the list of these alerts, in their order."""
    return tuple(map(_listed, alerts))


def worst_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return what is critical before what is not, else in their order."""
    return tuple(sorted(alerts, key=lambda alert: alert.severity != "critical"))


def table(alerts: Iterable[ListedAlert], *, everything: bool, zone: tzinfo | None = None) -> Table:
    """Return the list as a table; `everything`: some are resolved, so that it is said when."""
    rows = tuple(_cells(each, everything=everything, zone=zone) for each in alerts)
    return Table(HEADINGS_OF_ALL if everything else HEADINGS, rows)


def _listed(alert: Alert) -> ListedAlert:
    return ListedAlert(
        id=alert.id,
        key=alert.key,
        subject=str(alert.subject),
        run_id=alert.run_id,
        title=alert.title,
        severity=alert.severity,
        raised_at=alert.raised_at,
        text=alert.text,
        cure=alert.cure,
        resolved_at=alert.resolved_at,
    )


def _cells(alert: ListedAlert, *, everything: bool, zone: tzinfo | None) -> tuple[str, ...]:
    resolved = (local(alert.resolved_at, zone),) if everything else ()
    return (str(alert.id), alert.severity, local(alert.raised_at, zone), *resolved, alert.about, alert.told)
