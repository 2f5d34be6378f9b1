"""A broadcast's window, as people read it: when it is, and how far through it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from jobs.run.lifecycle import HOLDING, OVER
from jobs.schedule import durations
from worker.store.records import Overview


@dataclass(frozen=True, slots=True)
class Progress:
    """How far through its window a broadcast is."""

    text: str = ""
    part: float | None = None
    """How much of the window is gone; None: it is not on its way."""
    matters_now: bool = False
    """False: it is still to come, or over."""


def when(
    starts_at: datetime | None, ends_at: datetime | None, now: datetime, zone: tzinfo | None = None
) -> str:
    """Return a window by the zone's clock: without the date today, with seconds where there are any."""
    if starts_at is None or ends_at is None:
        return "unreadable"
    start, end, today = starts_at.astimezone(zone), ends_at.astimezone(zone), now.astimezone(zone).date()
    form = "%H:%M:%S" if start.second or end.second else "%H:%M"
    day = "" if start.date() == today else f"{start:%a %d %b} "
    return f"{day}{start:{form}}-{end:{form}}"


def progress(row: Overview, now: datetime, zone: tzinfo | None = None) -> Progress:
    """Return how far through its window it is."""
    if row.starts_at is None or row.ends_at is None:
        return Progress()
    if row.state in OVER:
        return Progress(f"off {row.off_at.astimezone(zone):%H:%M:%S}" if row.off_at else "")
    if now < row.starts_at:
        return Progress(f"in {_rounded(row.starts_at - now)}")
    if row.state in HOLDING and now < row.ends_at:
        part = (now - row.starts_at) / (row.ends_at - row.starts_at)
        return Progress(f"{_rounded(row.ends_at - now)} left", part, matters_now=True)
    text = f"over for {_rounded(now - row.ends_at)}" if now >= row.ends_at else "open"
    return Progress(text, matters_now=True)


def _rounded(length: timedelta) -> str:
    """Return a duration in its one or two largest units."""
    seconds = max(0, int(length.total_seconds()))
    unit = 3600 if seconds >= 86400 else 60 if seconds >= 600 else 1
    return durations.format(timedelta(seconds=seconds // unit * unit))
