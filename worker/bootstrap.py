"""Puts a worker together: the only place that names concrete classes."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib.metadata import version

import structlog

from config.settings import Http, Settings
from jobs.alarms import Condition, Severity
from jobs.budget import Budget
from jobs.model import Policy
from worker.accounts import account_of
from worker.alerts import Alerts
from worker.app import App
from worker.caller import Caller
from worker.channel import Channel
from worker.clock import Clock
from worker.database import database_path, open_store
from worker.failsafe import Failsafe
from worker.follower import Follower
from worker.housekeeping import Duty, Housekeeping
from worker.inbox import Inbox
from worker.lease import FileLease
from worker.metrics import Gauges, Metrics
from worker.passes import Passes
from worker.performer import Performer
from worker.provider.client import CallRecord, ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError
from worker.provider.transport import Transport
from worker.pulse import Pulse
from worker.reconciler import Reconciler
from worker.recorder import Recorder
from worker.requests import Requests
from worker.service_manager import ServiceManager, notify_socket
from worker.store.errors import StoreUnavailableError
from worker.store.records import Worker
from worker.store.schema import NEWEST
from worker.store.store import Store
from worker.watcher import Watcher
from worker.web.health import Health
from worker.web.pages import pages
from worker.web.serve import Pages

BEAT_EVERY = timedelta(seconds=5)
FOLLOW_EVERY = timedelta(seconds=2)
LET_PASS_EVERY = timedelta(minutes=10)
FORGET_EVERY = timedelta(hours=6)
LAST_WORDS = 0.5
"""Seconds that a worker which leaves gives the database to take its last rows (law 11)."""
ALL_GROUPS = "*"
"""One file lock is the lease of every quota group in a SQLite database."""

log = structlog.get_logger(__name__)


async def assemble(settings: Settings, clock: Clock) -> App:
    """Open the store, take the lease, and return a worker ready to run.

    Raises:
        LeaseTakenError: another worker runs on this database.
        NetworkFileSystemError: the database lies where a lease cannot be trusted.
        StoreUnavailableError: the database cannot be opened.
    """
    name = f"{socket.gethostname()}/{os.getpid()}"
    store = open_store(settings)
    lease = await _leased(settings, store, name)
    tag = await store.installation_tag(settings.installation)
    alerts, metrics, transport = Alerts(store, clock), Metrics(), Transport()
    channels, callers = open_channels(settings, transport, clock, partial(_heard, alerts, metrics))
    policy = policy_of(settings)
    failsafe = Failsafe(channels, clock, policy, metrics.stopped_from_memory)
    recorder = Recorder(store, clock, name)
    reconciler = Reconciler(
        recorder=recorder,
        channels=channels,
        lease=lease,
        failsafe=failsafe,
        alerts=alerts,
        clock=clock,
        policy=policy,
        installation=tag,
        metrics=metrics,
    )
    passes = Passes(reconciler.reconcile, clock)
    service_manager = ServiceManager(notify_socket(), clock, partial(_status, failsafe, passes))
    pulse = _pulse(passes, service_manager, clock)
    await store.sign_in(_this_process(name, clock))
    app = App(
        clock=clock,
        lease=lease,
        callers=callers,
        inbox=_inbox(store, recorder, passes, channels, tag, clock),
        passes=passes,
        failsafe=failsafe,
        alerts=alerts,
        housekeeping=Housekeeping(duties(settings, store, alerts, clock, name), clock),
        pulse=pulse,
        service_manager=service_manager,
        pages=_pages(settings.http, Health(pulse, store, NEWEST), metrics, alerts, clock),
        farewell=partial(_part, store, alerts, transport, name, clock),
    )
    return _observed(app, metrics)


async def _leased(settings: Settings, store: Store, name: str) -> FileLease:
    """Take the lease, under a term of its own."""
    lease = FileLease.acquire(database_path(settings))
    lease.term = await store.next_term(ALL_GROUPS, name)
    return lease


def _pulse(passes: Passes, service_manager: ServiceManager, clock: Clock) -> Pulse:
    """Have every finished pass felt, and told to the service manager."""
    pulse = Pulse(clock, passes.wake, service_manager.feed)
    passes.finished = pulse.beat
    return pulse


def _inbox(  # noqa: PLR0913, PLR0917  One for each part of it.
    store: Store,
    recorder: Recorder,
    passes: Passes,
    channels: Mapping[str, Channel],
    tag: str,
    clock: Clock,
) -> Inbox:
    tenants = {account: channel.tenant for account, channel in channels.items()}
    requests = Requests(store, recorder, passes, clock)
    return Inbox(store, recorder, passes, requests, tenants, tag, clock)


def _pages(http: Http, health: Health, metrics: Metrics, alerts: Alerts, clock: Clock) -> Pages | None:
    """Return the worker's pages, unless none are wanted."""
    token = http.token.get_secret_value() if http.token else None
    app = pages(health, metrics.page, token)
    return Pages(app, http.host, http.port, alerts, clock) if http.port else None


