"""What an alert is about: a kind and an id. Each kind has one teller, and no two subjects have one name."""

from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """Whose subjects they are, and what their ids name."""

    BROADCAST = "broadcast"
    """A broadcast, as its passes see it; by its id."""
    MEMORY = "memory"
    """A broadcast, as it is remembered when no pass can look; by its id."""
    LOCK = "lock"
    """A broadcast's row that another session keeps locked; by its id."""
    REMINDER = "reminder"
    """What the hosts of a broadcast are sent; by its id."""
    ACCOUNT = "account"
    """What the provider says of an account; by its name."""
    QUOTA = "quota"
    """The quota of an account; by its name."""
    SWEEP = "sweep"
    """The sweep of an account; by its name."""
    MEETING = "meeting"
    """A meeting that a sweep found; by its account, a slash and its id at the provider."""
    CHANNEL = "channel"
    """A channel for alerts; by its place among the settings."""
    WEBHOOK = "webhook"
    """An address that events are posted to; by its place among the settings."""
    CLOCK = "clock"
    """This host's clock: by itself, or beside another: `skew`, `database`."""
    DATABASE = "database"
    WORKER = "worker"
    """The process and its pages."""
    SCHEDULE = "schedule"
    """The file that is followed; with an id, what it asks for this broadcast."""
    CALENDAR = "calendar"
    """The calendar that an entry of the schedule follows; by the entry's key."""
    COST = "cost"
    """What the month will have cost."""
    DUTY = "duty"
    """What a worker does beside the passes; by its name."""
    LEAVING = "leaving"
    """A worker that leaves with something on air."""


OF_A_BROADCAST = frozenset(
    {SubjectKind.BROADCAST, SubjectKind.MEMORY, SubjectKind.LOCK, SubjectKind.REMINDER}
)
OF_AN_ACCOUNT = frozenset({SubjectKind.ACCOUNT, SubjectKind.QUOTA, SubjectKind.SWEEP, SubjectKind.MEETING})
OF_THE_PROCESS = frozenset(
    {SubjectKind.CLOCK, SubjectKind.CHANNEL, SubjectKind.DATABASE, SubjectKind.WORKER, SubjectKind.DUTY}
)
"""What is told of these is so of one process, whatever leases it holds."""

_KINDS = frozenset(SubjectKind)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that alerts are about."""

    kind: str
    """A SubjectKind, or one that a newer worker knows."""
    id: str = ""
    """Empty: there is one of its kind."""

    def __str__(self) -> str:
        """Return its name, as messages and lines of the log have it: no two subjects have the same."""
        match self.kind:
            case SubjectKind.BROADCAST:
                return self.id if _is_plain(self.id) else f"{self.kind}/{self.id}"
            case SubjectKind.MEMORY | SubjectKind.LOCK | SubjectKind.REMINDER:
                return f"{self.id}/{self.kind}" if _is_plain(self.id) else f"{self.kind}/{self.id}"
            case SubjectKind.QUOTA:
                return f"{SubjectKind.ACCOUNT}/{self.id}/{self.kind}"
            case _:
                return f"{self.kind}/{self.id}" if self.id else self.kind

    @property
    def run_id(self) -> str | None:
        """The broadcast that it is, or None."""
        return self.id if self.kind in OF_A_BROADCAST else None

    @property
    def account(self) -> str | None:
        """The account that it is of, if the subject says so by itself."""
        return self.id.partition("/")[0] if self.kind in OF_AN_ACCOUNT else None


def named(name: str, run_id: str | None) -> Subject:
    """Return the subject of an alert that was told under this name, of this run or of none, before 0005."""
    if run_id is not None:
        is_remembered = name != run_id and name.endswith(f"/{SubjectKind.MEMORY}")
        return Subject(SubjectKind.MEMORY if is_remembered else SubjectKind.BROADCAST, run_id)
    kind, _, rest = name.partition("/")
    account, _, last = rest.rpartition("/")
    if kind == SubjectKind.ACCOUNT and last == SubjectKind.QUOTA:
        return Subject(SubjectKind.QUOTA, account)
    return Subject(kind, rest)


def _is_plain(broadcast_id: str) -> bool:
    """Whether it names a broadcast by itself: it is no word for another kind, and no path."""
    return "/" not in broadcast_id and broadcast_id not in _KINDS
