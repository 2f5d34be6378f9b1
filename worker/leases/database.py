"""Keeps the leases of one worker: takes what is free, renews in time, gives up what it has too much of.

It runs on a thread and a connection of its own, so that nothing that holds up the worker holds up a renewal.
What it found is read from the worker's thread: every value here is replaced whole, never changed in place.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol

import structlog

from jobs.ids import INSTALLATION
from worker.kit.clock import Clock
from worker.kit.skew import Skew
from worker.leases.contract import HANGS_AFTER, LEASE, LOOK_EVERY, RENEW_EVERY, Term
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.records import Fence
from worker.store.standings import Standings

AGAIN_AFTER = 0.2
"""Seconds after a look that the database did not answer."""
PATIENT_LOOKS = 3
"""A group that was free for so many looks is taken by whoever sees it, its share or not."""

log = structlog.get_logger(__name__)


async def nothing_to_close() -> None:
    """Close nothing."""


class LeaseStore(Protocol):
    """Where leases are kept."""

    async def standings(self) -> Standings:
        """Return who holds what now."""
        ...

    async def take_lease(self, group: str, holder: str, seconds: float) -> int | None:
        """Take a group if it is free; return the new term."""
        ...

    async def renew_leases(self, terms: Mapping[str, int], holder: str, seconds: float) -> frozenset[str]:
        """Renew; return the groups for which that was still possible."""
        ...

    async def resign_leases(self, terms: Mapping[str, int], holder: str) -> None:
        """Free the groups."""
        ...


@dataclass(slots=True, eq=False)
class DatabaseLeases:
    """The leases of one worker, kept by the database's clock."""

    store: LeaseStore
    clock: Clock
    holder: str
    """The worker's name; no other worker ever had it."""
    group_of: Mapping[str, str]
    """The quota group of each account."""
    _skew: Skew | None = None
    _alive_at: float = 0.0
    _terms: Mapping[str, Term] = field(default_factory=dict)
    _entered: Mapping[str, int] = field(default_factory=dict)
    _standings: Standings | None = None
    _free_looks: Counter[str] = field(default_factory=Counter)
    _resigned: bool = False

    # What the worker asks.

    def held(self, account: str = INSTALLATION) -> bool:
        """Whether a call for this account may leave now, or a change of its runs be written."""
        return self.fence(account) is not None

    def fence(self, account: str) -> Fence | None:
        """Return in whose name a change is written; None: it must not be."""
        group = self.group_of.get(account, INSTALLATION)
        term = self.terms().get(group)
        return Fence(group, term) if term is not None and self._entered.get(group) == term else None

    def terms(self) -> Mapping[str, int]:
        """Return the terms that are trusted now, by quota group."""
        now = self.clock.monotonic()
        return {group: term.number for group, term in self._terms.items() if term.remaining(now) > 0}

    def accounts(self, group: str) -> Collection[str]:
        """Return the accounts of a group; `*` stands for what belongs to none."""
        found = [account for account, its in self.group_of.items() if its == group]
        return [INSTALLATION] if group == INSTALLATION else found

    def enter(self, group: str, term: int) -> None:
        """Say that everything is ready for the group to be run: from now on it is held."""
        self._entered = {**self._entered, group: term}

    def leave(self, group: str) -> None:
        """Say that the group is not to be run any more, though its lease is still there."""
        self._entered = {name: term for name, term in self._entered.items() if name != group}

    def groups(self) -> Collection[str]:
        """Return every group that this worker could run."""
        return [*self._wanted(), INSTALLATION]

    def successors(self) -> frozenset[str]:
        """Return the other workers that are there to take over, as last seen."""
        return self._present() - {self.holder}

    async def look_around(self) -> None:
        """Learn anew who else is there.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        await self._see()

    def skew(self) -> Skew | None:
        """Return how far this machine's clock was from the database's at the last look."""
        return self._skew

    def alive(self) -> None:
        """Say that the worker's loop turns."""
        self._alive_at = self.clock.monotonic()

    def elsewhere(self) -> frozenset[str]:
        """Return the groups that another worker holds, as last seen."""
        holders = self._standings.holders() if self._standings else {}
        return frozenset(group for group, holder in holders.items() if holder != self.holder)

    def surplus(self) -> int:
        """Return how many groups this worker holds above its share, while another holds less than its own."""
        if self._standings is None:
            return 0
        holders = Counter(who for group, who in self._standings.holders().items() if group != INSTALLATION)
        idle = any(holders[each] < len(self._wanted()) // len(self._present()) for each in self._present())
        return max(0, holders[self.holder] - self._share()) if idle else 0

    # What it does, on its own thread.

    async def run(self) -> None:
        """Look, again and again."""
        while not self._resigned:
            try:
                await self.look()
                pause = LOOK_EVERY
            except StoreUnavailableError as error:
                log.debug("leases_out_of_reach", reason=str(error))
                pause = AGAIN_AFTER
            await self.clock.sleep(pause)

    async def look(self) -> None:
        """Renew what is due, then take what is free.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        await self._renew()
        await self._see()
        for group in self._to_take():
            with suppress(LockedError):
                await self._take(group)

    async def give_up(self, groups: Collection[str]) -> None:
        """Free these groups. They must have no call under way."""
        await self._free(groups)

    async def resign(self) -> None:
        """Free everything, and take nothing any more."""
        self._resigned = True
        await self._free(list(self._terms))

    async def _free(self, groups: Collection[str]) -> None:
        terms = {group: term.number for group, term in self._terms.items() if group in groups}
        self._terms = {group: term for group, term in self._terms.items() if group not in groups}
        self._free_looks = Counter(dict.fromkeys(groups, -PATIENT_LOOKS))
        for group, number in terms.items():
            with suppress(LockedError):  # it runs out by itself
                await self.store.resign_leases({group: number}, self.holder)

    async def _renew(self) -> None:
        now = self.clock.monotonic()
        latest = now - RENEW_EVERY + LOOK_EVERY
        due = {group: term.number for group, term in self._terms.items() if term.renewed_at <= latest}
        if not due or now - self._alive_at > HANGS_AFTER:
            return
        renewed, locked = await self._renewed(due)
        for group in sorted(due.keys() - renewed - locked):
            log.warning("lease_lost", group=group, term=due[group])
        kept = {group: Term(number, now) for group, number in due.items() if group in renewed}
        kept |= {group: self._terms[group] for group in locked}
        rest = {group: term for group, term in self._terms.items() if group not in due}
        self._terms = {**rest, **kept}

    async def _renewed(self, due: Mapping[str, int]) -> tuple[frozenset[str], frozenset[str]]:
        """Renew; return the groups for which that was possible, and those that a lock kept from being."""
        try:
            return await self.store.renew_leases(due, self.holder, LEASE), frozenset()
        except LockedError:
            return await self._renewed_apart(due)

    async def _renewed_apart(self, due: Mapping[str, int]) -> tuple[frozenset[str], frozenset[str]]:
        """A lock on the row of one group is no other's trouble; its own is renewed yet, or runs out."""
        renewed, locked = set[str](), set[str]()
        for group, number in due.items():
            try:
                renewed |= await self.store.renew_leases({group: number}, self.holder, LEASE)
            except LockedError as error:
                log.warning("lease_locked", group=group, term=number, reason=str(error))
                locked.add(group)
        return frozenset(renewed), frozenset(locked)

    async def _see(self) -> None:
        sent_at = self.clock.now()
        self._standings = found = await self.store.standings()
        self._skew = Skew(sent_at - found.now, self.clock.now() - found.now)
        self._find_again(found)
        for group in self.groups():
            self._free_looks[group] = self._free_looks[group] + 1 if found.free(group) else 0

    def _find_again(self, found: Standings) -> None:
        """Keep what was taken without a word of it coming back; nothing is trusted before it is renewed."""
        lost = {each.quota_group: each.term for each in found.terms if each.holder == self.holder}
        unheard = {
            group: Term(number, -inf)
            for group, number in lost.items()
            if found.holders().get(group) == self.holder and group not in self._terms
        }
        self._terms = {**self._terms, **({} if self._resigned else unheard)}

    def _to_take(self) -> Sequence[str]:
        """Return the free groups that are this worker's to take: its share, or what nobody else takes."""
        hangs = self.clock.monotonic() - self._alive_at > HANGS_AFTER
        if self._resigned or hangs or self._standings is None:
            return ()
        free = [group for group in self._wanted() if self._standings.free(group)]
        room = max(0, self._share() - len(self._terms.keys() - {INSTALLATION}))
        ours = free[:room] + [group for group in free[room:] if self._free_looks[group] > PATIENT_LOOKS]
        busy = bool(ours or self._terms) or self._free_looks[INSTALLATION] > PATIENT_LOOKS
        return [*ours, INSTALLATION] if busy and self._standings.free(INSTALLATION) else ours

    async def _take(self, group: str) -> None:
        sent_at = self.clock.monotonic()
        number = await self.store.take_lease(group, self.holder, LEASE)
        if number is not None:
            log.info("lease_taken", group=group, term=number)
            self._terms = {**self._terms, group: Term(number, sent_at)}

    def _wanted(self) -> Sequence[str]:
        return sorted(set(self.group_of.values()))

    def _present(self) -> frozenset[str]:
        """Return the workers that are there, this one among them."""
        return (self._standings.workers if self._standings else frozenset()) | {self.holder}

    def _share(self) -> int:
        return -(-len(self._wanted()) // len(self._present()))


@dataclass(slots=True, eq=False)
class ThreadedLeaseKeeper(DatabaseLeases):
    """A lease keeper on a thread and a loop of its own. Started once."""

    close: Callable[[], Awaitable[None]] = nothing_to_close
    """Lets go of its connection."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def start(self) -> None:
        """Begin to look; the first look is a matter of milliseconds."""
        self.alive()
        threading.Thread(target=self._work, name="leases", daemon=True).start()

    async def look_around(self) -> None:
        """Learn anew who else is there, over there."""
        await self._there(self._see())

    async def give_up(self, groups: Collection[str]) -> None:
        """Free these groups, over there."""
        await self._there(self._free(groups))

    async def resign(self) -> None:
        """Free everything, over there, and end."""
        self._resigned = True
        await self._there(self._free(list(self._terms)))

    def _work(self) -> None:
        self._loop.run_until_complete(self.run())
        self._loop.run_until_complete(self.close())

    async def _there(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
