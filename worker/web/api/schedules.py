"""Schedules over HTTP: validated, planned, applied, as the commands do it.

Reading a schedule of thousands of entries takes seconds: it is done on a thread, one at a time, so that no
stop waits for it. What calendars say is not fetched from here.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from config.access import Scope
from config.problems import Problem
from config.schedule import Reading
from config.settings import Settings
from jobs.schedule.entry import Entry
from jobs.schedule.planned import Plan
from worker.operations import schedules
from worker.operations.schedules import ScheduleDraft
from worker.view.plan_changes import PlanChanges, changes_of
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply, post, read
from worker.web.api.operators import Operators
from worker.web.api.requests import HowApplied
from worker.web.problem import FieldProblem, ProblemError

P = ParamSpec("P")
T = TypeVar("T")

FILE = "schedule.yaml"
"""What a posted schedule is called in its problems."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a schedule, or worth a remark, and where."""

    line: int
    column: int
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a schedule."""

    is_valid: bool
    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """The schedule that is in force."""

    number: int
    """0: none ever was."""
    applied_at: datetime | None
    by: str
    text: str


@dataclass(slots=True)
class Schedules:
    """Answers what is asked of schedules."""

    operators: Operators
    settings: Settings
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        text = {"takes_text": True, "scope": Scope.READ}
        applied = {
            "method": "PUT",
            "takes_text": True,
            "query": HowApplied,
            "changes": True,
            "problems": (409,),
        }
        return [
            read("/schedule", "readSchedule", self._read, InForce),
            post("/schedule/validate", "validateSchedule", self._validate, Findings, **text),
            post("/schedule/plan", "planSchedule", self._plan, PlanChanges, **text),
            post("/schedule", "applySchedule", self._apply, PlanChanges, **applied),
        ]

    async def _read(self, _request: ApiRequest) -> Reply:
        """Read the schedule in force."""
        found = await self._in_force()
        return Reply(found, str(found.number))

    async def _in_force(self) -> InForce:
        revisions = await self.operators.store.revisions()
        if not revisions:
            return InForce(0, None, "", "")
        newest = revisions[0]
        text = await self.operators.store.schedule_text(newest.number)
        return InForce(newest.number, newest.applied_at, newest.by, text)

    async def _validate(self, request: ApiRequest) -> Reply:
        """Check a schedule: every error and remark at once, with its place."""
        now = self.operators.clock.now()
        found = await self._on_thread(schedules.checked_text, request.body, FILE, self.settings, now)
        items = tuple(Finding(each.line, each.column, each.severity, each.message) for each in found.problems)
        return Reply(Findings(found.schedule is not None, items))

    async def _plan(self, request: ApiRequest) -> Reply:
        """Show what a schedule would add, move, change and cancel."""
        return Reply(changes_of((await self._drawn(request.body)).plan))

    async def _apply(self, request: ApiRequest) -> Reply:
        """Put a schedule in force, in place of the one that was read."""
        after = _number(request.seen)
        draft = await self._drawn(request.body)
        _check_confirmed(draft.plan, request.query)
        stale = await schedules.apply(self.operators.of(request), draft, after)
        if stale:
            what = f"changed in the meantime and not touched: {', '.join(stale)}"
            raise ProblemError(409, f"{what}; apply again")
        return Reply(changes_of(draft.plan), str((await self._in_force()).number))

    async def _drawn(self, text: str) -> ScheduleDraft:
        """Return the plan of a schedule.

        Raises:
            ProblemError: it has errors, or follows calendars.
        """
        now, store = self.operators.clock.now(), self.operators.store
        reading = await self._on_thread(schedules.read_text, text, FILE, self.settings, now)
        found = await schedules.present(store, _entries(reading), Path(FILE), self.settings, now)
        return await self._on_thread(schedules.draw, found, reading.text, self.settings, now)

    async def _on_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes long on a thread, one at a time, even if nobody waits for it any more."""
        await self._turn.acquire()
        done = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
        done.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(done)


def _check_confirmed(plan: Plan, how: HowApplied) -> None:
    """Have what takes much away, or off the air, said twice.

    Raises:
        ProblemError: it was not.
    """
    if plan.needs_confirmation and not how.confirm_removals:
        what = f"this removes {len(plan.cancel)} of the upcoming broadcasts"
        raise ProblemError(409, f"{what}: add confirm_removals=true")
    if plan.asks and not how.confirm:
        told = [FieldProblem(each.id, each.text) for each in plan.asks]
        raise ProblemError(409, "this touches what is on air: add confirm=true", told)


def _number(seen: frozenset[str]) -> int | None:
    """Return the number of the schedule that is to be superseded; None: whichever is in force.

    Raises:
        ProblemError: it is none.
    """
    if not seen:
        return None
    (one,) = seen if len(seen) == 1 else ("",)
    if not one.isdecimal() or len(one) > 18:
        raise ProblemError(412, "If-Match names no schedule: send the ETag of `GET /schedule`")
    return int(one)


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
