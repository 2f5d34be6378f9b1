"""Schedules that are posted: checked, planned, put in force, as the commands do it.

Reading a schedule of thousands of entries takes seconds: it is done on a thread, one at a time, so that no
stop waits for it. What calendars say is not fetched from here.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from config.problems import Problem
from config.schedule import Reading
from config.settings import Settings
from jobs.schedule.entry import Entry
from worker.kit.clock import Clock
from worker.operations import schedules
from worker.operations.operator import Operator
from worker.operations.schedules import Present, ScheduleDraft
from worker.store.records import Revision
from worker.store.store import Store
from worker.web.problem import FieldProblem, ProblemError

P = ParamSpec("P")
T = TypeVar("T")

FILE = "schedule.yaml"
"""What a posted schedule is called in its problems."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan, and what it was drawn from."""

    draft: ScheduleDraft
    present: Present


@dataclass(slots=True)
class Drafts:
    """Draws the plans of posted schedules."""

    store: Store
    clock: Clock
    settings: Settings
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def in_force(self) -> tuple[Revision | None, str]:
        """Return the schedule that is in force, and its text; None: none ever was."""
        revisions = await self.store.revisions()
        if not revisions:
            return None, ""
        return revisions[0], await self.store.schedule_text(revisions[0].number)

    async def checked(self, text: str) -> Reading:
        """Read a schedule, with every error and remark."""
        return await self._on_thread(schedules.checked_text, text, FILE, self.settings, self.clock.now())

    async def drawn(self, text: str) -> Drawn:
        """Plan a schedule.

        Raises:
            ProblemError: it has errors, or follows calendars.
        """
        now = self.clock.now()
        reading = await self._on_thread(schedules.read_text, text, FILE, self.settings, now)
        found = await schedules.present(self.store, _entries(reading), Path(FILE), self.settings, now)
        draft = await self._on_thread(schedules.draw, found, reading.text, self.settings, now)
        return Drawn(draft, found)

    async def put_in_force(self, by: Operator, draft: ScheduleDraft, after: int | None) -> None:
        """Put a schedule in force, in place of the one of this number; None: of whichever is in force.

        Raises:
            ProblemError: some of its rows were changed meanwhile, and are as they were.
            ChangedError: another one is in force by now; nothing was written.
        """
        stale = await schedules.apply(by, draft, after)
        if stale:
            what = f"changed in the meantime and not touched: {', '.join(stale)}"
            raise ProblemError(409, f"{what}; apply again")

    async def _on_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes long on a thread, one at a time, even if nobody waits for it any more."""
        await self._turn.acquire()
        done = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
        done.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(done)


def _entries(reading: Reading) -> Sequence[Entry]:
    if reading.schedule is None:
        raise ProblemError(422, "the schedule has errors", [_field(each) for each in reading.problems])
    following = [each.key for each in reading.schedule.entries if each.calendar]
    if following:
        cure = "apply such a schedule with `cuelight apply`"
        raise ProblemError(422, f"{', '.join(following)}: calendars are not fetched from here: {cure}")
    return reading.schedule.entries


def _field(problem: Problem) -> FieldProblem:
    return FieldProblem(f"{problem.file}:{problem.line}:{problem.column}", problem.message)
