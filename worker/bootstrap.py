"""Puts a worker together: the only place that names concrete classes."""

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from config.settings import Account as AccountSettings
from config.settings import Settings
from jobs.alarms import Condition, Severity
from jobs.budget import Budget
from jobs.model import Policy
from worker.alerts import Alerts
from worker.app import App
from worker.caller import Caller
from worker.channel import Channel
from worker.clock import Clock
from worker.failsafe import Failsafe
from worker.follower import Follower
from worker.housekeeping import Duty, Housekeeping
from worker.inbox import Inbox
from worker.lease import FileLease
from worker.passes import Passes
from worker.performer import Performer
from worker.provider.client import CallRecord, ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport
from worker.reconciler import Reconciler
from worker.recorder import Recorder
from worker.store.errors import StoreUnavailableError
from worker.store.opening import threaded
from worker.store.records import Worker
from worker.store.schema import migrate
from worker.store.store import Store
from worker.watcher import Watcher

BEAT_EVERY = timedelta(seconds=5)
FOLLOW_EVERY = timedelta(seconds=2)
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
    lease = FileLease.acquire(database_path(settings))
    lease.term = await store.next_term(ALL_GROUPS, name)
    tag = await store.installation_tag(settings.installation)
    alerts = Alerts(store, clock)
    transport = Transport()
    channels, callers = open_channels(settings, transport, clock, alerts)
    policy = policy_of(settings)
    failsafe = Failsafe(channels, clock, policy)
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
    )
    passes = Passes(reconciler.reconcile, clock)
    tenants = {account: channel.tenant for account, channel in channels.items()}
    await store.sign_in(_this_process(name, clock))
    return App(
        clock=clock,
        lease=lease,
        callers=callers,
        inbox=Inbox(store, recorder, passes, tenants, tag, clock),
        passes=passes,
        failsafe=failsafe,
        alerts=alerts,
        housekeeping=Housekeeping(duties(settings, store, alerts, clock, name), clock),
        farewell=partial(_part, store, alerts, transport, name, clock),
    )


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


def open_store(settings: Settings) -> Store:
    """Open the database and bring its schema up to date."""
    database_path(settings).parent.mkdir(parents=True, exist_ok=True)
    url = settings.database_url.get_secret_value()
    migrate(url)
    return threaded(url)


def database_path(settings: Settings) -> Path:
    """Return the file that the database is."""
    return Path(make_url(settings.database_url.get_secret_value()).database or "")


def account_of(name: str, settings: AccountSettings) -> Account:
    """Return what the client needs of an account's settings."""
    secret = settings.api_token or settings.api_key
    return Account(
        name=name,
        flavour=FLAVOURS[settings.flavour],
        secret=secret.get_secret_value() if secret else "",
        account_id=settings.account_id or "",
        app_id=settings.app_id or "",
        org_id=settings.org_id or "",
        base_url=settings.base_url,
    )


def secrets_of(settings: Settings) -> list[str]:
    """Return everything that must not be shown, in whatever form it is used."""
    accounts = [account_of(name, each) for name, each in settings.accounts.items()]
    return [
        *(secret for account in accounts for secret in account.secrets),
        *(url.get_secret_value() for url in settings.alerts.urls),
        *(each.get_secret_value() for each in (settings.heartbeat_url, settings.http.token) if each),
    ]


def open_channels(
    settings: Settings,
    transport: Transport,
    clock: Clock,
    alerts: Alerts,
) -> tuple[Mapping[str, Channel], Mapping[str, Caller]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    callers: dict[str, Caller] = {}
    channels = {}
    for name, each in settings.accounts.items():
        group = each.quota or name
        caller = callers.setdefault(group, Caller(clock, Budget(calls=each.calls_per_5_minutes)))
        on_call = partial(_note_trouble, alerts)
        account = account_of(name, each)
        client = ProviderClient(account, transport, clock, on_call, caller.count)
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


def _note_trouble(alerts: Alerts, call: CallRecord) -> None:
    """Credentials and addresses are the operator's to mend: told by account, resolved by the next success."""
    log.debug(
        "call", method=call.method, route=call.route, status=call.status, seconds=round(call.seconds, 3)
    )
    about = f"account/{call.account}"
    if isinstance(call.error, CredentialsError | NoSuchRouteError):
        cure = f"Check CUELIGHT_ACCOUNTS__{call.account.upper()}__* and the token's permissions."
        alerts.tell(about, [Condition("credentials", Severity.CRITICAL, str(call.error), cure)])
    elif call.error is None and call.status is not None:
        alerts.tell(about, [])
