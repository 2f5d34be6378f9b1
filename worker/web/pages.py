"""The pages: /livez, /readyz, /metrics; beside them calendar, interface, and where the provider posts."""

from collections.abc import Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from worker.web.connections import PROBES
from worker.web.framing import OneLength
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pace import Pace
from worker.web.problem import of_starlette
from worker.web.turns import Turns

_PROBES = """\
/livez              whether passes finish
/readyz             whether the database answers and its schema matches
/metrics            for Prometheus
"""
OVERVIEW_OF_PROBES = f"""\
cuelight
{_PROBES}"""
OVERVIEW = f"""\
cuelight
/                   in a browser: tonight, for whoever is on call
{_PROBES}\
/calendar.ics       broadcasts, for calendar programs
/api/v1/            for other programs, described by /api/v1/openapi.json
/webhooks/provider  where the provider sends webhooks
"""


def pages(
    health: Health,
    metrics: Callable[[], bytes],
    guard: Guard,
    pace: Pace,
    others: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the pages. /metrics asks for what the guard does; who probes for life never has a token.

    `pace`: of all that is asked for but probes. `others`: what is answered beside them.
    """
    return _app(OVERVIEW, [*others, *_own(health, metrics, guard)], pace)


def probes(health: Health, metrics: Callable[[], bytes], guard: Guard, pace: Pace) -> Starlette:
    """Return what tells how the worker is, and no more."""
    return _app(OVERVIEW_OF_PROBES, _own(health, metrics, guard), pace)


def _own(health: Health, metrics: Callable[[], bytes], guard: Guard) -> list[BaseRoute]:
    async def livez(_request: Request) -> Response:
        return _verdict(health.why_dead())

    async def readyz(_request: Request) -> Response:
        return _verdict(await health.why_unready())

    async def counted(request: Request) -> Response:
        if not guard.admits(request):
            return guard.refusal()
        return Response(metrics(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", counted)]


def _app(about: str, routes: Sequence[BaseRoute], pace: Pace) -> Starlette:
    async def overview(_request: Request) -> Response:
        return PlainTextResponse(about)

    app = Starlette(
        routes=[*routes, Route("/", overview)],
        middleware=[Middleware(OneLength), Middleware(Turns, at_once=PROBES, pace=pace)],
        exception_handlers={HTTPException: of_starlette},
    )
    app.router.redirect_slashes = False  # It would send whoever asks to the host that they name themselves.
    return app


def _verdict(trouble: str) -> Response:
    return PlainTextResponse(f"{trouble or 'ok'}\n", 503 if trouble else 200)
