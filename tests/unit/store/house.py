"""Stores to test with, and somebody else who writes into the same database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jobs.lifecycle import State
from jobs.model import Broadcast, Room, Run, Window
from tests.support.clock import NOON
from worker.store import schema
from worker.store.opening import inline, threaded
from worker.store.records import Note, Record, TakingUp
from worker.store.store import Store

PATIENCE = 1.0
"""Half of what the product has: a busy machine must not look like a locked database."""
MINE = "test/1"
HOUR = timedelta(hours=1)


@dataclass
class House:
    """A store on a database that others can reach too."""

    store: Store
    path: Path

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as another system would: on a connection of its own, with no settings of ours."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def insert(self, id_: str = "a", **columns: Any) -> None:
        """Insert a broadcast with as few columns as there can be."""
        row = {"id": id_, "title": "A", "starts_at": "2026-12-01T18:00Z", "ends_at": "2026-12-01T19:00Z"}
        row |= columns
        marks = ", ".join("?" * len(row))
        self.sql(f"INSERT INTO broadcasts ({', '.join(row)}) VALUES ({marks})", *row.values())  # noqa: S608 - names of columns

    @contextmanager
    def held(self, begin: str) -> Iterator[None]:
        """Have somebody else hold a transaction."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute(begin)
            connection.execute("SELECT count(*) FROM broadcasts").fetchall()
            yield
            connection.execute("ROLLBACK")

    async def taken_up(self, id_: str = "a", **columns: Any) -> Run:
        """Insert a broadcast and take it up."""
        self.insert(id_, **columns)
        fresh = await self.store.fresh(id_)
        assert fresh is not None
        wanted, version = fresh
        assert isinstance(wanted, Broadcast)
        run = new_run(id_, Room(key=wanted.room_key, account="default", marker=" [ab3k-00000000]"))
        assert await self.store.take_up(TakingUp(wanted, version, run, wanted, note("taken up")))
        return await self.loaded(id_)

    async def loaded(self, id_: str) -> Run:
        """Return the run as it is recorded."""
        return (await self.record(id_)).run

    async def record(self, id_: str) -> Record:
        """Return everything recorded of a run that is there."""
        record = await self.store.load(id_)
        assert record is not None
        return record


def new_run(id_: str, room: Room) -> Run:
    """Return a run just taken up."""
    return Run(id=id_, state=State.PLANNED, room=room, entered_at=NOON, round_at=NOON, why="taken up")


def broadcast(id_: str, starts_at: datetime = NOON + HOUR, **options: Any) -> Broadcast:
    """Return a broadcast of an hour."""
    return Broadcast(id=id_, title="A", window=Window(starts_at, starts_at + HOUR), **options)


def note(why: str = "", at: datetime = NOON) -> Note:
    """Return a note of ours."""
    return Note(at=at, kind="move", who=MINE, why=why)


def on_thread(path: Path) -> Store:
    """Open the store that a worker uses."""
    schema.migrate(f"sqlite:///{path}")
    return threaded(f"sqlite:///{path}", patience=PATIENCE)


def at_once(path: Path) -> Store:
    """Open the store that simulations use."""
    schema.migrate(f"sqlite:///{path}")
    return inline(f"sqlite:///{path}", patience=PATIENCE)


KINDS: dict[str, Callable[[Path], Store]] = {"threaded": on_thread, "inline": at_once}
