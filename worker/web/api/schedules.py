"""Schedules over HTTP: validated, planned, applied, as the commands do it.

Reading a schedule of thousands of entries takes seconds: it is done on a thread, one at a time, so that no
stop waits for it. What calendars say is not fetched from here.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.access import Scope
from config.problems import Problem
from config.schedule import Reading
from config.settings import Settings
from jobs.schedule.entry import Entry
from worker.kit.clock import Clock
from worker.operations import schedules
from worker.operations.schedules import ScheduleDraft
from worker.store.store import Store
from worker.view.plan_changes import PlanChanges, changes_of
from worker.web.api.answering import tags
from worker.web.api.endpoint import Call, Endpoint, Reply
from worker.web.api.operators import operator
from worker.web.api.requests import HowApplied
from worker.web.problem import FieldProblem, ProblemError

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

    store: Store
    clock: Clock
    settings: Settings
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint(
                method="GET",
                path="/schedule",
                name="readSchedule",
                summary="Read the schedule in force.",
                scope=Scope.READ,
                reply=InForce,
                answer=self._read,
                tag="schedule",
            ),
            Endpoint(
                method="POST",
                path="/schedule/validate",
                name="validateSchedule",
                summary="Check a schedule: every error and remark at once, with its place.",
                scope=Scope.READ,
                takes_text=True,
                reply=Findings,
                answer=self._validate,
                tag="schedule",
            ),
            Endpoint(
                method="POST",
                path="/schedule/plan",
                name="planSchedule",
                summary="Show what a schedule would add, move, change and cancel.",
                scope=Scope.READ,
                takes_text=True,
                reply=PlanChanges,
                answer=self._plan,
                tag="schedule",
            ),
            Endpoint(
                method="PUT",
                path="/schedule",
                name="applySchedule",
                summary="Put a schedule in force, in place of the one that was read.",
                scope=Scope.OPERATE,
                query=HowApplied,
                takes_text=True,
                reply=PlanChanges,
                answer=self._apply,
                changes=True,
                problems=(409,),
                tag="schedule",
            ),
        ]

    async def _read(self, _call: Call) -> Reply:
        found = await self._in_force()
        return Reply(found, str(found.number))

    async def _in_force(self) -> InForce:
        revisions = await self.store.revisions()
        if not revisions:
            return InForce(0, None, "", "")
        newest = revisions[0]
        text = await self.store.schedule_text(newest.number)
        return InForce(newest.number, newest.applied_at, newest.by, text)

    async def _validate(self, call: Call) -> Reply:
        now = self.clock.now()
        async with self._turn:
            found = await asyncio.to_thread(schedules.checked_text, call.body, FILE, self.settings, now)
        items = tuple(Finding(each.line, each.column, each.severity, each.message) for each in found.problems)
        return Reply(Findings(found.schedule is not None, items))

    async def _plan(self, call: Call) -> Reply:
        return Reply(changes_of((await self._drawn(call.body)).plan))

    async def _apply(self, call: Call) -> Reply:
        how: HowApplied = call.query
        after = _number(call.if_match)
        draft = await self._drawn(call.body)
        if draft.plan.needs_confirmation and not how.confirm_removals:
            count = len(draft.plan.cancel)
            raise ProblemError(
                409, f"this removes {count} of the upcoming broadcasts: add confirm_removals=true"
            )
        if draft.plan.asks and not how.confirm:
            told = [FieldProblem(each.id, each.text) for each in draft.plan.asks]
            raise ProblemError(409, "this touches what is on air: add confirm=true", told)
        stale = await schedules.apply(operator(self.store, self.clock, call), draft, after)
        if stale:
            raise ProblemError(
                409, f"changed in the meantime and not touched: {', '.join(stale)}; apply again"
            )
        return Reply(changes_of(draft.plan), str((await self._in_force()).number))

    async def _drawn(self, text: str) -> ScheduleDraft:
        """Return the plan of a schedule.

        Raises:
            ProblemError: it has errors, or follows calendars.
        """
        now = self.clock.now()
        async with self._turn:
            reading = await asyncio.to_thread(schedules.read_text, text, FILE, self.settings, now)
            entries = _entries(reading)
            found = await schedules.present(self.store, entries, Path(FILE), self.settings, now)
            return await asyncio.to_thread(schedules.draw, found, reading.text, self.settings, now)


def _number(if_match: str) -> int | None:
    """Return the number of the schedule that is to be superseded; None: whichever is in force.

    Raises:
        ProblemError: it is none.
    """
    if if_match == "*":
        return None
    (seen,) = tags(if_match) if len(tags(if_match)) == 1 else ("",)
    if not seen.isdecimal() or len(seen) > 18:
        raise ProblemError(412, "If-Match names no schedule: send the ETag of `GET /schedule`")
    return int(seen)


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
