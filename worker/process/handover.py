"""The succession: what has to be done when a quota group becomes this worker's, and when it no longer is.

A group is entered before anything of it is run: what was recorded ahead of this clock is set back, and the
calls that others sent are counted. A group that is lost is left to whoever has it; only once somebody else is
known to have it does the failsafe forget what of it is on air (law 3).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from jobs.ids import INSTALLATION
from jobs.model import Attempt
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox
from worker.gateway.account import Gateway
from worker.kit.clock import Clock
from worker.kit.skew import SkewWatch
from worker.leases.contract import CALL_WITHIN, SharedLeases
from worker.store.errors import StoreUnavailableError
from worker.store.records import Note

LOOK_EVERY = 0.2
"""Seconds between two looks at what is held."""
SHARE_EVERY = 5.0
"""Seconds between two thoughts of giving a group up."""

LEAVING = Subject(SubjectKind.LEAVING)
"""What a worker tells that leaves with something on air; over as soon as another looks after everything."""

log = structlog.get_logger(__name__)


class Books(Protocol):
    """What the succession needs of the store."""

    async def rewind(self, now: datetime, accounts: Collection[str] | None) -> int:
        """Set back to now what a clock that was ahead wrote as later."""
        ...

    async def note(self, run_id: str, note: Note) -> None:
        """Write a row of a run's journal that goes with no change of it."""
        ...


@dataclass(slots=True, kw_only=True)
class Handover:
    """Enters what the leases give, and leaves what they take."""

    leases: SharedLeases
    gateways: Mapping[str, Gateway]
    books: Books
    failsafe: Failsafe
    alerts: Alerts
    inbox: Inbox
    clock: Clock
    worker: str
    """Who is written into the journal."""
    skew: SkewWatch
    """Told how far this machine's clock is from the database's."""
    _entered: dict[str, int] = field(default_factory=dict)
    _shared_at: float = 0.0

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await self.begin()
            await self.clock.sleep(LOOK_EVERY)

    async def begin(self) -> None:
        """Look once; a database that does not answer is looked at again."""
        try:
            await self.look()
        except StoreUnavailableError as error:
            log.warning("succession_waits", reason=str(error))

    async def look(self) -> None:
        """Leave what is not held any more, enter what is new.

        Raises:
            StoreUnavailableError: the database does not answer; the next look goes on from here.
        """
        self.leases.alive()
        terms = self.leases.terms()
        lost = [group for group, term in self._entered.items() if terms.get(group) != term]
        for group in lost:
            del self._entered[group]
            log.warning("lease_gone", group=group)
        entered = [group for group, term in terms.items() if self._entered.get(group) != term]
        for group in entered:
            await self._enter(group, terms[group])
        if lost or entered:
            await self.alerts.take_over(self.leases.held)
        if INSTALLATION in entered:
            self.alerts.tell(LEAVING, [])
        await self._release()
        await self._share()
        if skew := self.leases.skew():
            self.skew.hear(skew)

    async def _enter(self, group: str, term: int) -> None:
        accounts = self.leases.accounts(group)
        await self.books.rewind(self.clock.now(), accounts)
        for gateway in self._gateways(accounts):
            await gateway.queue.recount()
            gateway.reader.forget_all()
        self.leases.enter(group, term)
        self._entered[group] = term
        log.info("lease_entered", group=group, term=term, unfinished=await self.inbox.open())

    async def _release(self) -> None:
        """Let go of what another worker is known to run, and tell in its journal what this one did late."""
        for group in self.leases.elsewhere() - self._entered.keys():
            for run_id, late in self.failsafe.release(self.leases.accounts(group) or ()).items():
                for attempt in late:
                    await self.books.note(run_id, self._note(attempt))

    async def _share(self) -> None:
        """Give a group up that has nothing on air, if another worker has less than its share."""
        now = self.clock.monotonic()
        if now - self._shared_at < SHARE_EVERY:
            return
        self._shared_at = now
        if not self.leases.surplus():
            return
        busy = {run.room.account for run in self.failsafe.on_air()}
        for group in sorted(self._entered.keys() - {INSTALLATION}):
            if not busy.intersection(self.leases.accounts(group) or ()):
                await self._give_up(group)
                break

    async def _give_up(self, group: str) -> None:
        """Let no call leave any more, wait for those under way, and free it."""
        self.leases.leave(group)
        self._entered.pop(group, None)
        queues = [gateway.queue for gateway in self._gateways(self.leases.accounts(group))]
        until = self.clock.monotonic() + CALL_WITHIN
        while any(each.under_way for each in queues) and self.clock.monotonic() < until:
            await self.clock.sleep(LOOK_EVERY)
        await self.leases.give_up([group])
        await self.alerts.take_over(self.leases.held)

    def _gateways(self, accounts: Collection[str] | None) -> Iterable[Gateway]:
        return [each for each in self.gateways.values() if accounts is None or each.account in accounts]

    def _note(self, attempt: Attempt) -> Note:
        why = f"{attempt.detail}; after its term".lstrip("; ")
        return Note(
            at=attempt.began_at,
            kind="attempt",
            who=self.worker,
            before=attempt.kind,
            after=attempt.outcome,
            why=why,
        )
