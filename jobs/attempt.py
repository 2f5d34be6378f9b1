"""The mutating calls that a run may make, and what is known of each: written down before it is made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Every mutating call that a run may make."""

    CREATE = "create"
    ADD_HOST = "add_host"
    REMOVE_HOST = "remove_host"
    EDIT = "edit"
    SHUT = "shut"
    """Close the doors of a prepared meeting: INACTIVE."""
    BACKSTAGE = "backstage"
    """Open the doors early, with the flag off."""
    OPEN = "open"
    """Open the doors to go live: flag on and ACTIVE, always both."""
    START = "start"
    STOP = "stop"
    CLOSE = "close"
    """After a stop: flag off and INACTIVE, so that a rejoin cannot air again."""
    KICK_ALL = "kick_all"
    STOP_RECORDING = "stop_recording"
    """Of what goes on after the stream is off: a recording, or a push by RTMP."""


class Outcome(StrEnum):
    """What is known of an attempt."""

    PENDING = "pending"
    """Written down, and no answer yet: after a crash, the same as unknown."""
    DONE = "done"
    REFUSED = "refused"
    """The provider answered, and did not do it."""
    ABSENT = "absent"
    """On what ends something: the provider answered 400, 404 or 409, so there was nothing to do it to.
    A later read has to say so too."""
    NOT_SENT = "not_sent"
    """It never left: no connection, or it was withdrawn from the queue."""
    UNKNOWN = "unknown"
    """It may have taken effect."""


UNSETTLED = frozenset({Outcome.PENDING, Outcome.UNKNOWN})
SUCCEEDED = frozenset({Outcome.DONE, Outcome.ABSENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A mutating call, written down before it is made."""

    kind: Kind
    began_at: datetime
    answered_at: datetime | None = None
    outcome: Outcome = Outcome.PENDING
    detail: str = ""
    """The reason the provider gave, or the host an ADD_HOST was for. Never a secret."""
    id: int | None = None
    """None: not yet in the database."""

    @property
    def settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.outcome not in UNSETTLED

    @property
    def succeeded(self) -> bool:
        """Whether what it was for is so: it was done, or there was nothing to do it to."""
        return self.outcome in SUCCEEDED
