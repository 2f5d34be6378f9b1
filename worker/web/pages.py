"""The pages: /livez, /readyz, /metrics; and where the provider posts."""

import hmac
from collections.abc import Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from worker.web.framing import OneLength
from worker.web.health import Health

OVERVIEW = """\
cuelight
/livez              whether passes finish
/readyz             whether the database answers and its schema matches
/metrics            for Prometheus
/webhooks/provider  where the provider sends webhooks
"""


def pages(
    health: Health, metrics: Callable[[], bytes], token: str | None, others: Sequence[Route] = ()
) -> Starlette:
    """Return the pages. With a token, /metrics asks for it; who probes for life never has one.

    `others`: what is answered beside them.
    """

    async def overview(_request: Request) -> Response:
        return PlainTextResponse(OVERVIEW)

    async def livez(_request: Request) -> Response:
        return _verdict(health.why_dead())

    async def readyz(_request: Request) -> Response:
        return _verdict(await health.why_unready())

    async def counted(request: Request) -> Response:
        if token and not _bears(request, token):
            return PlainTextResponse(
                "CUELIGHT_HTTP__TOKEN is required, as `Authorization: Bearer TOKEN`\n",
                401,
                {"WWW-Authenticate": "Bearer"},
            )
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


def _bears(request: Request, token: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return hmac.compare_digest(given, f"Bearer {token}".encode())
