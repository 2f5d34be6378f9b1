"""The pages: /livez, /readyz, /metrics; beside them the calendar, and where the provider posts."""

from collections.abc import Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from worker.web.framing import OneLength
from worker.web.guard import Guard
from worker.web.health import Health

OVERVIEW = """\
cuelight
/livez              whether passes finish
/readyz             whether the database answers and its schema matches
/metrics            for Prometheus
/calendar.ics       broadcasts, for calendar programs
/webhooks/provider  where the provider sends webhooks
"""


def pages(
    health: Health, metrics: Callable[[], bytes], token: str | None, others: Sequence[Route] = ()
) -> Starlette:
    """Return the pages. With a token, /metrics asks for it; who probes for life never has one.

    `others`: what is answered beside them.
    """
    guard = Guard(token)

    async def overview(_request: Request) -> Response:
        return PlainTextResponse(OVERVIEW)

    async def livez(_request: Request) -> Response:
        return _verdict(health.why_dead())

    async def readyz(_request: Request) -> Response:
        return _verdict(await health.why_unready())

    async def counted(request: Request) -> Response:
        if not guard.admits(request):
            return guard.refusal()
        return Response(metrics(), media_type=CONTENT_TYPE_LATEST)

    found = {"/": overview, "/livez": livez, "/readyz": readyz, "/metrics": counted}
    middleware = [Middleware(OneLength)]
    app = Starlette(
        routes=[*(Route(path, page) for path, page in found.items()), *others], middleware=middleware
    )
    app.router.redirect_slashes = False  # It would send whoever asks to the host that they name themselves.
    return app


def _verdict(trouble: str) -> Response:
    return PlainTextResponse(f"{trouble or 'ok'}\n", 503 if trouble else 200)
