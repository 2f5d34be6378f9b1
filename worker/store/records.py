"""What goes into the store and comes out of it, beside the values of `jobs.model`. All frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from jobs.lifecycle import State
from jobs.model import Attempt, Broadcast, Run, Unreadable

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """Everything recorded of one run, as of one instant."""

    run: Run
    accepted: Broadcast | None
    """What was accepted last, and is in force when the row as it stands is refused."""
    wanted: Broadcast | Unreadable
    """The row as it stands."""
    wanted_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A row of the journal."""

    at: datetime
    kind: str
    """move, edit, attempt, seen, alert or request."""
    who: str
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Save:
    """One change of a run: written whole, or not at all if `before` is not what is recorded any more.

    `after.attempts` may hold the attempt already or not; the run that comes back holds it, with its id.
    """

    before: Run
    after: Run
    attempt: Attempt | None = None
    """Inserted if it has no id, else updated."""
    notes: tuple[Note, ...] = ()
    accepted: Broadcast | None = None
    """What is in force from now on; None leaves it as it was."""
    heeded: int | None = None
    """The version of the row that was looked at."""
    participants: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """The provider's ids of hosts added, by host id."""


@dataclass(frozen=True, slots=True)
class Saved:
    """It is written; `run` is what the next change is made from."""

    run: Run


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody wrote the run or its room meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Glance:
    """As much of a run as the agenda needs."""

    run_id: str
    room_key: str
    account: str
    state: State | None
    """None: the row says something else; loading it tells what."""
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unheeded:
    """A row of `broadcasts` that changed since a worker looked at it."""

    broadcast_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something an operator must hear of."""

    key: str
    """At most one alert with this key is open."""
    run_id: str | None
    severity: str
    """warning or critical."""
    title: str
    text: str
    cure: str
    raised_at: datetime | None = None
    """None: not yet in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something an operator asks of a worker."""

    id: int
    kind: str
    broadcast_id: str
    argument: str
    by: str
    asked_at: datetime
    answer: str | None = None
    """None: not heeded yet."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A schedule as it was applied."""

    content_hash: str
    """SHA-256 of the text, in hexadecimal."""
    text: str
    applied_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a schedule asks for. Renames are made first: updates and cancels name the new ids."""

    text: str
    """The schedule itself."""
    by: str
    at: datetime
    entries: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Every entry of it by key, as text."""
    renames: Sequence[tuple[str, str]] = ()
    """Old id, new id. The part before `@` is the entry's key."""
    inserts: Sequence[Broadcast] = ()
    updates: Sequence[tuple[Broadcast, int]] = ()
    """Each with the version it was decided on, before any rename."""
    cancels: Sequence[tuple[str, int]] = ()
    source: str = "schedule"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of Changes."""

    stale: tuple[str, ...] = ()
    """Ids left as they were: changed or taken by somebody else meanwhile. All others were changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One line of `status`."""

    id: str
    title: str
    account: str
    state: State | None
    """None: no worker has taken it up."""
    why: str
    """Why it is in its state; for a row that cannot be read, why not."""
    entered_at: datetime | None
    starts_at: datetime | None
    """As accepted, else as wanted; None if neither can be read."""
    ends_at: datetime | None
    entry: str | None
    source: str
    cancelled: bool
    meeting_id: str | None = None
    playback_url: str | None = None
    live_at: datetime | None = None
    off_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that works, or did."""

    id: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A holding of a quota group's lease: the latest one."""

    quota_group: str
    """`*`: all of them, as with SQLite."""
    holder: str
    """The worker's id."""
    term: int
    """Grows with every holding."""
