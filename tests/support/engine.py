"""The engine over a real store, with a clock moved by hand and a provider laid out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jobs.conditions import Condition
from jobs.model import Broadcast, Run, Window
from jobs.policy import Policy
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from jobs.subject import Subject, SubjectKind
from tests.support.clock import HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases, term_begun
from tests.support.outbox import Taking
from tests.support.provider import LaidOutClient
from worker.alerting.alerts import Alerts
from worker.engine.database_reach import DatabaseReach
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox
from worker.engine.locks import Locks
from worker.engine.passes import Passes
from worker.engine.reconciler import Reconciler
from worker.engine.recorder import Recorder
from worker.engine.requests import Requests
from worker.gateway.account import Gateway
from worker.health.metrics import Metrics
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Record, Save, Saved, Stale
from worker.store.store import Store

HOUR = timedelta(hours=1)
TAG = "test"


@dataclass
class FlakyRecords:
    """The store, which may be out of reach for writes."""

    store: Store
    locked: bool = False
    held: bool = False
    """Whether another session holds the row that is to be written."""
    saved: list[Save] = field(default_factory=list)
    loads: int = 0
    """How often a record was asked for."""

    async def load(self, run_id: str) -> Record | None:
        self.loads += 1
        return await self.store.load(run_id)

    async def save(self, save: Save) -> Saved | Stale:
        if self.locked:
            raise StoreUnavailableError("locked")
        if self.held:
            raise LockedError("a row is locked")
        self.saved.append(save)
        return await self.store.save(save)


class World:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.client = LaidOutClient()
        self.store = inline()
        self.records = FlakyRecords(self.store)
        gateway = gateway_of(self.client, self.clock, tenant="tenant")
        gateways = {"default": gateway, "events": gateway}
        self.leases = HeldLeases(term_begun(self.store))
        self.outbox = Taking()
        self.alerts = Alerts(self.store, self.clock, self.outbox)
        self.recorder = Recorder(self.records, self.leases, self.clock, "worker")
        self.locks = Locks(self.clock, self.tell_of_locks)
        self.metrics = Metrics()
        self.failsafe = Failsafe(gateways, self.clock, Policy(), may_close=self.leases.held)
        self.reconciler = self._reconciler(gateways)
        self.passes = Passes(self.reconciler.reconcile, self.clock)
        self.inbox = self._inbox(dict.fromkeys(gateways, ""))

    def _reconciler(self, gateways: Mapping[str, Gateway]) -> Reconciler:
        return Reconciler(
            recorder=self.recorder,
            gateways=gateways,
            leases=self.leases,
            failsafe=self.failsafe,
            alerts=self.alerts,
            clock=self.clock,
            policy=Policy(),
            installation=TAG,
            locks=self.locks,
            telemetry=self.metrics,
        )

    def _inbox(self, tenants: Mapping[str, str]) -> Inbox:
        return Inbox(
            tray=self.store,
            recorder=self.recorder,
            passes=self.passes,
            requests=Requests(self.store, self.recorder, self.passes, self.leases, self.clock),
            tenants=tenants,
            installation=TAG,
            clock=self.clock,
            leases=self.leases,
            policy=Policy(),
            reach=DatabaseReach(self.clock, lambda _: None),
            locks=self.locks,
        )

    def tell_of_locks(self, run_id: str, conditions: Sequence[Condition]) -> None:
        self.alerts.tell(Subject(SubjectKind.LOCK, run_id), conditions)

    async def add(self, broadcast_id: str = "show", starts_in: timedelta = HOUR, **changes: object) -> None:
        start = self.clock.now() + starts_in
        wanted = Broadcast(id=broadcast_id, title="Show", window=Window(start, start + HOUR))
        await self.store.add(replace(wanted, **changes))  # type: ignore[arg-type]  # A test's own short form.
        await self.inbox.look()

    async def go(self, seconds: float = 0, run_id: str = "show") -> datetime | None:
        """Let time pass, then make passes until one has nothing to do at once."""
        self.clock.move(seconds)
        for _ in range(30):
            at = await self.reconciler.reconcile(run_id)
            if at is None or at > self.clock.now():
                return at
        raise AssertionError("passes in a circle")

    async def run(self, run_id: str = "show") -> Run:
        record = await self.store.load(run_id)
        assert record
        return record.run

    async def on_air(self, **changes: object) -> None:
        await self.add(**changes)  # type: ignore[arg-type]  # As in `add`.
        await self.go()
        await self.go(3600)
        self.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
        await self.go(5)
        assert (await self.run()).state is State.LIVE
