"""What goes into the store and comes out of it, beside the values of `jobs.model`. All frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from jobs.model import Attempt, Broadcast, Run, Unreadable
from jobs.run.lifecycle import State
from jobs.subject import Subject
from worker.store.calendars import CalendarCopy
from worker.store.orders import Version


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
    """move, order (what somebody changed), edit (what a worker made of it), attempt, wait, seen, sweep or
    alert."""
    who: str
    before: str = ""
    after: str = ""
    why: str = ""


SETTLED_AFTER = timedelta(seconds=10)
"""By then, what was being written is written, or was given up (twice the longest that a call takes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A row of the journal, among all others."""

    seq: int
    """Its number: those that are written later have greater ones."""
    broadcast_id: str
    at: datetime
    kind: str
    who: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A schedule that was put in force, without its text."""

    number: int
    content_hash: str
    applied_at: datetime
    by: str
    """`follow`, where a worker read the file; else the command, and who gave it."""


@dataclass(frozen=True, slots=True)
class Fence:
    """In whose name a change is made: it is made only while this is the group's term."""

    quota_group: str
    term: int


@dataclass(frozen=True, slots=True)
class Save:
    """One change of a run: written whole, or not at all if `before` is not what is recorded any more.

    `after.attempts` may hold the attempts already or not; the run that comes back holds them, with their ids.
    """

    before: Run
    after: Run
    attempts: tuple[Attempt, ...] = ()
    """Each is inserted if it has no id, else updated."""
    through: tuple[State, ...] = ()
    """The states gone through on the way from `before.state` to `after.state`, in order, those two left out.
    None: at most one move."""
    notes: tuple[Note, ...] = ()
    accepted: Broadcast | None = None
    """What is in force from now on; None leaves it as it was."""
    heeded: int | None = None
    """The version of the row that was looked at."""
    fence: Fence | None = None
    """None: in nobody's name, as tests do it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """It is written; `run` is what the next change is made from."""

    run: Run
    heeded: bool = True
    """False: the row waits on in the inbox, for somebody else is changing it just now."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody wrote the run or its room meanwhile, or took over the lease; nothing was written."""


@dataclass(frozen=True, slots=True)
class Glance:
    """As much of a run as the agenda needs."""

    run_id: str
    marker: str
    """Its room's: a rename changes keys and ids, and leaves this."""
    account: str
    state: State | None
    """None: the row says something else; loading it tells what."""
    starts_at: datetime | None
    ends_at: datetime | None
    due_at: datetime | None = None
    """When its meeting is due, if it has none; None: there may be something to do now."""


@dataclass(frozen=True, slots=True)
class Unheeded:
    """A row of `broadcasts` that changed since a worker looked at it."""

    broadcast_id: str
    version: int
    account: str | None = None
    """Whose run it has; None: it has none yet."""
    marker: str | None = None
    """The marker of its run's room; None: it has none yet."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that has no run yet, and the run that it is to have."""

    wanted: Broadcast | Unreadable
    version: int
    """The version of the row that was looked at."""
    run: Run
    accepted: Broadcast | None
    """None: it is rejected."""
    note: Note
    fence: Fence | None = None
    """None: in nobody's name, as tests do it."""


class Taken(IntEnum):
    """What became of an Arrival."""

    NO = 0
    """It has a run already, the term is over in whose name it was, or it cannot be written."""
    YES = 1
    LOCKED = 2
    """Another session holds a lock on its row, or on the room that it is to share: it waits on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something an operator must hear of."""

    key: str
    """At most one alert with this key is open."""
    subject: Subject
    severity: str
    """warning or critical."""
    title: str
    text: str
    cure: str
    raised_at: datetime | None = None
    """None: not yet in the database."""
    id: int | None = None
    """Its row; None: it was not read from one."""
    resolved_at: datetime | None = None
    """None: it is open."""
    account: str | None = None
    """The account of its run; None: it has no run, or that is not known."""
    is_over: bool = False
    """Whether its run is over and was looked back at: no pass of it will say any more whether this holds."""

    @property
    def run_id(self) -> str | None:
        """The broadcast that it is about; None: it is about none."""
        return self.subject.run_id


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
    """None: not picked up yet."""
    answered_at: datetime | None = None
    account: str | None = None
    """The account of the broadcast's run; None: it has none, or is not there."""
    marker: str | None = None
    """The marker of its run's room; None: as above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a schedule asks for. Renames are made first: updates and cancels name the new ids."""

    text: str
    """The schedule itself."""
    by: str
    at: datetime
    renames: Sequence[tuple[str, str]] = ()
    """Old id, new id. The part before `@` is the entry's key."""
    inserts: Sequence[Broadcast] = ()
    updates: Sequence[tuple[Broadcast, int]] = ()
    """Each with the version it was decided on, before any rename."""
    cancels: Sequence[tuple[str, int]] = ()
    whys: Mapping[str, str] = field(default_factory=dict)
    """Why each is cancelled, by its id."""
    source: str = "schedule"
    calendars: Sequence[CalendarCopy] = ()
    """Copies that this was planned by, and that are to be the last good ones."""
    after: int | None = None
    """The number of the schedule that it is to supersede; None: whichever is in force."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of Changes."""

    stale: tuple[str, ...] = ()
    """Ids left as they were: changed or taken by somebody else meanwhile. All others were changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """As much of a broadcast as a calendar shows."""

    id: str
    title: str
    state: State | None
    starts_at: datetime | None
    ends_at: datetime | None


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
    added_at: datetime | None = None
    """When its row was inserted."""
    planned_end: datetime | None = None
    """The end before it was moved by rule; None: it was not."""
    version: Version = field(default_factory=Version)
