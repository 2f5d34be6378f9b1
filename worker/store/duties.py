"""Runs as duties are told of them that look after more than what is on the air."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ToNotify:
    """A run whose hosts may have to be told something, as it is recorded."""

    run_id: str
    account: str
    versions: tuple[int, int]
    """The run's and the row's: while they are the same, nothing of it has changed."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A run that was on the air, of which it is not known how long people were in its meeting."""

    run_id: str
    meeting_id: str
    live_at: datetime
