"""The database as workers reach it: the same statements in memory, gone and busy and full at times."""

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from tests.campaign.chance import Faults
from worker.kit.clock import Clock
from worker.kit.virtual_clock import lapse
from worker.rehearsal.life import Life
from worker.store.engine.calls import Result, T, Work, judged, judged_alone
from worker.store.engine.engines import open_engine
from worker.store.engine.instant import give_clock
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.queries import inbox
from worker.store.schema.migration import migrate_on
from worker.store.store import Store

ANSWERS_WITHIN = 0.003
"""Seconds that a call takes."""
GIVES_UP_AFTER = 2.0
"""Seconds after which a caller stops waiting for a database that hangs."""

DATABASE_RATES: dict[str, float] = {"commit_reply_lost": 0.005, "busy": 0.005}
"""How probable each fault is, at each transaction that writes."""

HELD = "held by another session"
_HELD = (
    f"""CREATE TEMP TRIGGER IF NOT EXISTS held_update BEFORE UPDATE ON runs WHEN is_held(OLD.id)
        BEGIN SELECT RAISE(ABORT, '{HELD}'); END""",
    f"""CREATE TEMP TRIGGER IF NOT EXISTS held_insert BEFORE INSERT ON runs WHEN is_held(NEW.id)
        BEGIN SELECT RAISE(ABORT, '{HELD}'); END""",
)
"""What SQLite has instead of locks on single rows."""
_PAST = """
BEGIN;
CREATE TEMP TABLE past AS
    WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < :count)
    SELECT n, 'old-' || n AS id, '2026-11-21T10:00:00.000000Z' AS began,
        '2026-11-21T11:00:00.000000Z' AS over FROM t;
INSERT INTO broadcasts (id, title, starts_at, ends_at) SELECT id, 'Old ' || n, began, over FROM past;
DELETE FROM unheeded;
INSERT INTO rooms (key, account, marker, meeting_id, version)
    SELECT id, 'default', ' [camp-' || n || ']', 'meeting-' || n, 7 FROM past;
INSERT INTO runs
    (id, state, entered_at, version, room_key, starts_at, ends_at, live_at, off_at, looked_back_at)
    SELECT id, 'ended', over, 9, id, began, over, began, over, over FROM past;
INSERT INTO journal (run_id, at, kind, who, before, after)
    SELECT id, over, 'move', 'w', 'stopping', 'ended' FROM past;
INSERT INTO attempts (run_id, room_key, kind, began_at, outcome)
    SELECT id, id, 'create', began, 'done' FROM past;
DROP TABLE past;
COMMIT;
"""
"""Broadcasts that ended long ago, as SQL."""
_ENGINE = open_engine("sqlite://", writes=True)


class Database:
    """One database, which outlives the workers."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.connection = _fresh(_ENGINE)
        self.trouble = ""
        """`gone`: nothing answers. `full`: nothing can be written. Empty: it is well."""
        self.works = False
        """Whether a worker's call is under way."""
        self._locked: set[str] = set()
        """The broadcasts whose rows another session holds."""
        self._stirs = (-1, False)
        """Whether anything waited for a worker when so many changes had been made."""
        self._raw().create_function("is_held", 1, self._is_held)

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

    def stirs(self) -> bool:
        """Read what workers ask for four times a second: anew only once something was written."""
        changes = self._raw().total_changes
        if self._stirs[0] != changes:
            with self.connection.begin():
                self._stirs = changes, inbox.stirs(self.connection)
        return self._stirs[1]

    def lock(self, row: str) -> None:
        """Let another session hold what became of this row: no worker can write it."""
        for trigger in _HELD:
            self._raw().execute(trigger)
        self._locked.add(row)

    def unlock(self, row: str) -> None:
        """Let go of it."""
        self._locked.discard(row)

    def _is_held(self, row: str) -> bool:
        return self.works and row in self._locked

    def grow_old(self, count: int) -> None:
        """Have so many broadcasts that ended ten days ago, with all that was written of them."""
        self._raw().executescript(_PAST.replace(":count", str(count)))

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
        verdict = Result(value=self.database.stirs()) if work is inbox.stirs else self._judged(work)
        if isinstance(verdict.error, IntegrityError) and HELD in str(verdict.error.orig):
            raise LockedError("another session holds a lock on a row")
        self._perhaps_die(f"after {kind}")
        await self.life.gate()
        if self.writes and self.database.faults.befall("commit_reply_lost", ""):
            await lapse(GIVES_UP_AFTER)
            raise StoreUnavailableError("the database does not answer: no answer within 2 s")
        result: T = verdict.result()
        return result

    def _judged(self, work: Work[T]) -> Result:
        judge = judged if self.writes else judged_alone
        with self.database.connection.begin():
            self.database.works = True
            try:
                return judge(self.database.connection, work)
            finally:
                self.database.works = False

    async def _trouble(self) -> None:
        if self.database.trouble == "gone":
            await lapse(GIVES_UP_AFTER)
            await self.life.gate()
            raise StoreUnavailableError("the database does not answer: no answer within 2 s")
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
    raw.execute("DROP TRIGGER IF EXISTS temp.held_update")
    raw.execute("DROP TRIGGER IF EXISTS temp.held_insert")
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
