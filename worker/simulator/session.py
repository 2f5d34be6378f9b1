"""People being in a meeting."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Attendance:
    """One person's stay."""

    id: str
    name: str
    joined_at: datetime
    left_at: datetime | None = None

    def minutes(self, now: datetime) -> float:
        """Return how long the stay has lasted."""
        return ((self.left_at or now) - self.joined_at).total_seconds() / 60


@dataclass(slots=True)
class Session:
    """From the first person's coming to the end of the keep-alive after the last one's leaving."""

    id: str
    tenant: str
    meeting_id: str
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None
    empty_since: datetime | None = None
    attendances: list[Attendance] = field(default_factory=list)
    most_present: int = 0

    @property
    def present(self) -> list[Attendance]:
        """Who is there now."""
        return [attendance for attendance in self.attendances if attendance.left_at is None]

    @property
    def status(self) -> str:
        """As the provider calls it."""
        return "LIVE" if self.ended_at is None else "ENDED"

    def minutes(self, now: datetime) -> float:
        """Return the minutes of all its people together."""
        return sum(attendance.minutes(now) for attendance in self.attendances)
