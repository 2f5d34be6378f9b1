"""What was read from the provider: each fact with the time it was read, or how often it could not be."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar


class StreamStatus(StrEnum):
    """The livestream of one meeting, as `active-livestream` tells it (API reference, section 4)."""

    LIVE = "LIVE"
    INVOKED = "INVOKED"
    IDLE = "IDLE"
    OFFLINE = "OFFLINE"
    ERRORED = "ERRORED"
    NONE = "NONE"
    """An own-service 404, or an empty `data`: no stream."""
    UNHEARD = "UNHEARD"
    """A word that nobody has documented: neither live nor off (law 7)."""


_ON = frozenset({StreamStatus.LIVE, StreamStatus.INVOKED})


@dataclass(frozen=True, slots=True)
class Stream:
    """A meeting's livestream. It never carries the stream key or the ingest server."""

    status: StreamStatus
    id: str | None = None
    meeting_id: str | None = None
    playback_url: str | None = None
    disabled: bool = False
    word: str = ""
    """The status as the provider spelled it."""

    @property
    def is_on(self) -> bool:
        """Whether it is on air or on its way there."""
        return self.status in _ON

    @property
    def is_off(self) -> bool:
        """Whether the reply proves that nothing is on air."""
        return not self.is_on and self.status is not StreamStatus.UNHEARD

    @property
    def is_live(self) -> bool:
        """Whether media is being ingested."""
        return self.status is StreamStatus.LIVE


READS_KEPT = 8

NO_STREAM = Stream(StreamStatus.NONE)


@dataclass(frozen=True, slots=True)
class Session:
    """People in a meeting, or nobody."""

    id: str | None
    """None: no session runs."""
    meeting_id: str | None = None
    people: int | None = None
    """How many are in now; None: not said."""

    @property
    def runs(self) -> bool:
        """Whether somebody is in, or was within the keep-alive."""
        return self.id is not None

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in now, as far as is said."""
        return self.id is None or self.people == 0

    @property
    def attendance(self) -> int:
        """How many are known to be in: of whom nothing is said, nobody is (law 7)."""
        return self.people or 0 if self.runs else 0


NO_SESSION = Session(None)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting at the provider."""

    id: str
    title: str
    active: bool
    live_stream_on_start: bool
    may_record: bool = field(default=False, compare=False)
    """Whether it records by itself, or says how a recording of it is to be made."""
    created_at: str = ""
    """As the provider wrote it: ISO 8601, so that text order is time order."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who was added to a meeting, present or not. It never carries a token."""

    id: str
    custom_id: str


class RecordingStatus(StrEnum):
    """What a recording of a meeting, or a push by RTMP, is doing (API reference, section 4)."""

    INVOKED = "INVOKED"
    RECORDING = "RECORDING"
    PAUSED = "PAUSED"
    UPLOADING = "UPLOADING"
    UPLOADED = "UPLOADED"
    ERRORED = "ERRORED"
    NONE = "NONE"
    """An own-service 404, or an empty `data`: nothing is recorded."""
    UNHEARD = "UNHEARD"
    """A word that nobody has documented: it neither goes on nor is over (law 7)."""


_GOES_ON = frozenset({RecordingStatus.INVOKED, RecordingStatus.RECORDING, RecordingStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class Recording:
    """The active recording of a meeting. It never carries where it is pushed to."""

    status: RecordingStatus
    id: str = ""

    @property
    def is_on(self) -> bool:
        """Whether it goes on, or is on its way to."""
        return self.status in _GOES_ON

    @property
    def is_off(self) -> bool:
        """Whether the reply proves that nothing is recorded."""
        return not self.is_on and self.status is not RecordingStatus.UNHEARD


NO_RECORDING = Recording(RecordingStatus.NONE)


@dataclass(frozen=True, slots=True)
class Airing:
    """A livestream that was LIVE, as the provider's own list of a meeting's livestreams tells it."""

    began_at: datetime
    ended_at: datetime | None = None
    """None: not said."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """The last readable answer to one question."""

    value: T
    began_at: datetime
    """When the read of this value began: the value was true at that instant or later."""
    since: datetime
    """When the first of the unbroken row of reads that all gave this value began."""
    reads: tuple[datetime, ...] = ()
    """When the last few reads of that row began, oldest first."""
    own_at: datetime | None = None
    """When the last of them began that asked the meeting itself; None: all came from lists."""

    def reads_since(self, instant: datetime) -> tuple[datetime, ...]:
        """Return those of the last few reads that began at `instant` or later."""
        return tuple(each for each in self.reads if each >= instant)


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """One question, its last readable answer, and what became of later tries."""

    tried_at: datetime
    """When the last read began, answered or not."""
    fact: Fact[T] | None = None
    trouble: str = ""
    """Why the last read gave no answer; empty if it did."""
    vain_since: datetime | None = None
    """Since when no read was answered, or had its turn; None: the last one was."""


def answered(
    before: Asked[T] | None, value: T, began_at: datetime, *, same: bool, own: bool = True
) -> Asked[T]:
    """Return the question answered. `same`: the value means what the fact before it meant.

    `own`: the meeting itself was asked, and no list.
    """
    earlier = before.fact if before and same else None
    if earlier is None:
        return Asked(began_at, Fact(value, began_at, began_at, (began_at,), began_at if own else None))
    reads = (*earlier.reads, began_at)[-READS_KEPT:]
    own_at = began_at if own else earlier.own_at
    return Asked(began_at, Fact(value, began_at, earlier.since, reads, own_at))


def unanswered(before: Asked[T] | None, began_at: datetime, trouble: str) -> Asked[T]:
    """Return the question asked in vain: the last answer stands, with its old time."""
    return replace(put_off(before, began_at), trouble=trouble)


def put_off(before: Asked[T] | None, at: datetime) -> Asked[T]:
    """Return the question as it was, though it was its turn to be asked."""
    if before is None:
        return Asked(at, vain_since=at)
    return replace(before, tried_at=at, vain_since=before.vain_since or at)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything read about one run's meeting. None: never asked."""

    stream: Asked[Stream] | None = None
    session: Asked[Session] | None = None
    present: Asked[Session] | None = None
    """Its session while it is LIVE, from lists that are read for others, too: it is never asked for then."""
    meeting: Asked[Meeting | None] | None = None
    """A fact of None is an own-service 404: the meeting is not there."""
    search: Asked[tuple[Meeting, ...]] | None = None
    """Meetings whose title ends with the run's marker, oldest first."""
    recording: Asked[Recording] | None = None
    airings: Asked[tuple[Airing, ...]] | None = None
    """What was LIVE in its meeting, ever."""
    hinted_at: datetime | None = None
    """From when on its stream and session are to be read again: the provider said that something happened."""
    is_told: bool = False
    """Whether the provider tells by itself what happens, so that looks may be rarer."""
    live_at: datetime | None = None
    """When the first read began that said LIVE: it counts though nobody could write it down meanwhile."""

    def heard(self, stream: Asked[Stream]) -> "Seen":
        """Return this with what `active-livestream` was last read as."""
        fact = stream.fact
        live_at = fact.began_at if fact and fact.value.is_live else None
        return replace(self, stream=stream, live_at=self.live_at or live_at)


NOTHING_SEEN = Seen()
