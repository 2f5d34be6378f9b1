"""What the work itself costs: asyncio, aiohttp and sqlite3, with no framework and no care for failures."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import aiohttp

from tests.performance import burst as bursts
from tests.performance import calls
from tests.performance.burst import OFF_WITHIN, PROOF_APART, Burst
from tests.performance.calls import Call
from tests.performance.statements import Statements
from worker.kit.clock import SystemClock

IN_FLIGHT = 24
"""Calls at once, but for stops."""
STOPS_IN_FLIGHT = 32
TOGETHER = 0.02
"""Seconds during which rows are gathered for one transaction."""

_CLOCK = SystemClock()
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE runs (id TEXT PRIMARY KEY, state TEXT, meeting_id TEXT, entered_at TEXT);
CREATE TABLE attempts (run_id TEXT, kind TEXT, began_at TEXT, answered_at TEXT, status INTEGER,
                       PRIMARY KEY (run_id, kind));
CREATE TABLE journal (run_id TEXT, at TEXT, state TEXT);
"""
_INSERT_RUN = "INSERT INTO runs VALUES (?, 'planned', NULL, ?)"
_BEGIN = "INSERT INTO attempts (run_id, kind, began_at) VALUES (?, ?, ?)"
_ANSWERED = "UPDATE attempts SET answered_at = ?, status = ? WHERE run_id = ? AND kind = ?"
_MOVE = "UPDATE runs SET state = ?, entered_at = ?, meeting_id = ? WHERE id = ?"
_NOTE = "INSERT INTO journal VALUES (?, ?, ?)"


@dataclass(slots=True)
class Ledger:
    """Rows, written together in one transaction."""

    database: sqlite3.Connection
    statements: Statements = field(default_factory=Statements)
    waiting: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, statement: str, *row: object) -> None:
        self.waiting.setdefault(statement, []).append(row)
        self.something.set()

    def commit(self) -> None:
        waiting, self.waiting = self.waiting, {}
        self.something.clear()
        with self.database:
            for statement, rows in waiting.items():
                self.database.executemany(statement, rows)
                self.statements.count(len(rows))

    async def keep_committing(self) -> None:
        while True:
            await self.something.wait()
            await _CLOCK.sleep(TOGETHER)
            self.commit()


@dataclass(slots=True)
class Raw:
    """The lives of all broadcasts, step by step."""

    burst: Burst
    session: aiohttp.ClientSession
    ledger: Ledger
    meetings: dict[str, str] = field(default_factory=dict)

    async def live(self) -> None:
        titles = self.burst.titles
        for title in titles:
            self.ledger.put(_INSERT_RUN, title, stamp())
        await self._each(titles, self._prepare)
        await until(self.burst.starts_at)
        await self._each(titles, self._open)
        await _CLOCK.sleep(bursts.POLL + 1)
        await self._each(titles, self._confirm)
        await until(self.burst.ends_at)
        await self._each(titles, self._stop, STOPS_IN_FLIGHT)
        await self._each(titles, self._close)
        await _CLOCK.sleep(OFF_WITHIN)
        await self._each(titles, self._read)
        await _CLOCK.sleep(PROOF_APART)
        await self._each(titles, self._prove)

    async def _each(
        self, titles: Iterable[str], step: Callable[[str], Awaitable[object]], lanes: int = IN_FLIGHT
    ) -> None:
        waiting = iter(titles)

        async def lane() -> None:
            for title in waiting:
                await step(title)

        await asyncio.gather(*(lane() for _ in range(lanes)))

    async def _prepare(self, title: str) -> None:
        _, found = await self._attempt(title, "create", calls.create(title))
        self.meetings[title] = found["data"]["id"]
        await self._attempt(title, "shut", calls.shut(self.meetings[title]))
        self._move(title, "ready")

    async def _open(self, title: str) -> None:
        await self._attempt(title, "open", calls.open_doors(self.meetings[title]))
        self._move(title, "starting")

    async def _confirm(self, title: str) -> None:
        if calls.is_live(*await self._read(title)):
            self._move(title, "live")

    async def _stop(self, title: str) -> None:
        await self._attempt(title, "stop", calls.stop(self.meetings[title]))
        self._move(title, "stopping")

    async def _close(self, title: str) -> None:
        await self._attempt(title, "close", calls.close(self.meetings[title]))

    async def _prove(self, title: str) -> None:
        status, _ = await self._read(title)
        self._move(title, "ended" if status == 404 else "on")

    async def _read(self, title: str) -> tuple[int, dict[str, dict[str, str]]]:
        return await self._send(calls.read_stream(self.meetings[title]))

    async def _attempt(self, title: str, kind: str, call: Call) -> tuple[int, dict[str, dict[str, str]]]:
        self.ledger.put(_BEGIN, title, kind, stamp())
        status, found = await self._send(call)
        self.ledger.put(_ANSWERED, stamp(), status, title, kind)
        return status, found

    async def _send(self, call: Call) -> tuple[int, dict[str, dict[str, str]]]:
        async with self.session.request(call.method, self.burst.url + call.path, json=call.body) as response:
            return response.status, json.loads(await response.read())

    def _move(self, title: str, state: str) -> None:
        at = stamp()
        self.ledger.put(_MOVE, state, at, self.meetings[title], title)
        self.ledger.put(_NOTE, title, at, state)


def stamp() -> str:
    return _CLOCK.now().isoformat()


async def until(at: float) -> None:
    """Sleep until that instant."""
    await _CLOCK.sleep(at - _CLOCK.now().timestamp())


async def run(burst: Burst) -> Statements:
    """Put the broadcasts on air and off again, and return what the database was given."""
    database = sqlite3.connect(burst.database)
    database.executescript(_SCHEMA)
    ledger = Ledger(database)
    connector = aiohttp.TCPConnector(limit=STOPS_IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector) as session:
        committing = asyncio.create_task(ledger.keep_committing())
        await Raw(burst, session, ledger).live()
        committing.cancel()
    ledger.commit()
    database.close()
    return ledger.statements


def main() -> None:
    given = bursts.read()
    asyncio.run(run(given)).write(given.folder)
