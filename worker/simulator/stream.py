"""A livestream, and the sessions of its being on."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

_EARLY_SECONDS = 60.0  # what the counters read until the real numbers arrive (livestreaming guide)


class Phase(StrEnum):
    """What a livestream truly is; its status is what the provider calls that."""

    STARTING = "starting"
    LIVE = "live"
    STOPPING = "stopping"
    ERRORED = "errored"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Moment:
    """A livestream from `at` on."""

    at: datetime
    phase: Phase
    status: str


@dataclass(slots=True)
class LivestreamSession:
    """One start of a livestream, to its end."""

    id: str
    livestream_id: str
    session_id: str
    invoked_at: datetime
    live_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    stops_ignored: int = 0

    def ingested(self, now: datetime, counters_lag: timedelta) -> float:
        """Return the seconds ingested as the provider tells them: late."""
        if self.live_at is None:
            return 0.0
        if self.ended_at is None or now < self.ended_at + counters_lag:
            return _EARLY_SECONDS
        return (self.ended_at - self.live_at).total_seconds()


@dataclass(slots=True)
class Livestream:
    """What it became and when; the last moment is what it is."""

    id: str
    tenant: str
    meeting_id: str
    name: str | None
    key: str
    created_at: datetime
    moments: list[Moment] = field(default_factory=list)
    sessions: list[LivestreamSession] = field(default_factory=list)

    @property
    def phase(self) -> Phase:
        """What it truly is now."""
        return self.moments[-1].phase

    @property
    def is_running(self) -> bool:
        """Whether the exporter is there, so that another start is a duplicate."""
        return self.phase in {Phase.STARTING, Phase.LIVE, Phase.STOPPING}

    @property
    def is_on_air(self) -> bool:
        """Whether viewers can truly see it: live, or live and not yet stopped."""
        return self.is_running and self.sessions[-1].live_at is not None

    def seen(self, at: datetime) -> Moment | None:
        """Return how it stood at an instant, or None before it existed."""
        return next((moment for moment in reversed(self.moments) if moment.at <= at), None)
