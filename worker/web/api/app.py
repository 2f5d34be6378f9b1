"""The interface as a whole: every endpoint, its description, and what is answered where there is none."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from worker.web import problem
from worker.web.admission import Admission
from worker.web.api.answering import AT_ONCE, PREFIX, Answerer
from worker.web.api.endpoint import Endpoint
from worker.web.api.openapi import description
from worker.web.problem import ProblemError


def interface(endpoints: Sequence[Endpoint], admission: Admission) -> list[BaseRoute]:
    """Return what is answered at `/api/v1` and beneath."""
    at_once = asyncio.Semaphore(AT_ONCE)

    @cache
    def document() -> dict[str, Any]:
        return description(endpoints)

    async def described(_request: Request) -> Response:
        return JSONResponse(document(), headers={"cache-control": "no-cache"})

    answerers = [Answerer(each, admission, at_once) for each in endpoints]
    routes = [_route(path, answerers) for path in dict.fromkeys(each.path for each in endpoints)]
    router = Router([Route("/openapi.json", described), *routes], redirect_slashes=False, default=_nothing)
    return [Route(PREFIX, _nothing_there), Mount(PREFIX, router)]


def _route(path: str, answerers: Sequence[Answerer]) -> Route:
    """Return an address with all its methods, so that whoever uses another is told each of them."""
    by_method = {each.endpoint.method: each for each in answerers if each.endpoint.path == path}

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await by_method[method].answer(request)

    return Route(path, answer, methods=list(by_method))


async def _nothing_there(_request: Request) -> Response:
    return _told()


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """Answer that there is nothing at this address."""
    await _told()(scope, receive, send)


def _told() -> Response:
    told = ProblemError(404, f"there is nothing at this address: see {PREFIX}/openapi.json")
    return problem.response(told.problem)
