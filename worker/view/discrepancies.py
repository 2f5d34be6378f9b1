"""How what aired differs from what was planned, broadcast by broadcast."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.run.lifecycle import State
from worker.store.records import Alert, Note, Overview

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


def findings(row: Overview, notes: Sequence[Note], stopped_by: str, until: datetime) -> Iterator[Finding]:
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


def unplanned(alerts: Iterable[Alert]) -> Iterator[Finding]:
    """Yield what was on the air and should not have been: found by the sweep, or before its start."""
    for each in alerts:
        if each.title in ("swept", "on_air_early"):
            yield Finding(Discrepancy.NOT_PLANNED, str(each.subject), each.title, each.text)


def _length(span: timedelta) -> str:
    """Return a length as it is said: 45 s, 12 min, 3 h 5 min."""
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
