"""From the means to the worker: every part, and who hears of whom."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Protocol

from config.settings import Settings
from jobs.conditions import Condition
from jobs.policy import Policy
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.alerting.courier import Courier
from worker.alerting.deliveries import Deliveries
from worker.bootstrap.duties import Outgoing, duties
from worker.bootstrap.engine import Engine, Shared, make_engine
from worker.bootstrap.events import open_delivery
from worker.bootstrap.gateways import open_gateways, quota_watches
from worker.bootstrap.morning_report import open_morning_report
from worker.bootstrap.ports import open_port, open_probes
from worker.bootstrap.reminders import open_reminders
from worker.bootstrap.resources import Resources
from worker.engine.failsafe import Failsafe
from worker.engine.passes import Passes
from worker.gateway.queue import CallQueue
from worker.health.metrics import Gauges, Metrics
from worker.health.pulse import Pulse
from worker.kit.clock import Clock
from worker.kit.service_manager import ServiceManager, notify_socket
from worker.kit.skew import SkewWatch
from worker.process.app import App
from worker.process.clock_watch import ClockWatch
from worker.process.files_watch import FilesWatch
from worker.process.handover import Handover
from worker.process.heartbeat import Heartbeat
from worker.process.housekeeping import Housekeeping
from worker.process.morning_report import MorningReport
from worker.store.errors import StoreUnavailableError
from worker.store.schema.migration import NEWEST
from worker.store.standings import Worker
from worker.web.health import Health, nothing_lost

LAST_WORDS = 0.5
"""Seconds that a worker which leaves gives the database to take its last rows (law 11)."""


class Closing(Protocol):
    """What has work under way that a worker which leaves does not wait for."""

    async def close(self) -> None:
        """Leave it."""
        ...


async def build(settings: Settings, resources: Resources) -> App:
    """Put the parts together, and write that this worker has begun.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    tag = await resources.store.installation_tag(settings.installation)
    deliveries = Deliveries(resources.channels(settings, tag), resources.clock)
    alerts, metrics = Alerts(resources.store, resources.clock, deliveries), Metrics()
    gateways, queues = open_gateways(settings, resources, alerts, metrics, tag)
    shared = Shared(
        resources=resources,
        gateways=gateways,
        alerts=alerts,
        metrics=metrics,
        policy=policy_of(settings),
        installation=tag,
    )
    engine = make_engine(shared)
    app = _app(settings, shared, engine, queues, deliveries)
    await resources.store.sign_in(_this_process(resources.name, resources.clock))
    return _observed(app, metrics)


def _app(
    settings: Settings,
    shared: Shared,
    engine: Engine,
    queues: Mapping[str, CallQueue],
    deliveries: Deliveries,
) -> App:
    """Return the process: what runs beside each other, and what is shown of it."""
    resources, alerts, clock = shared.resources, shared.alerts, shared.resources.clock
    heartbeat = resources.heartbeat(settings)
    service_manager = ServiceManager(notify_socket(), clock, partial(_status, engine.failsafe, engine.passes))
    report = open_morning_report(settings, resources, deliveries)
    outgoing = Outgoing(open_reminders(settings, shared), open_delivery(settings, shared), report)
    pulse = _pulse(engine.passes, service_manager, _beat(heartbeat, report), clock)
    files = _files_watch(resources, alerts, engine.failsafe)
    lost = files.why if files else nothing_lost
    health = Health(pulse, resources.store, NEWEST, engine.inbox.reach, lost)
    return App(
        clock=clock,
        leases=resources.leases,
        handover=_handover(shared, engine),
        queues=queues,
        inbox=engine.inbox,
        passes=engine.passes,
        failsafe=engine.failsafe,
        alerts=alerts,
        deliveries=deliveries,
        courier=Courier(deliveries, clock, partial(_tell_of_channel, alerts)),
        heartbeat=heartbeat,
        housekeeping=_housekeeping(settings, shared, engine, queues, outgoing),
        clock_watch=ClockWatch(clock, alerts, partial(_look_again, shared, engine)),
        pulse=pulse,
        service_manager=service_manager,
        pages=open_port(settings, shared, engine, health),
        probes=open_probes(settings.http, health, shared.metrics, alerts, clock),
        files=files,
        farewell=partial(_part, resources, alerts, [engine.sweeper, outgoing]),
    )


