"""Logging in by a token, and out."""

from dataclasses import dataclass

from starlette.responses import Response

from worker.web.admission import Admission
from worker.web.console.sessions import Sessions
from worker.web.console.visit import Page, Visit, elsewhere
from worker.web.problem import ProblemError


@dataclass(frozen=True, slots=True)
class Login:
    """Takes tokens."""

    admission: Admission
    sessions: Sessions

    def pages(self) -> list[Page]:
        """Return the addresses."""
        return [
            Page(path="/login", answer=self._asked, scope=None),
            Page(path="/login", answer=self._in, method="POST", scope=None),
            Page(path="/logout", answer=self._out, method="POST", scope=None),
        ]

    async def _asked(self, visit: Visit) -> Response:
        return visit.page("login.html", next=_own(visit.request.query_params.get("next", "")), wrong="")

    async def _in(self, visit: Visit) -> Response:
        following = _own(visit.form.get("next", ""))
        try:
            caller = await self.admission.logged_in(visit.request, visit.form.get("token", "").strip())
        except ProblemError as error:
            told = error.problem
            return visit.page("login.html", told.status, next=following, wrong=told.detail)
        found = elsewhere(following)
        self.sessions.begin(visit.request, found, caller)
        return found

    async def _out(self, _visit: Visit) -> Response:
        found = elsewhere("/login")
        self.sessions.end(found)
        return found


def _own(path: str) -> str:
    """Return where to go on to, if that is one of our pages; else the first of them."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\", "/login"))
    return path if is_own and path.isprintable() else "/"
