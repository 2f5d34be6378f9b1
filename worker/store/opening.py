"""The ways to open a store. Its database has to be migrated already, except one in memory."""

from functools import cache

from worker.store.engine.engines import is_in_memory, open_engine
from worker.store.engine.lanes import GATHER, PATIENCE, InlineLane, ThreadLane
from worker.store.schema.migration import migrate_on
from worker.store.store import Store

LOCKED = 0.75
"""Part of the patience that a lock is waited for: a locked database says so before it counts as hanging."""


def threaded(url: str, *, patience: float = PATIENCE) -> Store:
    """Return a store for use beside a loop: no call holds it up, none takes longer than `patience` seconds.

    Raises:
        ValueError: the URL names no database that outlasts its connection.
        StoreUnavailableError: PostgreSQL's driver is not installed.
    """
    if is_in_memory(url):
        raise ValueError(
            "threads cannot share a database in memory: write sqlite:///PATH or postgresql://..."
        )
    busy = patience * LOCKED
    reads = read_lane(url, patience=patience)
    writes = ThreadLane(open_engine(url, writes=True, busy=busy), patience=patience, gather=GATHER)
    return Store(reads, writes)


def read_lane(url: str, *, patience: float = PATIENCE) -> ThreadLane:
    """Return a lane for reads: what takes long there holds up nobody else's."""
    return ThreadLane(open_engine(url, writes=False, busy=patience * LOCKED), patience=patience)


def alone(url: str, *, patience: float = PATIENCE) -> Store:
    """Return a store whose every call is made on one thread and one connection of its own.

    Raises:
        ValueError: the URL names no database that can be used.
        StoreUnavailableError: PostgreSQL's driver is not installed.
    """
    lane = ThreadLane(open_engine(url, writes=True, busy=patience * LOCKED), patience=patience)
    return Store(lane, lane)


def inline(url: str = "sqlite://", *, patience: float = PATIENCE) -> Store:
    """Return a store that makes each call at once, on the caller's thread: for simulations.

    Raises:
        ValueError: the URL names no database that can be used.
    """
    writes = InlineLane(open_engine(url, writes=True, busy=patience * LOCKED))
    if is_in_memory(url):
        writes.fill(_migrated())
        return Store(writes, writes)
    return Store(InlineLane(open_engine(url, writes=False, busy=patience * LOCKED)), writes)


@cache
def _migrated() -> bytes:
    """Return a database as its migrations leave it. Simulations take thousands, and each would take 0.1 s."""
    lane = InlineLane(open_engine("sqlite://", writes=True))
    lane.at_once(migrate_on)
    return lane.image()
