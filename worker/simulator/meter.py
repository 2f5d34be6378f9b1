"""What it all costs (API reference, section 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.simulator.meeting import Meeting

EXPORT_USD_PER_MINUTE = 0.010
PARTICIPANT_USD_PER_MINUTE = 0.002


@dataclass(frozen=True, slots=True)
class Bill:
    """Minutes used, of one meeting or of many."""

    export_minutes: float
    participant_minutes: float

    @property
    def usd(self) -> float:
        """The price in dollars."""
        export = self.export_minutes * EXPORT_USD_PER_MINUTE
        return export + self.participant_minutes * PARTICIPANT_USD_PER_MINUTE


def bill(meeting: Meeting, now: datetime) -> Bill:
    """Count a meeting's minutes: what is exported or recorded, from start to end, and each person's stay."""
    exported = (
        (run.ended_at or now) - run.invoked_at for stream in meeting.livestreams for run in stream.sessions
    )
    recorded = ((each.ended_at or now) - each.started_at for each in meeting.recordings)
    return Bill(
        sum(length.total_seconds() for length in (*exported, *recorded)) / 60,
        sum(session.minutes(now) for session in meeting.sessions),
    )


def total(bills: Iterable[Bill]) -> Bill:
    """Add bills up."""
    counted = list(bills)
    return Bill(sum(b.export_minutes for b in counted), sum(b.participant_minutes for b in counted))
