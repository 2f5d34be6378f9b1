"""Stores to test with, and somebody else who writes into the same database."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from jobs.model import Broadcast, Room, Run, Window
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from worker.store.records import Arrival, Note, Record, Save, Saved
from worker.store.store import Store

PATIENCE = 1.0
"""Half of what the product has: a busy machine must not look like a locked database."""
MINE = "test/1"
HOUR = timedelta(hours=1)


ONLY_SQLITE = pytest.mark.parametrize("house", ["sqlite", "sqlite_inline"], indirect=True)
"""For what only a database that checks no types can hold."""
ONLY_POSTGRESQL = pytest.mark.parametrize("house", ["postgresql"], indirect=True)


class RefusedError(Exception):
    """The database did not take what somebody else wrote."""


@dataclass
class House(ABC):
    """A store on a database that others can reach too."""

    store: Store

    @property
    @abstractmethod
    def url(self) -> str:
        """The database's address."""

    @abstractmethod
    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as another system would: on a connection of its own, with no settings of ours.

        Raises:
            RefusedError: it breaks a rule of the tables.
        """

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Have somebody else hold what a write needs; what is there can still be read."""

    @abstractmethod
    def read_for_long(self) -> AbstractContextManager[None]:
        """Have somebody else read, and go on reading."""

    no_instant: ClassVar[str]
    """What a column of ours for instants can hold that is none, as SQL."""

    def insert(self, id_: str = "a", **columns: Any) -> None:
        """Insert a broadcast with as few columns as there can be."""
        row = {"id": id_, "title": "A", "starts_at": "2026-12-01T18:00Z", "ends_at": "2026-12-01T19:00Z"}
        row |= columns
        marks = ", ".join("?" * len(row))
        self.sql(f"INSERT INTO broadcasts ({', '.join(row)}) VALUES ({marks})", *row.values())  # noqa: S608 - names of columns

    def schedules(self) -> list[str]:
        """Return the text of every schedule that was applied, the newest first."""
        return [text for (text,) in self.sql("SELECT text FROM schedules ORDER BY id DESC")]

    def instants(self, query: str) -> list[datetime | None]:
        """Return the only column of a query, however this database keeps instants."""
        return [each and datetime.fromisoformat(str(each)).astimezone(UTC) for (each,) in self.sql(query)]

    async def taken_up(self, id_: str = "a", **columns: Any) -> Run:
        """Insert a broadcast and take it up."""
        self.insert(id_, **columns)
        fresh = await self.store.fresh(id_)
        assert fresh is not None
        wanted, version = fresh
        assert isinstance(wanted, Broadcast)
        run = new_run(id_, Room(key=wanted.room_key, account="default", marker=" [ab3k-00000000]"))
        assert await self.store.take_up(Arrival(wanted, version, run, wanted, note("picked up")))
        return await self.loaded(id_)

    async def saved(self, save: Save) -> Run:
        """Save what nobody else has changed meanwhile."""
        result = await self.store.save(save)
        assert isinstance(result, Saved)
        return result.run

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
    return Run(id=id_, state=State.PLANNED, room=room, entered_at=NOON, round_at=NOON, why="picked up")


def broadcast(id_: str, starts_at: datetime = NOON + HOUR, **options: Any) -> Broadcast:
    """Return a broadcast of an hour."""
    return Broadcast(id=id_, title="A", window=Window(starts_at, starts_at + HOUR), **options)


def note(why: str = "", at: datetime = NOON) -> Note:
    """Return a note of ours."""
    return Note(at=at, kind="move", who=MINE, why=why)
