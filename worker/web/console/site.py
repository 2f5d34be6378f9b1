"""From a request to a page: who asks, what he may, what he posts, and what he is told when that fails."""

import asyncio
from asyncio import Semaphore
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from worker.kit.clock import Clock
from worker.operations.refusals import RefusalError
from worker.store.errors import GarbledRowError, StoreUnavailableError
from worker.web import problem
from worker.web.api.answering import check_site
from worker.web.console import forms
from worker.web.console.sessions import Sessions
from worker.web.console.visit import Page, Visit, elsewhere
from worker.web.problem import Problem, ProblemError

AT_ONCE = 8
"""Pages in hand; whoever comes beside them waits for his turn, for as long as an answer may take."""
ANSWERED_WITHIN = 9.0
"""Seconds; a connection is cut a second later."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "vary": "cookie",
    "x-content-type-options": "nosniff",
}
"""Nothing is loaded from elsewhere, shown within another's page, or kept."""

log = structlog.get_logger(__name__)


class BrowserRoute(Route):
    """An address that is another one for programs."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a browser asks for this."""
        accepted = dict(scope["headers"]).get(b"accept", b"") if scope["type"] == "http" else b""
        return super().matches(scope) if b"text/html" in accepted else (Match.NONE, {})


@dataclass(slots=True)
class Site:
    """Answers the requests to all pages."""

    sessions: Sessions
    clock: Clock
    _at_once: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))

    def routes(self, pages: Sequence[Page]) -> list[BaseRoute]:
        """Return the pages as Starlette knows them."""
        return [self._route(each) for each in pages]

    def _route(self, page: Page) -> Route:
        async def answer(request: Request) -> Response:
            return await self._answer(page, request)

        kind = BrowserRoute if page.is_for_browsers else Route
        return kind(page.path, answer, methods=[page.method])

    async def _answer(self, page: Page, request: Request) -> Response:
        visit = Visit(
            request=request,
            caller=self.sessions.caller(request),
            now=self.clock.now(),
            secret=forms.secret_of(request),
        )
        response = await self._in_time(page, visit)
        forms.keep_secret(request, response, visit.secret)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _in_time(self, page: Page, visit: Visit) -> Response:
        try:
            async with asyncio.timeout(ANSWERED_WITHIN), self._at_once:
                return await self._told(page, visit)
        except TimeoutError:
            return _failed(visit, ProblemError(503, f"not done within {ANSWERED_WITHIN:g} s").problem)
        except ProblemError as error:
            return _failed(visit, error.problem)
        except RefusalError as error:
            return _failed(visit, problem.of_refusal(error).problem)
        except (StoreUnavailableError, GarbledRowError) as error:
            return _failed(visit, ProblemError(503, str(error)).problem)
        except Exception:
            log.exception("page_failed", page=page.path)
            return _failed(visit, ProblemError(500, "an error of cuelight's own: it is in its log").problem)

    async def _told(self, page: Page, visit: Visit) -> Response:
        if page.scope is not None:
            if visit.caller is None:
                return elsewhere(f"/login?next={quote(visit.request.url.path)}")
            if not visit.caller.may(page.scope):
                raise ProblemError(403, f"{visit.caller.name} may look, and this needs {page.scope}")
        if page.method == "GET":
            return await page.answer(visit)
        check_site(visit.request)
        return await page.answer(replace(visit, form=await forms.posted(visit.request)))


def _failed(visit: Visit, told: Problem) -> Response:
    return visit.page("problem.html", told.status, problem=told)
