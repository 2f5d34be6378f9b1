"""A request to one of the pages, with who makes it; and what a page is made of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from config.access import Scope
from worker.view.html import html, html_parts
from worker.view.instants import zone_name
from worker.web.access import Caller
from worker.web.console.assets import assets


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, from somebody who may make it."""

    request: Request
    caller: Caller | None
    """None: nobody who has logged in, on the page where that is done."""
    now: datetime
    secret: str
    """That of the browser's forms."""
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_operate(self) -> bool:
        """Whether he may do more than look."""
        return self.caller is not None and self.caller.may(Scope.OPERATE)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page, filled."""
        return HTMLResponse(html(template, {**self._common(), **values}), status)

    def long_page(self, template: str, **values: Any) -> Response:
        """Return a page that may be long: it is filled on a thread, and sent as it is filled."""
        parts = html_parts(template, {**self._common(), **values})
        return StreamingResponse(parts, media_type=HTMLResponse.media_type)

    def _common(self) -> Mapping[str, Any]:
        return {
            "caller": self.caller,
            "may_operate": self.may_operate,
            "now": self.now,
            "zone": zone_name(self.now),
            "secret": self.secret,
            "css": assets()["console.css"].path,
            "js": assets()["console.js"].path,
            "icon": assets()["icon.svg"].path,
            "here": self.request.url.path,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address, what may be seen or done there, and by whom."""

    path: str
    answer: Callable[[Visit], Awaitable[Response]]
    method: str = "GET"
    scope: Scope | None = Scope.READ
    """None: anybody."""
    is_for_browsers: bool = False
    """Whether it is there for those alone who ask for a page."""


def elsewhere(path: str) -> Response:
    """Have the browser go on to another of our pages."""
    return RedirectResponse(path, 303)
