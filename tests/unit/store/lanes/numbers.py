"""A lane to a table of numbers, and calls that fail or hang in it."""

import asyncio
import threading
from collections.abc import Callable

from sqlalchemy import Connection, event, text

from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import ThreadLane

PATIENCE = 0.4


class Numbers:
    """A lane to a table of numbers, and a count of its transactions."""

    def __init__(self, url: str, gather: float, patience: float = PATIENCE) -> None:
        self.engine = open_engine(url, writes=True, busy=patience * 0.75)
        self.lane = ThreadLane(self.engine, gather=gather, patience=patience)
        self.commits = self.savepoints = 0
        event.listen(self.engine, "commit", self._count)
        event.listen(self.engine, "savepoint", self._count_savepoint)

    async def add(self, number: int) -> None:
        await self.lane.call(lambda connection: inserted(connection, number))

    async def all(self) -> list[int]:
        def read(connection: Connection) -> list[int]:
            return list(connection.execute(text("SELECT n FROM numbers ORDER BY n")).scalars())

        return await self.lane.call(read)

    def _count(self, _: Connection) -> None:
        self.commits += 1

    def _count_savepoint(self, _: Connection, _name: str) -> None:
        self.savepoints += 1


def inserted(connection: Connection, number: int) -> None:
    connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})


async def hung(lane: ThreadLane) -> tuple[asyncio.Task[None], threading.Event]:
    """Have a call begin and not end until the event is set."""
    begun, release = threading.Event(), threading.Event()

    def hang(connection: Connection) -> None:
        inserted(connection, 666)
        begun.set()
        release.wait()

    task = asyncio.create_task(lane.call(hang))
    await asyncio.to_thread(begun.wait)
    return task, release


def failing(
    made: list[int], begun: threading.Event | None = None, go: threading.Event | None = None
) -> Callable[[Connection], None]:
    """Return work that is noted each time it is done, waits if it is to, and fails half-way."""

    def half(connection: Connection) -> None:
        made.append(1)
        inserted(connection, 99)
        if begun and go:
            begun.set()
            go.wait()
        raise LookupError("half-way")

    return half
