"""The values that everything else speaks of: what is wanted, and what became of it. All frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jobs.attempt import Attempt, Kind, Outcome
from jobs.contact import Contact
from jobs.ids import room_of_entry
from jobs.run.lifecycle import State

__all__ = [
    "LONGEST_OVERRUN",
    "TITLE_LIMIT",
    "Attempt",
    "Broadcast",
    "Doors",
    "GoLive",
    "Host",
    "Kind",
    "Outcome",
    "Room",
    "RoomUse",
    "Run",
    "Unreadable",
    "Window",
]

TITLE_LIMIT = 120
"""Characters in a meeting's title, marker included (API reference, section 3.1: assumed)."""

LONGEST_OVERRUN = timedelta(hours=4)
"""More has to be planned: a stream that nobody needs costs $0.72 an hour (API reference, section 8)."""

_NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Window:
    """When a broadcast is on air: from `starts_at` until just before `ends_at`, both aware and in UTC.

    Raises:
        ValueError: an instant is naive, or the window ends before it starts.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a time without a UTC offset")
        if self.ends_at <= self.starts_at:
            raise ValueError(
                f"ends {self.ends_at.isoformat()}, not after its start {self.starts_at.isoformat()}"
            )

    @property
    def length(self) -> timedelta:
        """The time from start to end."""
        return self.ends_at - self.starts_at

    def is_open(self, now: datetime) -> bool:
        """Whether `now` lies within."""
        return self.starts_at <= now < self.ends_at


class GoLive(StrEnum):
    """How a broadcast is put on air."""

    ON_JOIN = "on_join"
    """Doors open at the start; the first to join puts it on air."""
    AT_START = "at_start"
    """Doors open early as a backstage; the worker starts the stream at the start."""


class RoomUse(StrEnum):
    """Whose meeting a broadcast uses."""

    OWN = "own"
    """Its own."""
    SHARED = "shared"
    """One for all broadcasts of its entry, so that the link stays; or that of what it reopens."""


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody added to the meeting as a participant. `id` is the vendor's `custom_participant_id`."""

    id: str
    name: str
    preset: str
    contact: Contact | None = None
    """None: nobody reminds them. The provider is told nothing of it."""

    @property
    def participant(self) -> "Host":
        """The host as the meeting knows them."""
        return self if self.contact is None else replace(self, contact=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One occurrence, as it is wanted."""

    id: str
    title: str
    window: Window
    account: str = "default"
    entry: str | None = None
    """The key of the schedule entry it belongs to, if a schedule made it."""
    reopened_in: str | None = None
    """The key of the room that it goes on in, if it was made by reopening what was over."""
    go_live: GoLive = GoLive.ON_JOIN
    doors: timedelta = timedelta(minutes=15)
    """How long before the start the backstage opens; with `at_start` only."""
    prepare: timedelta = timedelta(hours=24)
    """How long before the start the meeting is created."""
    live_within: timedelta = timedelta(minutes=2)
    """Nobody here this long after the start: alert."""
    late_start: timedelta = timedelta(minutes=5)
    """Begin late only while this much remains, and never more than half of the window."""
    overrun: timedelta = timedelta(0)
    """How far its end moves by rule at most, while people are in it; nothing: it never does."""
    planned_end: datetime | None = None
    """The end that its row says, once its window's was moved by rule; None: that is its window's."""
    end_session: bool = False
    """Also empty the room at the end."""
    keep_recording: bool = False
    """Let a recording, or a push by RTMP, go on after the end for as long as somebody stays."""
    meeting: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)
    """Further fields of the vendor's meeting (API reference, section 3.1)."""
    room: RoomUse = RoomUse.OWN
    hosts: tuple[Host, ...] = ()
    cancelled: bool = False

    def __post_init__(self) -> None:
        planned = self.planned_end
        if planned is not None and not planned < self.window.ends_at <= planned + self.overrun:
            raise ValueError(
                f"ends {self.window.ends_at.isoformat()}, by rule, but may run over"
                f" {planned.isoformat()} by {self.overrun}"
            )

    @property
    def latest_end(self) -> datetime:
        """What its end never passes, however often it is moved by rule: counted from the planned one."""
        return (self.planned_end or self.window.ends_at) + self.overrun

    @property
    def as_planned(self) -> "Broadcast":
        """The same with the end that its row says."""
        if self.planned_end is None:
            return self
        return replace(self, window=Window(self.window.starts_at, self.planned_end), planned_end=None)

    def running_until(self, until: datetime) -> "Broadcast":
        """Return it with its end moved by rule: to the latest at most, and to none before the planned one."""
        planned = self.as_planned
        ends_at = min(until, self.latest_end)
        if ends_at <= planned.window.ends_at:
            return planned
        window = Window(self.window.starts_at, ends_at)
        return replace(self, window=window, planned_end=planned.window.ends_at)

    @property
    def room_key(self) -> str:
        """What its room is known by: that of what it reopens, that of its entry when shared, else its id."""
        if self.reopened_in is not None:
            return self.reopened_in
        return room_of_entry(self.entry) if self.room is RoomUse.SHARED and self.entry else self.id

    def is_too_late(self, now: datetime, late_after: timedelta) -> bool:
        """Whether it is late, and so little of the window remains that it should not begin any more."""
        if now <= self.window.starts_at + late_after:
            return False
        return self.window.ends_at - now < min(self.late_start, self.window.length / 2)

    @property
    def empties_room(self) -> bool:
        """Whether the session is ended with the stream, and with it whatever is made of it."""
        return self.end_session or self.room is RoomUse.SHARED

    @property
    def may_record(self) -> bool:
        """Whether its meeting records by itself, or says how a recording of it is to be made."""
        return self.meeting.get("record_on_start") is True or bool(self.meeting.get("recording_config"))

    @property
    def streams_on_start(self) -> bool:
        """The vendor's `live_stream_on_start` before the doors open to the public."""
        return self.go_live is GoLive.ON_JOIN


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that says no broadcast: written by another system, and wrong."""

    id: str
    reason: str


class Doors(StrEnum):
    """Whether people can enter the meeting, as far as the provider acknowledged."""

    OPEN = "open"
    BACKSTAGE = "backstage"
    SHUT = "shut"
    """INACTIVE, with the flag as the mode wants it at the next opening."""
    CLOSED = "closed"
    """INACTIVE, flag off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Our record of one meeting at the provider."""

    key: str
    account: str
    marker: str
    """The tag at the end of the title that makes it ours, e.g. ` [ab3k-7f3k2m9q]`."""
    tenant: str = ""
    """Whose meeting it is at the provider, since one was asked for; ids of different tenants never mix."""
    meeting_id: str | None = None
    doors: Doors | None = None
    """None: never acknowledged."""
    title: str = ""
    """The title last acknowledged, without the marker."""
    options: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)
    """The further meeting fields last acknowledged."""
    hosts: Mapping[str, Host] = field(default_factory=lambda: MappingProxyType({}))
    """The hosts added so far, by id."""
    held_by: str | None = None
    """The run that alone may send stream, flag and door calls."""
    free_since: datetime | None = None
    """When the last holder was proven off."""
    turn_of: str | None = field(default=None, compare=False)
    """The run that is the first to start of those that share it and are not over; None: nobody shares it."""
    needed_at: datetime | None = field(default=None, compare=False)
    """From when on another run that shares it needs it; None: none does."""
    version: int = 0
    """Grows with every write of the room itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of a broadcast; written by workers alone."""

    id: str
    state: State
    room: Room
    entered_at: datetime
    """Since when it is in its state."""
    version: int = 0
    """Grows with every write; a write names the version it decided on."""
    why: str = ""
    attempts: tuple[Attempt, ...] = ()
    """Those since `round_at`, oldest first; all of them for a create."""
    round_at: datetime | None = None
    """When it was last taken up or revived: older attempts do not count."""
    stop_asked_at: datetime | None = None
    """When an operator asked for it to be taken off the air."""
    live_at: datetime | None = None
    """When LIVE was first read: it has aired in the window that this lies in."""
    playback_url: str | None = None
    off_wanted_at: datetime | None = None
    closed_at: datetime | None = None
    """When the closing PATCH was answered 2xx, since off was wanted."""
    off_at: datetime | None = None
    looked_back_at: datetime | None = None

    @property
    def holds_room(self) -> bool:
        """Whether it alone may send stream, flag and door calls."""
        return self.room.held_by == self.id

    def of_kind(self, *kinds: Kind, since: datetime | None = None) -> tuple[Attempt, ...]:
        """Return the attempts of these kinds begun at `since` or later, oldest first."""
        return tuple(
            each for each in self.attempts if each.kind in kinds and (since is None or each.began_at >= since)
        )

    def last(self, *kinds: Kind, since: datetime | None = None) -> Attempt | None:
        """Return the latest attempt of these kinds, if there is one."""
        found = self.of_kind(*kinds, since=since)
        return found[-1] if found else None
