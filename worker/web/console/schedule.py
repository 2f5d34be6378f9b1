"""The schedule: its errors in place, what it would change, and how it is put in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from config.access import Scope
from config.problems import Problem
from config.settings import Settings
from worker.operations.operator import Operator
from worker.store.store import Store
from worker.view.plan import PlanView, plan_view
from worker.web.console.visit import Page, Visit
from worker.web.drafts import Drafts, Drawn
from worker.web.problem import ProblemError

AROUND = 2
"""Lines that are shown before and after one with an error."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the file, and what is wrong with it."""

    number: int
    text: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SchedulePages:
    """Answers who looks at the schedule, or changes it."""

    store: Store
    drafts: Drafts
    settings: Settings

    def pages(self) -> list[Page]:
        """Return the addresses. To check and to plan changes nothing."""
        return [
            Page(path="/schedule", answer=self._shown),
            Page(path="/schedule/plan", answer=self._planned, method="POST"),
            Page(path="/schedule/apply", answer=self._applied, method="POST", scope=Scope.OPERATE),
        ]

    async def _shown(self, visit: Visit) -> Response:
        newest, text = await self.drafts.in_force()
        return await self._page(visit, text, newest.number if newest else 0)

    async def _planned(self, visit: Visit) -> Response:
        text, number = _text(visit), _number(visit)
        reading = await self.drafts.checked(text)
        if reading.schedule is None:
            return await self._page(visit, text, number, problems=reading.problems, status=422)
        drawn = await self.drafts.drawn(text)
        return await self._page(visit, text, number, problems=reading.problems, drawn=drawn)

    async def _applied(self, visit: Visit) -> Response:
        text, number = _text(visit), _number(visit)
        drawn = await self.drafts.drawn(text)
        plan = drawn.draft.plan
        if (plan.needs_confirmation or plan.asks) and not visit.form.get("confirmed"):
            said = "this removes much, or touches what is on the air: confirm it"
            return await self._page(visit, text, number, drawn=drawn, trouble=said, status=409)
        by = Operator(visit.caller.name if visit.caller else "", self.store, self.drafts.clock)
        await self.drafts.put_in_force(by, drawn.draft, number)
        newest, in_force = await self.drafts.in_force()
        return await self._page(visit, in_force, newest.number if newest else 0, said="It is in force.")

    async def _page(  # noqa: PLR0913  What may be said of a schedule, by name.
        self,
        visit: Visit,
        text: str,
        number: int,
        *,
        problems: Sequence[Problem] = (),
        drawn: Drawn | None = None,
        trouble: str = "",
        said: str = "",
        status: int = 200,
    ) -> Response:
        newest, _ = await self.drafts.in_force()
        return visit.page(
            "schedule.html",
            status,
            text=text,
            number=number,
            in_force=newest,
            file=self.settings.schedule.name if self.settings.schedule else "",
            excerpt=_excerpt(text, problems),
            problems=problems,
            plan=self._view(drawn) if drawn else None,
            asks=bool(drawn and (drawn.draft.plan.needs_confirmation or drawn.draft.plan.asks)),
            trouble=trouble,
            said=said,
        )

    def _view(self, drawn: Drawn) -> PlanView:
        draft = drawn.draft
        return plan_view(draft.plan, drawn.present.rows, draft.load, self.settings.cost, month=draft.month)


def _excerpt(text: str, problems: Sequence[Problem]) -> tuple[TextLine, ...]:
    """Return the lines with something wrong, and those around them."""
    shown = {number for each in problems for number in range(each.line - AROUND, each.line + AROUND + 1)}
    return tuple(
        TextLine(number, line, tuple(each for each in problems if each.line == number))
        for number, line in enumerate(text.splitlines(), start=1)
        if number in shown
    )


def _text(visit: Visit) -> str:
    return visit.form.get("text", "").replace("\r\n", "\n")


def _number(visit: Visit) -> int:
    """Return the number of the schedule that was looked at.

    Raises:
        ProblemError: it is none.
    """
    given = visit.form.get("number", "")
    if not given.isdecimal() or len(given) > 18:
        raise ProblemError(422, "number: is that of no schedule")
    return int(given)
