"""What a decision can be. Only `Perform` reaches the provider; the reconciler carries each of them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar, TypeAlias

from jobs.model import Doors, Host, Kind
from jobs.run.lifecycle import State


class Urgency(IntEnum):
    """Which call goes first when the quota or the connections are scarce (law 6)."""

    STOP = 0
    """The first stops of what has to go off."""
    KICK_ALL = 1
    GO_LIVE = 2
    """Starts, restarts and doors."""
    CLOSE_AND_PROVE = 3
    SHUT = 4
    """The doors of a meeting that was just made open."""
    WATCH_STARTING = 5
    PREPARE = 6
    STOP_AGAIN = 7
    """Stops of what was sent one that was answered, or may have been."""
    WATCH_LIVE = 8
    SWEEP = 9


@dataclass(frozen=True, slots=True)
class Create:
    """Make the meeting. `title` is without its marker."""

    kind: ClassVar[Kind] = Kind.CREATE
    urgency: ClassVar[Urgency] = Urgency.PREPARE
    title: str
    options: Mapping[str, Any]
    live_stream_on_start: bool


@dataclass(frozen=True, slots=True)
class AddHost:
    """Add a participant to the meeting. It neither joins them nor costs anything."""

    kind: ClassVar[Kind] = Kind.ADD_HOST
    urgency: ClassVar[Urgency] = Urgency.PREPARE
    host: Host


@dataclass(frozen=True, slots=True)
class RemoveHost:
    """Take a participant off the meeting."""

    kind: ClassVar[Kind] = Kind.REMOVE_HOST
    urgency: ClassVar[Urgency] = Urgency.PREPARE
    host: Host


@dataclass(frozen=True, slots=True)
class Edit:
    """Bring title and options up to what is wanted."""

    kind: ClassVar[Kind] = Kind.EDIT
    urgency: ClassVar[Urgency] = Urgency.PREPARE
    title: str
    options: Mapping[str, Any]
    whole: bool = False
    """Whether what was acknowledged last may not be so any more, so that all of it is said again."""


@dataclass(frozen=True, slots=True)
class SetDoors:
    """Open or close the meeting: always the status and the flag together, in one PATCH."""

    kind: Kind
    doors: Doors
    live_stream_on_start: bool
    urgency: Urgency

    @property
    def active(self) -> bool:
        """Whether people can enter afterwards."""
        return self.doors in (Doors.OPEN, Doors.BACKSTAGE)


def shut(*, flag: bool) -> SetDoors:
    """Close the doors of a meeting that waits for its start."""
    return SetDoors(Kind.SHUT, Doors.SHUT, flag, Urgency.SHUT)


BACKSTAGE = SetDoors(Kind.BACKSTAGE, Doors.BACKSTAGE, live_stream_on_start=False, urgency=Urgency.GO_LIVE)
OPEN = SetDoors(Kind.OPEN, Doors.OPEN, live_stream_on_start=True, urgency=Urgency.GO_LIVE)
CLOSE = SetDoors(Kind.CLOSE, Doors.CLOSED, live_stream_on_start=False, urgency=Urgency.CLOSE_AND_PROVE)


@dataclass(frozen=True, slots=True)
class Start:
    """POST start. A refusal says nothing: read again."""

    kind: ClassVar[Kind] = Kind.START
    urgency: ClassVar[Urgency] = Urgency.GO_LIVE


@dataclass(frozen=True, slots=True)
class Stop:
    """POST stop: sent first, recorded after; needs neither database nor lease (law 3)."""

    kind: ClassVar[Kind] = Kind.STOP
    urgency: Urgency = Urgency.STOP


STOP_AGAIN = Stop(Urgency.STOP_AGAIN)
"""One more, of what was sent one already: it never takes what closings, proofs and first stops need."""


@dataclass(frozen=True, slots=True)
class KickAll:
    """End the session at once, and with it the exporter."""

    kind: ClassVar[Kind] = Kind.KICK_ALL
    urgency: ClassVar[Urgency] = Urgency.KICK_ALL


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End what is recorded, or pushed by RTMP, after the stream is off."""

    kind: ClassVar[Kind] = Kind.STOP_RECORDING
    urgency: ClassVar[Urgency] = Urgency.CLOSE_AND_PROVE
    recording_id: str


Call: TypeAlias = Create | AddHost | RemoveHost | Edit | SetDoors | Start | Stop | KickAll | StopRecording


@dataclass(frozen=True, slots=True)
class Adopt:
    """Take this meeting, found by its marker, as the room's: a compare-and-set in the database."""

    meeting_id: str
    title: str
    """As it was found, marker included: it may have been edited since the create."""


@dataclass(frozen=True, slots=True)
class LookedBack:
    """Note that the meeting was seen closed and off once more after it was over."""


@dataclass(frozen=True, slots=True)
class RunOver:
    """Move its end by rule: it counts once it is written down, and the old one holds until then."""

    until: datetime


Step: TypeAlias = Call | Adopt | LookedBack | RunOver


@dataclass(frozen=True, slots=True)
class Perform:
    """Do this one thing; it ends the pass."""

    step: Step
    why: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Go to another state, then decide again."""

    to: State
    why: str


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Nothing to do before then, as far as is known."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing more to do, unless somebody changes what is wanted."""


Decision: TypeAlias = Perform | Move | WaitUntil | Rest


def first_of(*options: Decision | None) -> Decision | None:
    """Return the first that can be done now; else the earliest wait: what waits holds up nothing else."""
    waits = [each for each in options if isinstance(each, WaitUntil)]
    done_now = (each for each in options if each is not None and not isinstance(each, WaitUntil))
    return next(done_now, min(waits, key=lambda each: each.at, default=None))
