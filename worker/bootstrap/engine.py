"""The engine's parts, each given at its making what it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from jobs.conditions import Condition
from jobs.model import Run
from jobs.policy import Policy
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.bootstrap.resources import Resources
from worker.engine.database_reach import DatabaseReach
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox
from worker.engine.locks import Locks
from worker.engine.passes import Passes
from worker.engine.reconciler import Reconciler
from worker.engine.recorder import Recorder
from worker.engine.requests import Requests
from worker.engine.sweeper import Sweeper
from worker.gateway.account import Gateway
from worker.health.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What most parts need."""

    resources: Resources
    gateways: Mapping[str, Gateway]
    alerts: Alerts
    metrics: Metrics
    policy: Policy
    installation: str
    """The tag in the markers of all that is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The parts that others have to do with."""

    failsafe: Failsafe
    recorder: Recorder
    passes: Passes
    sweeper: Sweeper
    inbox: Inbox


def make_engine(shared: Shared) -> Engine:
    """Put together what makes passes, and what passes live on."""
    resources = shared.resources
    failsafe = _failsafe(shared)
    recorder = Recorder(resources.store, resources.leases, resources.clock, resources.name)
    locks = Locks(resources.clock, partial(_tell_of, SubjectKind.LOCK, shared.alerts))
    passes = Passes(_reconciler(shared, recorder, failsafe, locks).reconcile, resources.clock)
    sweeper = _sweeper(shared, passes, partial(_holder_of, failsafe, recorder))
    inbox = _inbox(shared, recorder, passes, sweeper, locks)
    return Engine(failsafe=failsafe, recorder=recorder, passes=passes, sweeper=sweeper, inbox=inbox)


def _failsafe(shared: Shared) -> Failsafe:
    return Failsafe(
        gateways=shared.gateways,
        clock=shared.resources.clock,
        policy=shared.policy,
        measure=shared.metrics.stopped_from_memory,
        tell=partial(_tell_of, SubjectKind.MEMORY, shared.alerts),
        may_close=shared.resources.leases.held,
    )


def _reconciler(shared: Shared, recorder: Recorder, failsafe: Failsafe, locks: Locks) -> Reconciler:
    return Reconciler(
        recorder=recorder,
        gateways=shared.gateways,
        leases=shared.resources.leases,
        failsafe=failsafe,
        alerts=shared.alerts,
        clock=shared.resources.clock,
        policy=shared.policy,
        installation=shared.installation,
        locks=locks,
        telemetry=shared.metrics,
    )


def _sweeper(shared: Shared, passes: Passes, holder_of: Callable[[str], Run | None]) -> Sweeper:
    resources = shared.resources
    return Sweeper(
        rooms=resources.store,
        gateways=shared.gateways,
        leases=resources.leases,
        alerts=shared.alerts,
        clock=resources.clock,
        worker=resources.name,
        installation=shared.installation,
        wake=passes.wake,
        holder_of=holder_of,
    )


def _inbox(shared: Shared, recorder: Recorder, passes: Passes, sweeper: Sweeper, locks: Locks) -> Inbox:
    store, clock, leases = shared.resources.store, shared.resources.clock, shared.resources.leases
    return Inbox(
        tray=store,
        recorder=recorder,
        passes=passes,
        requests=Requests(
            store=store, recorder=recorder, passes=passes, leases=leases, clock=clock, sweep=sweeper.sweep
        ),
        tenants={account: gateway.tenant for account, gateway in shared.gateways.items()},
        installation=shared.installation,
        clock=clock,
        leases=leases,
        policy=shared.policy,
        reach=DatabaseReach(clock, partial(shared.alerts.tell, Subject(SubjectKind.DATABASE))),
        locks=locks,
    )


def _holder_of(failsafe: Failsafe, recorder: Recorder, meeting_id: str) -> Run | None:
    """Return the run that holds a meeting and may go on: nobody has asked for it to be off."""
    run = failsafe.holder_of(meeting_id)
    return None if run is None or recorder.is_stop_pending(run.id) else run


def _tell_of(kind: SubjectKind, alerts: Alerts, run_id: str, conditions: Sequence[Condition]) -> None:
    """Tell of a run under a kind of subject of its own: failsafe, locks and passes each tell their own."""
    alerts.tell(Subject(kind, run_id), conditions)
