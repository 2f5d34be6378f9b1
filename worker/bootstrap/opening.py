"""From settings to a worker that is ready to run on this machine."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import httpx

from config.settings import Settings
from jobs.ids import INSTALLATION
from worker.alerting.channel import Channel
from worker.alerting.host_services import HostServices, host_services
from worker.alerting.posting import open_client
from worker.alerting.services import service
from worker.alerting.webhook import Webhook
from worker.bootstrap.build import build
from worker.bootstrap.events import endpoints
from worker.bootstrap.resources import Resources, no_settings
from worker.installation.accounts import notify_urls, quota_groups
from worker.installation.database import database_path, open_to_run
from worker.installation.files import DatabaseFiles
from worker.kit.clock import Clock
from worker.kit.open_file import OpenFile
from worker.leases.contract import SharedLeases, check_arithmetic
from worker.leases.database import ThreadedLeaseKeeper
from worker.leases.file import FileLease
from worker.process.app import App
from worker.process.heartbeat import Heartbeat
from worker.provider.transport import DEADLINE, Transport
from worker.store.engine.engines import is_sqlite
from worker.store.engine.lanes import PATIENCE, ThreadLane
from worker.store.errors import StoreUnavailableError
from worker.store.opening import alone, read_lane
from worker.store.store import Store


async def assemble(
    settings: Settings, clock: Clock, settings_again: Callable[[], Settings | None] = no_settings
) -> App:
    """Open the store, take the lease, and return a worker ready to run.

    `settings_again` reads the settings as they are then: credentials may have been changed.

    Raises:
        LeaseTakenError: another worker runs on this SQLite database.
        NetworkFileSystemError: the database lies where a lease cannot be trusted.
        DamagedError: the database's file is damaged.
        CopyError: the database is a copy of the one that was worked on.
        StoreUnavailableError: the database cannot be opened.
        ChannelError: an address for alerts, or one by which hosts are told, cannot be used.
    """
    name = f"{socket.gethostname()}/{os.getpid()}-{secrets.token_hex(2)}"
    store = open_to_run(settings)
    leases, files = await _leases(settings, store, name, clock)
    client, reads = open_client(), read_lane(settings.database_url.get_secret_value())
    resources = Resources(
        name=name,
        clock=clock,
        store=store,
        pages=store.beside(reads),
        leases=leases,
        files=files,
        transport=Transport(),
        channels=partial(ways_to_people, client=client, clock=clock),
        host_services=ways_to_hosts,
        endpoints=partial(endpoints, client=client, clock=clock),
        heartbeat=partial(_heartbeat, client=client, clock=clock),
        settings_again=settings_again,
        close=partial(_close, client, reads),
    )
    try:
        return await build(settings, resources)
    except BaseException:
        with suppress(StoreUnavailableError, TimeoutError):
            await asyncio.wait_for(leases.resign(), PATIENCE)
        raise


async def _close(client: httpx.AsyncClient, reads: ThreadLane) -> None:
    reads.let_go()
    await client.aclose()


def ways_to_people(
    settings: Settings, installation: str, *, client: httpx.AsyncClient, clock: Clock
) -> list[Channel]:
    """Return a channel for each address, named by its place.

    Raises:
        ChannelError: an address is for apprise, which is not installed or does not understand it.
    """
    secret = settings.alerts.secret.get_secret_value() if settings.alerts.secret else None
    found: list[Channel] = []
    for place, each in enumerate(settings.alerts.urls, start=1):
        url = each.get_secret_value()
        if url.startswith(("https://", "http://")):
            found.append(Webhook(str(place), url, secret, installation, client, clock))
        else:
            found.append(service(str(place), url))
    return found


def ways_to_hosts(settings: Settings) -> HostServices:
    """Return what sends messages to hosts.

    Raises:
        ChannelError: apprise is not installed, or does not understand an address.
    """
    return host_services(notify_urls(settings))


def _heartbeat(settings: Settings, *, client: httpx.AsyncClient, clock: Clock) -> Heartbeat | None:
    url = settings.heartbeat_url
    return Heartbeat(url.get_secret_value(), client, clock) if url else None


async def _leases(
    settings: Settings, store: Store, name: str, clock: Clock
) -> tuple[SharedLeases, DatabaseFiles | None]:
    """Return what says which quota groups this worker runs, and the files that this rests on."""
    if is_sqlite(settings.database_url.get_secret_value()):
        return await _locked(settings, store, name)
    return _kept(settings, name, clock), None


def _kept(settings: Settings, name: str, clock: Clock) -> ThreadedLeaseKeeper:
    """Begin to keep leases by the database's clock."""
    check_arithmetic(PATIENCE, DEADLINE)
    store = alone(settings.database_url.get_secret_value())
    keeper = ThreadedLeaseKeeper(store, clock, name, quota_groups(settings), close=store.close)
    keeper.start()
    return keeper


async def _locked(settings: Settings, store: Store, name: str) -> tuple[FileLease, DatabaseFiles]:
    """Take the lease of everything, under a term of its own."""
    database = database_path(settings)
    lease, count = FileLease.acquire(database), partial(store.next_term, INSTALLATION, name)
    file = OpenFile(database)
    lease.begin_term(await count())
    return lease, DatabaseFiles(lease, count, file)
