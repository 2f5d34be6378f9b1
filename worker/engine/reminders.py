"""Hosts are sent their links, and are told what becomes of the broadcast, before it begins.

What is due is decided in `jobs.reminders`. Here it is written down before it is sent, in the name of the term
that is held, so that neither a crash nor a second worker sends it again; and a link is minted in the instant
it is sent, to be kept nowhere (law 10).
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog

from jobs.model import Broadcast
from jobs.reminder_alarms import Waiting, not_sent, quiet_until
from jobs.reminders import Delivery, Due, Reminder, due
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.alerting.host_services import HostServices
from worker.engine.letters import Letters, NotMintedError
from worker.gateway.permit import WithdrawnError
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.leases.contract import Leases
from worker.provider.errors import ProviderError
from worker.store.duties import ToNotify
from worker.store.errors import StoreError
from worker.store.records import Fence, Record

AT_ONCE = 8
"""Hosts who are told side by side."""

log = structlog.get_logger(__name__)


class ReminderRows(Protocol):
    """What is needed of the store."""

    async def to_notify(self, now: datetime) -> list[ToNotify]:
        """Return the runs of which hosts may have to be told something."""
        ...

    async def load(self, run_id: str) -> Record | None:
        """Return everything recorded of one run."""
        ...

    async def reminders(self, run_id: str) -> list[Reminder]:
        """Return every message to a host of one run."""
        ...

    async def begin_reminder(self, run_id: str, reminder: Reminder, fence: Fence) -> bool:
        """Write down that a message is being sent, unless it may have been sent already."""
        ...

    async def settle_reminder(self, run_id: str, reminder: Reminder) -> None:
        """Write down what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of one run, as of the last look at it."""

    versions: tuple[int, int]
    wanted: Broadcast
    record: Record
    told: tuple[Reminder, ...]

    def due(self, now: datetime) -> list[Due]:
        """Return what is to be sent now."""
        return due(self.wanted, self.record.run, self.told, now)


@dataclass(slots=True, kw_only=True)
class Reminders:
    """Looks what hosts are due, and sends it."""

    rows: ReminderRows
    letters: Letters
    services: HostServices
    leases: Leases
    alerts: Alerts
    clock: Clock
    _known: dict[str, Known] = field(default_factory=dict)
    _quiet: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """When each was looked at, and until when that says all."""
    _busy: set[tuple[str, str]] = field(default_factory=set)
    """Who is being told: run and host."""
    _waiting: dict[str, dict[str, Waiting]] = field(default_factory=dict)
    """What could not leave, by run and host."""
    _unwritten: list[tuple[str, Reminder]] = field(default_factory=list)
    """What came of messages, and is not written yet."""
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _work: Nursery = field(default_factory=Nursery)

    async def look(self) -> None:
        """Begin to send what is due, and tell what was not sent.

        A database that is away is told elsewhere.
        """
        try:
            await self._write_what_is_left()
            await self._look()
        except StoreError as error:
            log.debug("reminders_unread", reason=str(error))

    async def _write_what_is_left(self) -> None:
        while self._unwritten:
            await self._settle(*self._unwritten.pop(0))

    async def close(self) -> None:
        """Leave what is under way: the next worker tells that nobody knows what came of it."""
        await self._work.cancel()

    async def _look(self) -> None:
        found = {each.run_id: each for each in await self.rows.to_notify(self.clock.now())}
        ours = {id_: each for id_, each in found.items() if self.leases.held(each.account)}
        for gone in self._known.keys() - ours.keys():
            self._drop(gone)
        for each in ours.values():
            await self._learn(each)
        now = self.clock.now()
        awake = [each for each in self._known.values() if not self._is_quiet(each, now)]
        for known in sorted(awake, key=lambda each: each.wanted.window.starts_at):
            self._begin(known, now)
        self._take_back(ours.keys(), found.keys() - ours.keys())
        open_ones = self.alerts.about()
        for known in awake:
            self._tell(known, now, open_ones)

    def _is_quiet(self, known: Known, now: datetime) -> bool:
        """Whether it was looked at, and nothing can have become due since; the clock may be set back."""
        run_id = known.wanted.id
        looked_at, until = self._quiet.get(run_id, (now, now))
        if looked_at <= now < until and run_id not in self._waiting:
            return True
        self._quiet[run_id] = now, quiet_until(known.wanted, known.told, now)
        return False

    async def _learn(self, found: ToNotify) -> None:
        """Load what changed since; one that cannot be read holds up no other (law 9)."""
        before = self._known.get(found.run_id)
        if before and before.versions == found.versions:
            return
        self._drop(found.run_id)
        try:
            known = await self._loaded(found.run_id, found.versions)
        except StoreError as error:
            log.warning("reminders_unreadable", run=found.run_id, reason=str(error))
            return
        if known:
            self._known[found.run_id] = known

    def _drop(self, run_id: str) -> None:
        """Have it loaded, and looked at, anew."""
        self._known.pop(run_id, None)
        self._quiet.pop(run_id, None)

    async def _loaded(self, run_id: str, versions: tuple[int, int]) -> Known | None:
        record = await self.rows.load(run_id)
        if record is None or record.accepted is None:
            return None
        return Known(versions, record.accepted, record, tuple(await self.rows.reminders(run_id)))

    def _begin(self, known: Known, now: datetime) -> None:
        for each in known.due(now):
            key = known.wanted.id, each.host.id
            if key not in self._busy:
                self._busy.add(key)
                self._work.start(self._attend(*key), f"reminder of {known.wanted.id}")

    async def _attend(self, run_id: str, host: str) -> None:
        """Tell one host; what goes wrong with it holds up no other (law 9)."""
        try:
            async with self._slots:
                await self._send(run_id, host)
        except StoreError as error:
            log.info("reminder_put_off", run=run_id, host=host, reason=str(error))
        except Exception as error:
            log.critical("reminder_failed", run=run_id, host=host, exc_info=True)
            self._waits(run_id, host, host, type(error).__name__)
        finally:
            self._busy.discard((run_id, host))
            self._drop(run_id)
            if run_id not in self._waiting and run_id not in {run for run, _ in self._busy}:
                self.letters.forget(run_id)

    def _waits(self, run_id: str, host: str, name: str, why: str) -> None:
        waiting = self._waiting.setdefault(run_id, {})
        since = waiting[host].since if host in waiting else self.clock.now()
        waiting[host] = Waiting(name, since, why)

    def _waits_no_more(self, run_id: str, host: str) -> None:
        self._waiting.get(run_id, {}).pop(host, None)
        if not self._waiting.get(run_id, {}):
            self._waiting.pop(run_id, None)

    async def _send(self, run_id: str, host: str) -> None:
        """Send what is due by now: it may have waited for its turn, and be another, or nothing."""
        known = await self._loaded(run_id, (0, 0))
        found = known.due(self.clock.now()) if known else []
        for each in found:
            if known and each.host.id == host:
                await self._send_one(known, each)

    async def _send_one(self, known: Known, due: Due) -> None:
        run_id, host = known.wanted.id, due.host
        try:
            letter = await self.letters.to(known.wanted, known.record.run.room, due)
        except WithdrawnError as error:
            self._waits(run_id, host.id, host.name, str(error))
            return
        except (ProviderError, NotMintedError) as error:
            self._waits_no_more(run_id, host.id)
            await self._fail(known, due, str(error))
            return
        self._waits_no_more(run_id, host.id)
        if host.contact and await self._is_begun(known, due):
            told = await self.services.send(host.contact, letter)
            log.info("host_told", run=run_id, host=host.id, what=due.reminder.what, outcome=told.outcome)
            await self._settle(run_id, replace(due.reminder, outcome=told.outcome, detail=told.detail))

    async def _fail(self, known: Known, due: Due, reason: str) -> None:
        """Write down that there was nothing to send."""
        if await self._is_begun(known, due):
            failed = replace(due.reminder, outcome=Delivery.FAILED, detail=reason)
            await self._settle(known.wanted.id, failed)

    async def _is_begun(self, known: Known, due: Due) -> bool:
        """Write down that it is being sent; False: it may have been sent already, or is another's to send."""
        fence = self.leases.fence(known.record.run.room.account)
        begun = replace(due.reminder, at=self.clock.now())
        return fence is not None and await self.rows.begin_reminder(known.wanted.id, begun, fence)

    async def _settle(self, run_id: str, reminder: Reminder) -> None:
        """Write what came of a message; what the database does not take now is written at a later look."""
        try:
            await self.rows.settle_reminder(run_id, reminder)
        except StoreError:
            self._unwritten.append((run_id, reminder))
            raise

    def _take_back(self, ours: Collection[str], theirs: Collection[str]) -> None:
        """Take back what was told of what is over; others tell what is theirs."""
        told = {each.id for each in self.alerts.about() if each.kind == SubjectKind.REMINDER}
        for gone in told.difference(ours, theirs):
            self.alerts.tell(Subject(SubjectKind.REMINDER, gone), [])
        for gone in self._waiting.keys() - set(ours):
            del self._waiting[gone]

    def _tell(self, known: Known, now: datetime, open_ones: Collection[Subject]) -> None:
        """Tell what was not sent; or that all of it was, if something else is told."""
        run_id = known.wanted.id
        about, waiting = Subject(SubjectKind.REMINDER, run_id), self._waiting.get(run_id, {}).values()
        found = not_sent(known.wanted, known.told, waiting, now)
        if found or about in open_ones:
            self.alerts.tell(about, [found] if found else [])
