"""Where calls are made: on a thread of their own that may be left behind, or on the caller's.

A database call cannot be cancelled, and its own timeouts do not hold when a disk or a server freezes. So
no coroutine waits for a thread longer than it has patience: it goes on without the answer, and a thread that
hangs is left to itself with its connection. Whatever it does later, nobody else uses that connection.
"""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby, islice
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from worker.kit.clock import SystemClock
from worker.store.engine.calls import (
    Result,
    T,
    Work,
    judged,
    judged_alone,
    judged_together,
    nothing,
    unavailable,
)
from worker.store.engine.link import Link
from worker.store.engine.writing import wait_for_locks
from worker.store.errors import StoreUnavailableError

PATIENCE = 2.0
"""Seconds that a call may take (law 3 rests on it)."""
GATHER = 0.02
"""Seconds during which waiting writes join one transaction."""
_AT_ONCE = 128
"""Writes in one transaction, so that it lasts no longer than the patience when it has to be done anew."""
_HANGS = 0.9
"""A transaction that takes more than this part of the patience hangs."""
_LOCKS = 0.25
"""Part of the patience that locks are waited for, all together, when a transaction is done anew."""
_CLOCK = SystemClock()


class Lane(Protocol):
    """A way to the database; calls take turns."""

    async def call(self, work: Work[T]) -> T:
        """Do the work in a transaction and return what it returns.

        Raises:
            StoreUnavailableError: the database did not answer. A write may have taken effect all the same.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class InlineLane:
    """Makes each call at once, on the caller's thread."""

    def __init__(self, engine: Engine) -> None:
        self._link = Link(engine)

    async def call(self, work: Work[T]) -> T:
        """Do the work in a transaction of its own."""
        return self.at_once(work)

    def at_once(self, work: Work[T]) -> T:
        """Do the work without being awaited.

        Raises:
            StoreUnavailableError: the database did not answer.
        """
        try:
            with self._link.transaction() as connection:
                verdict = judged_alone(connection, work)
        except DBAPIError as error:
            raise unavailable(error) from None
        result: T = verdict.result()
        return result

    def image(self) -> bytes:
        """Return all of a SQLite database, as a file has it."""
        image: bytes = self._link.driver.serialize()
        return image

    def fill(self, image: bytes) -> None:
        """Have a SQLite database in memory be as this image of one."""
        self._link.driver.deserialize(image)

    async def close(self) -> None:
        """Close the connection."""
        self._link.close()


