"""From the means to the worker: every part, and who hears of whom."""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version

from config.settings import Http, Settings
from jobs.alarms import Condition
from jobs.model import Policy, Run
from jobs.subject import Subject, SubjectKind
from worker.alerts import Alerts
from worker.app import App
from worker.bootstrap.channels import Ear, open_channels, quota_watches
from worker.bootstrap.duties import duties
from worker.bootstrap.means import Means
from worker.bootstrap.reception import open_hints, open_webhooks
from worker.channel import Channel
from worker.clock import Clock
from worker.clock_watch import ClockWatch
from worker.failsafe import Failsafe
from worker.files_watch import FilesWatch
from worker.heartbeat import Heartbeat
from worker.inbox import Inbox
from worker.locks import Locks
from worker.metrics import Gauges, Metrics
from worker.outbox.courier import Courier
from worker.passes import Passes
from worker.pulse import Pulse
from worker.reach import Reach
from worker.reconciler import Reconciler
from worker.recorder import Recorder
from worker.requests import Requests
from worker.service_manager import ServiceManager, notify_socket
from worker.skew import SkewWatch
from worker.store.errors import StoreUnavailableError
from worker.store.records import Worker
from worker.store.schema import NEWEST
from worker.succession import Succession
from worker.sweeper import Sweeper
from worker.web.health import Health, nothing_lost
from worker.web.pages import pages
from worker.web.serve import Pages
from worker.web.webhooks import Webhooks

LAST_WORDS = 0.5
"""Seconds that a worker which leaves gives the database to take its last rows (law 11)."""