def _housekeeping(
    settings: Settings,
    shared: Shared,
    engine: Engine,
    queues: Mapping[str, CallQueue],
    outgoing: Outgoing,
) -> Housekeeping:
    clock = shared.resources.clock
    watches = quota_watches(settings, queues, shared.alerts.tell, clock)
    others = duties(settings, shared, engine.sweeper, outgoing, watches, engine.inbox.reach)
    return shared.resources.housekeeping(others, clock)


async def _look_again(shared: Shared, engine: Engine) -> None:
    """Trust no instant that was read or written by a clock that was wrong."""
    resources = shared.resources
    for group in resources.leases.terms():
        await resources.store.rewind(resources.clock.now(), resources.leases.accounts(group))
    engine.failsafe.rewind()
    engine.recorder.doubt_all()
    for gateway in shared.gateways.values():
        gateway.reader.forget_all()
        gateway.queue.align()
    engine.passes.wake_all()


def _handover(shared: Shared, engine: Engine) -> Handover:
    resources, alerts = shared.resources, shared.alerts
    return Handover(
        leases=resources.leases,
        gateways=shared.gateways,
        books=resources.store,
        failsafe=engine.failsafe,
        alerts=alerts,
        inbox=engine.inbox,
        clock=resources.clock,
        worker=resources.name,
        skew=SkewWatch(partial(alerts.tell, Subject(SubjectKind.CLOCK, "database")), "the database's"),
    )


def _files_watch(resources: Resources, alerts: Alerts, failsafe: Failsafe) -> FilesWatch | None:
    if resources.files is None:
        return None
    return FilesWatch(
        resources.files,
        partial(alerts.tell, Subject(SubjectKind.DATABASE, "files")),
        failsafe.on_air,
        resources.clock,
    )


def _tell_of_channel(alerts: Alerts, name: str, conditions: Sequence[Condition]) -> None:
    alerts.tell(Subject(SubjectKind.CHANNEL, name), conditions)


def _beat(heartbeat: Heartbeat | None, report: MorningReport | None) -> Callable[[], None]:
    """Return what beats the heart, but while a report should have reached somebody and has not."""

    def beat() -> None:
        if heartbeat and not (report and report.is_overdue()):
            heartbeat.beat()

    return beat


def _pulse(passes: Passes, service_manager: ServiceManager, beat: Callable[[], None], clock: Clock) -> Pulse:
    """Have every finished pass felt, and told to the service manager and to whoever listens elsewhere."""

    def heard() -> None:
        service_manager.feed()
        beat()

    pulse = Pulse(clock, passes.wake, heard)
    passes.follow(pulse.beat)
    return pulse


def _observed(app: App, metrics: Metrics) -> App:
    """Have the gauges read from the worker at each scrape."""
    gauges = Gauges(
        in_hand=metrics.in_hand,
        queues=app.queues,
        leases=app.leases,
        alerts=app.alerts.holding,
        last_pass_at=lambda: app.pulse.last_at,
        oldest_pass=app.passes.oldest,
        database_up=lambda: app.inbox.reach.is_there,
    )
    metrics.observe(gauges)
    return app


def _status(failsafe: Failsafe, passes: Passes) -> str:
    """Return the line that `systemctl status` shows."""
    return f"{len(failsafe.on_air())} on air, {passes.known} in hand"


def _this_process(name: str, clock: Clock) -> Worker:
    now, host = clock.now(), socket.gethostname()
    return Worker(
        id=name, host=host, pid=os.getpid(), version=version("cuelight"), started_at=now, seen_at=now
    )


async def _part(resources: Resources, alerts: Alerts, at_work: Sequence[Closing]) -> None:
    """Write what is left to write, if the database answers at once; then close everything."""
    for each in at_work:
        await each.close()
    with suppress(StoreUnavailableError, TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await alerts.write()
            await resources.store.sign_out(resources.name, resources.clock.now())
    await resources.close()
    await resources.transport.close()
    await resources.store.close()


def policy_of(settings: Settings) -> Policy:
    """Return the durations that decisions use."""
    return Policy(
        poll_starting=settings.poll.starting,
        poll_live=settings.poll.live,
        poll_stopping=settings.poll.stopping,
    )