class ThreadLane:
    """Makes calls on a thread. One that hangs is left behind, and another begun."""

    def __init__(self, engine: Engine, *, gather: float = 0.0, patience: float = PATIENCE) -> None:
        self._engine = engine
        self._gather = gather
        self._patience = patience
        self._thread = _Thread(engine, gather, patience)

    async def call(self, work: Work[T]) -> T:
        """Do the work in a transaction that others may share; each has its own verdict.

        It may be done twice: if one of those beside it fails, all are undone and done anew.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future())
        self._working().waiting.put(job)
        over = loop.call_later(self._patience, self._give_up, job)
        try:
            result: T = await job.done
            return result
        finally:
            over.cancel()
            job.withdraw()

    async def close(self) -> None:
        """End the thread after what waits for it; one that hangs is not waited for."""
        self.let_go()
        await asyncio.to_thread(self._thread.thread.join, self._patience)

    def let_go(self) -> None:
        """End the thread after what waits for it, without waiting for that."""
        self._thread.waiting.put(None)

    def _give_up(self, job: "_Job") -> None:
        why = f"the database does not answer: no answer within {self._patience:g} s"
        job.settle(Result(error=StoreUnavailableError(why)))
        self._working()

    def _working(self) -> "_Thread":
        """Return a thread that does not hang."""
        since = self._thread.busy_since
        if since is not None and _CLOCK.monotonic() - since >= self._patience * _HANGS:
            self._thread.leave_behind()
            self._thread = _Thread(self._engine, self._gather, self._patience)
        return self._thread


@dataclass(eq=False, slots=True)
class _Job:
    """A call that waits for its turn or its answer."""

    work: Work[Any]
    done: asyncio.Future[Any]
    withdrawn: bool = False

    @property
    def wanted(self) -> Work[Any]:
        """What is to be done: nothing, once nobody waits for it."""
        return nothing if self.withdrawn else self.work

    def withdraw(self) -> None:
        """Stop waiting: if it is not begun, it is not begun any more."""
        self.withdrawn = True
        self.done.cancel()

    def settle(self, verdict: Result) -> None:
        """Hand the verdict to the caller, if there still is one."""
        if self.done.done():
            return
        if verdict.error is not None:
            self.done.set_exception(verdict.error)
        else:
            self.done.set_result(verdict.value)


_Judged = tuple[_Job, Result]


def _tell(judged: Iterable[_Judged]) -> None:
    """Hand the verdicts over to the loops of the callers that still run, each of which is woken once."""
    for loop, those in groupby(judged, key=lambda each: each[0].done.get_loop()):
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, list(those))


def _settle(judged: Iterable[_Judged]) -> None:
    for job, verdict in judged:
        job.settle(verdict)


@dataclass(eq=False, slots=True)
class _Thread:
    """A thread with its connection, and the jobs that wait for it."""

    engine: Engine
    gather: float
    patience: float
    waiting: "SimpleQueue[_Job | None]" = field(default_factory=SimpleQueue)
    busy_since: float | None = None
    """When the transaction in hand was begun, in monotonic seconds."""
    left_behind: bool = False
    thread: threading.Thread = field(init=False)
    _link: Link = field(init=False)

    def __post_init__(self) -> None:
        self._link = Link(self.engine)
        self.thread = threading.Thread(target=self._work, name="store", daemon=True)
        self.thread.start()

    def leave_behind(self) -> None:
        """Expect nothing more of it. Jobs that it has not begun are refused."""
        self.left_behind = True
        for job in self._drained():
            job.settle(Result(error=StoreUnavailableError("the database does not answer: a call hangs")))
        self.waiting.put(None)

    def _work(self) -> None:
        while (job := self.waiting.get()) is not None:
            self.busy_since = _CLOCK.monotonic()
            _tell(self._transaction(job))
            self.busy_since = None
        self._link.close()

    def _transaction(self, first: _Job) -> list[_Judged]:
        """Do this job, and those that come meanwhile. If the transaction is lost, so are all that wait."""
        taken: list[_Job] = []
        try:
            verdicts = self._together(first, taken) or self._apart(taken)
        except Exception as error:  # noqa: BLE001 - the thread outlives everything; callers are told
            self._link.drop()
            lost = [*(taken or [first]), *self._drained()]
            return [(job, Result(error=unavailable(error))) for job in lost]
        return list(zip(taken, verdicts, strict=True))

    def _together(self, first: _Job, taken: list[_Job]) -> list[Result] | None:
        """Do the jobs without a savepoint. None: one failed beside others, so none is done."""
        with self._link.transaction() as connection:
            verdicts = judged_together(connection, self._gathered(first, taken))
            self._go_on()
        return verdicts if verdicts and len(verdicts) == len(taken) else None

    def _apart(self, taken: Sequence[_Job]) -> list[Result]:
        """Do the jobs anew, each at a savepoint, so that none can spoil the others.

        Still in one transaction: a hundred that wait for the disk, or for rows that others hold, one by one
        would outlast the patience.
        """
        with self._link.transaction() as connection:
            wait_for_locks(connection, self.patience * _LOCKS / len(taken))
            verdicts = [judged(connection, job.wanted) for job in taken]
            self._go_on()
        return verdicts

    def _gathered(self, first: _Job, taken: list[_Job]) -> Iterator[Iterable[Work[Any]]]:
        """Take what waits, and then what came meanwhile; note in `taken` what that is."""
        until = (self.busy_since or 0.0) + self.gather
        jobs = [first]
        while jobs:
            jobs += self._waiting(until, _AT_ONCE - len(taken) - len(jobs))
            taken += jobs
            yield (job.wanted for job in jobs)  # each is asked for as its turn comes
            jobs = self._waiting(until, _AT_ONCE - len(taken))

    def _waiting(self, until: float, most: int) -> list[_Job]:
        """Take out jobs that wait, as long as it is not late."""
        return list(islice(self._drained(), most)) if _CLOCK.monotonic() < until else []

    def _next(self) -> _Job | None:
        try:
            job = self.waiting.get_nowait()
        except Empty:
            return None
        if job is None:
            self.waiting.put(None)
        return job

    def _drained(self) -> Iterator[_Job]:
        """Take out the jobs that wait, one by one."""
        while (job := self._next()) is not None:
            yield job

    def _go_on(self) -> None:
        """Whoever was left behind commits nothing: its callers were told otherwise."""
        if self.left_behind:
            raise StoreUnavailableError("left behind")
