"""Schedules over HTTP: validated, planned, applied, as the commands do it."""

from dataclasses import dataclass
from datetime import datetime

from config.access import Scope
from jobs.schedule.planned import Plan
from worker.view.plan_changes import PlanChanges, changes_of
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply, post, read
from worker.web.api.operators import Operators
from worker.web.api.requests import HowApplied
from worker.web.drafts import Drafts
from worker.web.problem import FieldProblem, ProblemError


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


@dataclass(frozen=True, slots=True)
class Schedules:
    """Answers what is asked of schedules."""

    operators: Operators
    drafts: Drafts

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
        newest, text = await self.drafts.in_force()
        return (
            InForce(newest.number, newest.applied_at, newest.by, text) if newest else InForce(0, None, "", "")
        )

    async def _validate(self, request: ApiRequest) -> Reply:
        """Check a schedule: every error and remark at once, with its place."""
        found = await self.drafts.checked(request.body)
        items = tuple(Finding(each.line, each.column, each.severity, each.message) for each in found.problems)
        return Reply(Findings(found.schedule is not None, items))

    async def _plan(self, request: ApiRequest) -> Reply:
        """Show what a schedule would add, move, change and cancel."""
        return Reply(changes_of((await self.drafts.drawn(request.body)).draft.plan))

    async def _apply(self, request: ApiRequest) -> Reply:
        """Put a schedule in force, in place of the one that was read."""
        after = _number(request.seen)
        draft = (await self.drafts.drawn(request.body)).draft
        _check_confirmed(draft.plan, request.query)
        await self.drafts.put_in_force(self.operators.of(request), draft, after)
        return Reply(changes_of(draft.plan), str((await self._in_force()).number))


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
