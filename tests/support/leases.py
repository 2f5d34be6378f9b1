"""Leases that are held until they are resigned."""

import sqlite3
from collections.abc import Collection, Mapping
from functools import partial

from jobs.ids import INSTALLATION
from worker.kit.clock import Clock
from worker.leases.sole import SoleHolder
from worker.store.engine.instant import give_clock
from worker.store.engine.lanes import InlineLane
from worker.store.queries.workers import next_term
from worker.store.records import Fence
from worker.store.store import Store


class HeldLeases(SoleHolder):
    """All of them in one hand, as with SQLite; `lost`: the accounts that another worker took."""

    def __init__(self, term: int = 1) -> None:
        self.lost: set[str] = set()
        self._terms = {INSTALLATION: term}

    def held(self, account: str = INSTALLATION) -> bool:
        return bool(self._terms) and account not in self.lost

    def fence(self, account: str) -> Fence | None:
        return Fence(INSTALLATION, self._terms[INSTALLATION]) if self.held(account) else None

    def terms(self) -> Mapping[str, int]:
        return self._terms

    def accounts(self, group: str) -> Collection[str] | None:
        """Return None, every account; of what was lost, the account that its group is named after."""
        return None if group == INSTALLATION else [group]

    def elsewhere(self) -> frozenset[str]:
        return frozenset(self.lost)

    async def resign(self) -> None:
        self.release()

    def release(self) -> None:
        self._terms = {}

    def begin(self, term: int) -> None:
        """Hold them in another term."""
        self._terms = {INSTALLATION: term}


def term_begun(store: Store) -> int:
    """Begin a term in a store in memory, in whose name things can be written."""
    lane = store._writes
    assert isinstance(lane, InlineLane)
    return lane.at_once(partial(next_term, group=INSTALLATION, holder="worker"))


def on_clock(store: Store, clock: Clock) -> None:
    """Let a database in memory tell this clock's time."""
    lane = store._writes
    assert isinstance(lane, InlineLane)
    raw = lane._link.connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    give_clock(raw, clock)
