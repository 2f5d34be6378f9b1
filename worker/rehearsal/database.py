"""The database of a rehearsal: in memory, gone with the process, and outliving the workers in it.

Nobody else looks into it, so that nothing is ever committed: what is written is a savepoint, and what is read
costs nothing beside.
"""

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Connection

from worker.kit.clock import Clock
from worker.rehearsal.life import Life
from worker.store.engine.calls import T, Work
from worker.store.engine.engines import open_engine
from worker.store.engine.instant import give_clock
from worker.store.engine.writing import Undo
from worker.store.schema.migration import migrate_on
from worker.store.store import Store


class Database:
    """One database, which tells the time of the rehearsal."""

    def __init__(self, clock: Clock) -> None:
        self._connection = open_engine("sqlite://", writes=True).connect()
        with self._connection.begin():
            migrate_on(self._connection)
        self._all = self._connection.begin()
        raw = self._connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101  It was opened as one.
        give_clock(raw, clock)
        self._raw = raw

    def store(self, life: Life | None = None) -> Store:
        """Return the store of one life; None: of whoever looks on."""
        return Store(*(_Lane(self._connection, self._raw, life, writes) for writes in (False, True)))

    def close(self) -> None:
        """Let it be gone."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class _Lane:
    connection: Connection
    raw: sqlite3.Connection
    life: Life | None
    writes: bool

    async def call(self, work: Work[T]) -> T:
        """Do the work, if whose work it is still lives. What fails is undone."""
        if self.life:
            await self.life.gate()
        return self._written(work) if self.writes else work(self.connection)

    def _written(self, work: Work[T]) -> T:
        self.raw.execute("SAVEPOINT work")
        try:
            return work(self.connection)
        except Undo as undo:
            self.raw.execute("ROLLBACK TO work")
            verdict: T = undo.verdict
            return verdict
        except BaseException:
            self.raw.execute("ROLLBACK TO work")
            raise
        finally:
            self.raw.execute("RELEASE work")

    async def close(self) -> None:
        """The database outlives the worker."""
