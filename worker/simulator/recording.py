"""A recording of a session, or a push of it by RTMP: the provider calls both so."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Recording:
    """From its being asked for to its end."""

    id: str
    meeting_id: str
    session_id: str
    started_at: datetime
    paused: bool = False
    ended_at: datetime | None = None

    @property
    def status(self) -> str:
        """As the provider calls it."""
        if self.ended_at is not None:
            return "UPLOADED"
        return "PAUSED" if self.paused else "RECORDING"