async def build(settings: Settings, means: Means) -> App:
    """Put the parts together, and write that this worker has begun.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    store, clock, leases = means.store, means.clock, means.leases
    tag = await store.installation_tag(settings.installation)
    courier, heartbeat = Courier(means.channels(settings, tag), clock), means.heartbeat(settings)
    alerts, metrics = Alerts(store, clock, courier), Metrics()
    courier.tell = partial(_tell_of_channel, alerts)
    ear = Ear(alerts, metrics, SkewWatch(partial(alerts.tell, Subject(SubjectKind.CLOCK, "skew"))))
    channels, callers = open_channels(settings, means, ear, tag)
    watches = quota_watches(settings, callers, alerts.tell, clock)
    policy = policy_of(settings)
    failsafe = _failsafe(channels, means, policy, metrics, alerts)
    recorder = Recorder(store, leases, clock, means.name)
    locks = Locks(clock, partial(_tell_of_locks, alerts))
    reconciler = Reconciler(recorder, channels, leases, failsafe, alerts, clock, policy, tag, locks, metrics)
    passes = Passes(reconciler.reconcile, clock)
    service_manager = ServiceManager(notify_socket(), clock, partial(_status, failsafe, passes))
    pulse = _pulse(passes, service_manager, heartbeat, clock)
    holder_of = partial(_holder_of, failsafe, recorder)
    sweeper = Sweeper(store, channels, leases, alerts, clock, means.name, tag, passes.wake, holder_of)
    inbox = _inbox(means, recorder, passes, channels, tag, sweeper, policy, alerts, locks)
    files = _files_watch(means, alerts, failsafe)
    health = Health(pulse, store, NEWEST, inbox.reach, files.why if files else nothing_lost)
    others = duties(settings, means, alerts, sweeper, watches, inbox.reach)
    webhooks = open_webhooks(settings, means, open_hints(channels, failsafe, passes), metrics)
    await store.sign_in(_this_process(means.name, clock))
    app = App(
        clock=clock,
        leases=leases,
        succession=Succession(
            leases, channels, store, failsafe, alerts, inbox, clock, means.name, _database_skew(alerts)
        ),
        callers=callers,
        inbox=inbox,
        passes=passes,
        failsafe=failsafe,
        alerts=alerts,
        courier=courier,
        heartbeat=heartbeat,
        housekeeping=means.housekeeping(others, clock),
        clock_watch=ClockWatch(clock, alerts, partial(_look_again, means, channels, reconciler, passes)),
        pulse=pulse,
        service_manager=service_manager,
        pages=open_pages(settings.http, health, metrics, alerts, clock, webhooks),
        files=files,
        farewell=partial(_part, means, alerts, sweeper),
    )
    return _observed(app, metrics)


async def _look_again(
    means: Means, channels: Mapping[str, Channel], reconciler: Reconciler, passes: Passes
) -> None:
    """Trust no instant that was read or written by a clock that was wrong."""
    for group in means.leases.terms():
        await means.store.rewind(means.clock.now(), means.leases.accounts(group))
    reconciler.failsafe.rewind()
    reconciler.recorder.doubt_all()
    for channel in channels.values():
        channel.watcher.forget_all()
        channel.caller.align()
    passes.wake_all()


def _failsafe(
    channels: Mapping[str, Channel], means: Means, policy: Policy, metrics: Metrics, alerts: Alerts
) -> Failsafe:
    tell = partial(_tell_from_memory, alerts)
    return Failsafe(channels, means.clock, policy, metrics.stopped_from_memory, tell, means.leases.held)


def _holder_of(failsafe: Failsafe, recorder: Recorder, meeting_id: str) -> Run | None:
    """Return the run that holds a meeting and may go on: nobody has asked for it to be off."""
    run = failsafe.holder_of(meeting_id)
    return None if run is None or recorder.is_stop_pending(run.id) else run


def _files_watch(means: Means, alerts: Alerts, failsafe: Failsafe) -> FilesWatch | None:
    if means.files is None:
        return None
    return FilesWatch(
        means.files,
        partial(alerts.tell, Subject(SubjectKind.DATABASE, "files")),
        failsafe.on_air,
        means.clock,
    )


def _database_skew(alerts: Alerts) -> SkewWatch:
    return SkewWatch(partial(alerts.tell, Subject(SubjectKind.CLOCK, "database")), "the database's")


def _tell_from_memory(alerts: Alerts, run_id: str, conditions: Sequence[Condition]) -> None:
    """Keep apart what the failsafe tells of a run from what its passes tell."""
    alerts.tell(Subject(SubjectKind.MEMORY, run_id), conditions)


def _tell_of_locks(alerts: Alerts, run_id: str, conditions: Sequence[Condition]) -> None:
    alerts.tell(Subject(SubjectKind.LOCK, run_id), conditions)


def _tell_of_channel(alerts: Alerts, name: str, conditions: Sequence[Condition]) -> None:
    alerts.tell(Subject(SubjectKind.CHANNEL, name), conditions)


def _pulse(
    passes: Passes, service_manager: ServiceManager, heartbeat: Heartbeat | None, clock: Clock
) -> Pulse:
    """Have every finished pass felt, and told to the service manager and to whoever listens elsewhere."""

    def heard() -> None:
        service_manager.feed()
        if heartbeat:
            heartbeat.beat()

    pulse = Pulse(clock, passes.wake, heard)
    passes.finished = pulse.beat
    return pulse


def _inbox(  # noqa: PLR0913, PLR0917  One for each part of it.
    means: Means,
    recorder: Recorder,
    passes: Passes,
    channels: Mapping[str, Channel],
    tag: str,
    sweeper: Sweeper,
    policy: Policy,
    alerts: Alerts,
    locks: Locks,
) -> Inbox:
    store, clock, leases = means.store, means.clock, means.leases
    tenants = {account: channel.tenant for account, channel in channels.items()}
    requests = Requests(store, recorder, passes, leases, clock, sweeper.sweep)
    reach = Reach(clock, partial(alerts.tell, Subject(SubjectKind.DATABASE)))
    return Inbox(store, recorder, passes, requests, tenants, tag, clock, leases, policy, reach, locks)


def _observed(app: App, metrics: Metrics) -> App:
    """Have the gauges read from the worker at each scrape."""
    gauges = Gauges(
        in_hand=metrics.in_hand,
        callers=app.callers,
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


async def _part(means: Means, alerts: Alerts, sweeper: Sweeper) -> None:
    """Write what is left to write, if the database answers at once; then close everything."""
    await sweeper.close()
    with suppress(StoreUnavailableError, TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await alerts.write()
            await means.store.sign_out(means.name, means.clock.now())
    await means.close()
    await means.transport.close()
    await means.store.close()


def policy_of(settings: Settings) -> Policy:
    """Return the durations that decisions use."""
    return Policy(
        poll_starting=settings.poll.starting,
        poll_live=settings.poll.live,
        poll_stopping=settings.poll.stopping,
    )


def open_pages(  # noqa: PLR0913, PLR0917  What they show, and what takes what is posted to them.
    http: Http,
    health: Health,
    metrics: Metrics,
    alerts: Alerts,
    clock: Clock,
    webhooks: Webhooks | None = None,
) -> Pages | None:
    """Return the worker's pages, unless none are wanted."""
    token = http.token.get_secret_value() if http.token else None
    app = pages(health, metrics.page, token, webhooks.routes() if webhooks else ())
    return Pages(app, http.host, http.port, alerts, clock) if http.port else None
