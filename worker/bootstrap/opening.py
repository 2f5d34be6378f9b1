"""From settings to a worker that is ready to run on this machine."""

import os
import socket
from collections.abc import Callable
from functools import partial

import httpx

from config.settings import Settings
from worker.app import App
from worker.bootstrap.build import build
from worker.bootstrap.means import Means, no_settings
from worker.clock import Clock
from worker.database import database_path, open_store
from worker.file_lease import FileLease
from worker.heartbeat import Heartbeat
from worker.lease import INSTALLATION
from worker.outbox.courier import Channel
from worker.outbox.services import service
from worker.outbox.webhook import Webhook, open_client
from worker.provider.transport import Transport
from worker.store.store import Store


async def assemble(
    settings: Settings, clock: Clock, settings_again: Callable[[], Settings | None] = no_settings
) -> App:
    """Open the store, take the lease, and return a worker ready to run.

    `settings_again` reads the settings as they are then: credentials may have been changed.

    Raises:
        LeaseTakenError: another worker runs on this database.
        NetworkFileSystemError: the database lies where a lease cannot be trusted.
        StoreUnavailableError: the database cannot be opened.
        ChannelError: an address for alerts cannot be used.
    """
    name = f"{socket.gethostname()}/{os.getpid()}"
    store = open_store(settings)
    leases = await _leased(settings, store, name)
    client = open_client()
    means = Means(
        name=name,
        clock=clock,
        store=store,
        leases=leases,
        transport=Transport(),
        channels=partial(ways_to_people, client=client, clock=clock),
        heartbeat=partial(_heartbeat, client=client, clock=clock),
        settings_again=settings_again,
        close=client.aclose,
    )
    return await build(settings, means)


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


def _heartbeat(settings: Settings, *, client: httpx.AsyncClient, clock: Clock) -> Heartbeat | None:
    url = settings.heartbeat_url
    return Heartbeat(url.get_secret_value(), client, clock) if url else None


async def _leased(settings: Settings, store: Store, name: str) -> FileLease:
    """Take the lease, under a term of its own."""
    lease = FileLease.acquire(database_path(settings))
    lease.term = await store.next_term(INSTALLATION, name)
    return lease
