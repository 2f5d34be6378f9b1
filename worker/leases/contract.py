"""The lease: the right of one worker to run a quota group. Here in prose first; then in arithmetic.

The database decides. A lease is a row of `leases`: a quota group, its holder, a *term* and an expiry. Whoever
takes a lease that is free, or whose expiry has passed by the database's clock, adds one to the term. A term
only grows and never comes back, so it names one holding by one worker. Every renewal, every resignation and
every change of a run names the exact term in which it is made, and comes to nothing when the row says
another.

A worker's own clock does one thing only: it makes the worker stop trusting itself. The trust is counted from
the instant at which the renewal that was answered last was *sent*: the database wrote the expiry later than
that, so the trust always ends before the lease does. No call but a stop leaves without trust, and the trust
ends so long before the lease that a call which left in its last instant has passed its deadline before
anybody else can hold the lease. So it may take, one after the other:

    5 s  until the next renewal is sent
    4 s  for two renewals that are not answered within 2 s
    8 s  for a call that left just before the trust ended
    3 s  of margin, for a machine that is slow to notice
   ----
   20 s  the lease

A worker that is up and does not hold the lease looks once a second; it has it at the latest 20 s + 1 s + 2 s
after the holder's last renewal. A worker that leaves resigns, which frees the lease at once.

A lease is for whoever can act: a worker whose loop has not turned for 5 s renews nothing, whatever its other
threads do.

What this does not guarantee. A call that left in time may take effect late: the provider may answer nothing
and act all the same. A frozen process may wake between being admitted and sending. Nothing here can call that
back; the next holder finds the effect by reading, as after any crash: a late create is a twin that the sweep
closes, a late start is seen and stopped. And stops are outside of all this (law 3): whoever knows that
something is on air past its end may stop it, lease or none.

Who takes what. Accounts that share a quota share a group, and a group has one holder, so that its calls are
counted in one place. What belongs to no account (following a file, forgetting what is old) is a group by
itself, `*`. A worker that holds less than its share takes what is free at once; more than its share only when
nobody else took it for a while. A worker that holds more than its share gives groups up, one at a time and
only when nothing of theirs is on air, once another holds less than its own.

With SQLite there is one worker, and a lock on a file is the lease of everything: see `worker.leases.file`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from jobs.ids import INSTALLATION
from worker.kit.skew import Skew
from worker.store.records import Fence

LEASE = 20.0
"""Seconds from a renewal to its expiry."""
RENEW_EVERY = 5.0
CALL_WITHIN = 8.0
"""Seconds that a call to the provider takes at most."""
MARGIN = 3.0
LOOK_EVERY = 1.0
"""Seconds between two looks of a worker that stands by."""
HANGS_AFTER = 5.0
"""Seconds without a turn of the worker's loop after which its leases are not renewed any more."""
TAKEN_OVER_WITHIN = 25.0
"""Seconds after its holder's death by which a lease is another's."""
TRUSTED_FOR = LEASE - CALL_WITHIN - MARGIN
"""Seconds from sending a renewal for which calls may leave."""


class LeaseArithmeticError(Exception):
    """The durations do not add up: a call could outlive the lease, or nobody take over in time."""


def check_arithmetic(database_within: float, call_within: float) -> None:
    """Hold the durations that are in force against those that the lease is built on.

    Raises:
        LeaseArithmeticError: they do not add up.
    """
    renewed = RENEW_EVERY + 2 * database_within
    if renewed + call_within + MARGIN > LEASE:
        raise LeaseArithmeticError(
            f"{renewed:g} s to renew + {call_within:g} s for a call + {MARGIN:g} s are more than {LEASE:g} s"
        )
    if LEASE + LOOK_EVERY + database_within > TAKEN_OVER_WITHIN:
        raise LeaseArithmeticError(f"nobody could take over within {TAKEN_OVER_WITHIN:g} s")


@dataclass(frozen=True, slots=True)
class Term:
    """One holding of a quota group by this worker."""

    number: int
    """Only grows, whoever holds the group."""
    renewed_at: float
    """When the renewal that was answered last was sent, in monotonic seconds."""

    def remaining(self, now: float) -> float:
        """Return for how many seconds calls may still leave; 0 or less: for none."""
        return self.renewed_at + TRUSTED_FOR - now


class Leases(Protocol):
    """What this worker may run: what passes ask."""

    def held(self, account: str = INSTALLATION) -> bool:
        """Whether a call for this account may leave now, or a change of its runs be written."""
        ...

    def fence(self, account: str) -> Fence | None:
        """Return in whose name a change is written; None: it must not be."""
        ...

    def terms(self) -> Mapping[str, int]:
        """Return the terms that are trusted now, by quota group."""
        ...


class SharedLeases(Leases, Protocol):
    """Leases that workers hand over to each other: what drives that, and what it goes by."""

    def accounts(self, group: str) -> Collection[str] | None:
        """Return the accounts of a group; None: every account."""
        ...

    def enter(self, group: str, term: int) -> None:
        """Say that everything is ready for the group to be run: from now on it is held."""
        ...

    def leave(self, group: str) -> None:
        """Say that the group is not to be run any more, though its lease is still there."""
        ...

    def groups(self) -> Collection[str]:
        """Return every group that this worker could run."""
        ...

    def successors(self) -> frozenset[str]:
        """Return the other workers that are there to take over, as last seen."""
        ...

    async def look_around(self) -> None:
        """Learn anew who else is there.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        ...

    def skew(self) -> Skew | None:
        """Return how far this machine's clock was from the database's at the last look; None: the same."""
        ...

    def alive(self) -> None:
        """Say that the worker's loop turns. A lease is not renewed for a loop that hangs."""
        ...

    def elsewhere(self) -> frozenset[str]:
        """Return the groups that another worker holds, as last seen."""
        ...

    def surplus(self) -> int:
        """Return how many groups this worker holds above its share, while another holds less than its own."""
        ...

    async def give_up(self, groups: Collection[str]) -> None:
        """Free these groups, for others to take. They must have no call under way."""
        ...

    async def resign(self) -> None:
        """Give everything up, so that another can take it at once."""
        ...


def refusal(account: str, held: Callable[[str], bool]) -> str:
    """Return why no call for this account may leave that needs its lease; empty: it may."""
    return "" if held(account) else "the lease has run out"
