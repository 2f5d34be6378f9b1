"""What every part of the world shares: its time, its chance, its knobs, its history."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import UUID

from worker.simulator.history import Change, History, Kind
from worker.simulator.knobs import Knobs
from worker.simulator.meeting import Meeting
from worker.simulator.timeline import Timeline


class Refused(Exception):  # noqa: N818 - the vendor's no, which is an answer and no fault of ours
    """A call that the provider answers with an error of its own service."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Physics:
    """The laws of one world. The knobs may be turned while it goes."""

    def __init__(self, knobs: Knobs, now: datetime) -> None:
        self.knobs = knobs
        self.timeline = Timeline(now)
        self.history = History()
        self.chance = Random(knobs.seed)  # noqa: S311 - a simulation must repeat itself

    @property
    def now(self) -> datetime:
        """The world's instant."""
        return self.timeline.now

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Let an event happen so many seconds from now."""
        self.timeline.after(seconds, event)

    def new_id(self) -> str:
        """Draw a lower-case UUID."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def new_secret(self, prefix: str) -> str:
        """Draw 32 hexadecimal digits after a prefix."""
        return f"{prefix}{self.chance.getrandbits(128):032x}"

    def note(self, kind: Kind, meeting: Meeting, subject: str, value: str = "", reason: str = "") -> None:
        """Write down that something changed in a meeting."""
        change = Change(self.now, kind, meeting.tenant, meeting.id, meeting.title, subject, value, reason)
        self.history.record(change)
