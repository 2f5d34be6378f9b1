"""The database as workers reach it: the same statements in memory, gone and busy and full at times."""

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from tests.campaign.chance import Faults
from tests.campaign.life import Life
from tests.campaign.virtual import lapse
from worker.clock import Clock
from worker.store.calls import T, Work, judged, judged_alone
from worker.store.engine import open_engine
from worker.store.errors import StoreUnavailableError
from worker.store.instant import give_clock
from worker.store.schema import migrate_on
from worker.store.store import Store

ANSWERS_WITHIN = 0.003
"""Seconds that a call takes."""
GIVES_UP_AFTER = 2.0
"""Seconds after which a caller stops waiting for a database that hangs."""

_ENGINE = open_engine("sqlite://", writes=True)


class Database:
    """One database, which outlives the workers."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.connection = _fresh(_ENGINE)
        self.trouble = ""
        """`gone`: nothing answers. `full`: nothing can be written. Empty: it is well."""

    def tell_time(self, clock: Clock) -> None:
        """Let it have this clock."""
        give_clock(self._raw(), clock)

    def store(self, life: Life) -> Store:
        """Return the store of one life."""
        return Store(_Lane(self, life, writes=False), _Lane(self, life, writes=True))

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Ask beside all workers."""
        cursor = self._raw().execute(statement, values)
        cursor.row_factory = sqlite3.Row
        return cursor.fetchall()

    def write(self, statement: str, *values: object) -> None:
        """Write beside all workers, as another system does."""
        self._raw().execute(statement, values)

    def dump(self) -> str:
        """Return everything that is in it."""
        return "\n".join(self._raw().iterdump())

    def close(self) -> None:
        self.connection.close()

    def _raw(self) -> sqlite3.Connection:
        raw = self.connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        return raw


@dataclass
class _Lane:
    database: Database
    life: Life
    writes: bool

    async def call(self, work: Work[T]) -> T:
        await self.life.gate()
        await self._trouble()
        kind = "commit" if self.writes else "read"
        self._perhaps_die(f"before {kind}")
        await lapse(ANSWERS_WITHIN)
        await self.life.gate()
        with self.database.connection.begin():
            judge = judged if self.writes else judged_alone
            verdict = judge(self.database.connection, work)
        self._perhaps_die(f"after {kind}")
        await self.life.gate()
        if self.writes and self.database.faults.befall("commit_reply_lost", ""):
            await lapse(GIVES_UP_AFTER)
            raise StoreUnavailableError("the database does not answer: nothing within 2 s")
        result: T = verdict.result()
        return result

    async def _trouble(self) -> None:
        if self.database.trouble == "gone":
            await lapse(GIVES_UP_AFTER)
            await self.life.gate()
            raise StoreUnavailableError("the database does not answer: nothing within 2 s")
        if self.writes and self.database.trouble == "full":
            raise StoreUnavailableError("the database does not answer: database or disk is full")
        if self.writes and self.database.faults.befall("busy", ""):
            await lapse(GIVES_UP_AFTER * 0.75)
            raise StoreUnavailableError("the database does not answer: database is locked")

    def _perhaps_die(self, where: str) -> None:
        if self.writes and self.database.faults.befall("crash", where):
            self.life.die()

    async def close(self) -> None:
        """The database outlives the worker."""


def _fresh(engine: Engine) -> Connection:
    connection = engine.connect()
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    _template().backup(raw)
    return connection


_TEMPLATE: list[sqlite3.Connection] = []


def _template() -> sqlite3.Connection:
    """Return a migrated database, made once for each process."""
    if not _TEMPLATE:
        connection = _ENGINE.connect()
        with connection.begin():
            migrate_on(connection)
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        _TEMPLATE.append(raw)
        _KEPT.append(connection)
    return _TEMPLATE[0]


_KEPT: list[Connection] = []