def _observed(app: App, metrics: Metrics) -> App:
    """Have the gauges read from the worker at each scrape."""
    gauges = Gauges(
        in_hand=metrics.in_hand,
        callers=app.callers,
        lease_held=app.lease.held,
        alerts=app.alerts.holding,
        last_pass_at=lambda: app.pulse.last_at,
        oldest_pass=app.passes.oldest,
        database_up=lambda: app.inbox.reachable,
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


async def _part(store: Store, alerts: Alerts, transport: Transport, name: str, clock: Clock) -> None:
    """Write what is left to write, if the database answers at once; then close everything."""
    with suppress(StoreUnavailableError, TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await alerts.write()
            await store.sign_out(name, clock.now())
    await transport.close()
    await store.close()


def open_channels(
    settings: Settings,
    transport: Transport,
    clock: Clock,
    heard: Callable[[CallRecord], None],
) -> tuple[Mapping[str, Channel], Mapping[str, Caller]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    callers: dict[str, Caller] = {}
    channels = {}
    for name, each in settings.accounts.items():
        group = each.quota or name
        caller = callers.setdefault(group, Caller(clock, Budget(calls=each.calls_per_5_minutes)))
        account = account_of(name, each)
        client = ProviderClient(account, transport, clock, heard, caller.count)
        watcher = Watcher(client, caller, clock)
        channels[name] = Channel(name, account.tenant, client, caller, Performer(client, caller), watcher)
    return channels, callers


def policy_of(settings: Settings) -> Policy:
    """Return the durations that decisions use."""
    return Policy(
        poll_starting=settings.poll.starting,
        poll_live=settings.poll.live,
        poll_stopping=settings.poll.stopping,
        poll_idle=settings.poll.sweep,
    )


def duties(settings: Settings, store: Store, alerts: Alerts, clock: Clock, name: str) -> list[Duty]:
    """Return what the worker does beside the passes."""
    found = [
        Duty("beat", BEAT_EVERY, lambda: store.beat(name, clock.now())),
        Duty("let_pass", LET_PASS_EVERY, alerts.let_pass),
        Duty("retention", FORGET_EVERY, partial(_forget, store, clock, settings.keep)),
    ]
    if settings.schedule:
        follower = Follower(settings.schedule, store, settings.accounts, settings.horizon, alerts, clock)
        found.append(Duty("follow", FOLLOW_EVERY, follower.follow))
        found.append(Duty("follow_again", timedelta(days=1), follower.again))
    return found


async def _forget(store: Store, clock: Clock, keep: timedelta) -> None:
    """Delete what was over before then, a part at a time, so that nothing else waits for it."""
    while await store.forget(clock.now() - keep):
        await clock.sleep(0.1)


def _heard(alerts: Alerts, metrics: Metrics, call: CallRecord) -> None:
    """Count a call, and tell of credentials and addresses: those are the operator's to mend.

    Told by account, resolved by the next success.
    """
    metrics.called(call)
    log.debug(
        "call", method=call.method, route=call.route, status=call.status, seconds=round(call.seconds, 3)
    )
    about = f"account/{call.account}"
    if isinstance(call.error, CredentialsError | NoSuchRouteError):
        cure = f"Check CUELIGHT_ACCOUNTS__{call.account.upper()}__* and the token's permissions."
        alerts.tell(about, [Condition("credentials", Severity.CRITICAL, str(call.error), cure)])
    elif call.error is None and call.status is not None:
        alerts.tell(about, [])
