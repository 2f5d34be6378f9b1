"""What the leases are known to be, and who works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(seconds=15)
"""Without a word for so long a worker is not counted any more: it writes every 5 s that it works."""


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
class LeaseRecord:
    """A holding of a quota group's lease: the latest one."""

    quota_group: str
    """`*`: what belongs to no account; with SQLite all of them."""
    holder: str
    """The worker's id."""
    term: int
    """Grows with every holding."""
    expires_at: datetime | None = None
    """None: it was given up, or does not expire, as with SQLite."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Who holds what, by the database's clock."""

    now: datetime
    """What the database's clock says."""
    terms: tuple[LeaseRecord, ...]
    workers: frozenset[str]
    """Those that were heard of lately and have not left."""

    def free(self, group: str) -> bool:
        """Whether nobody holds the group: never taken, given up or expired."""
        return not any(each.quota_group == group and self.is_held(each) for each in self.terms)

    def holders(self) -> Mapping[str, str]:
        """Return who holds each group that somebody holds."""
        return {each.quota_group: each.holder for each in self.terms if self.is_held(each)}

    def is_held(self, term: LeaseRecord) -> bool:
        """Whether its expiry lies ahead."""
        return term.expires_at is not None and term.expires_at > self.now
