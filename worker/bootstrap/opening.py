"""From settings to a worker that is ready to run on this machine."""

import os
import socket

from config.settings import Settings
from worker.app import App
from worker.bootstrap.build import build
from worker.bootstrap.means import Means
from worker.clock import Clock
from worker.database import database_path, open_store
from worker.lease import FileLease
from worker.provider.transport import Transport
from worker.store.store import Store

ALL_GROUPS = "*"
"""One file lock is the lease of every quota group in a SQLite database."""


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
    means = Means(name=name, clock=clock, store=store, lease=lease, transport=Transport())
    return await build(settings, means)


async def _leased(settings: Settings, store: Store, name: str) -> FileLease:
    """Take the lease, under a term of its own."""
    lease = FileLease.acquire(database_path(settings))
    lease.term = await store.next_term(ALL_GROUPS, name)
    return lease
