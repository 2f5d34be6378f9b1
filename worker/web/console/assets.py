"""The style sheet and the script: from here alone, and under another address when they are changed."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_KINDS = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}
_KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load."""

    path: str
    kind: str
    content: bytes


@cache
def assets() -> dict[str, Asset]:
    """Return each by its name."""
    found = {}
    for name, kind in _KINDS.items():
        content = files("worker.web.console").joinpath("static", name).read_bytes()
        stem, _, ending = name.partition(".")
        path = f"/static/{stem}-{sha256(content).hexdigest()[:12]}.{ending}"
        found[name] = Asset(path, kind, content)
    return found


def routes() -> list[BaseRoute]:
    """Return their addresses."""
    return [_route(each) for each in assets().values()]


def _route(asset: Asset) -> Route:
    headers = {"cache-control": _KEPT, "x-content-type-options": "nosniff"}

    async def answer(_request: Request) -> Response:
        return Response(asset.content, headers=headers, media_type=asset.kind)

    return Route(asset.path, answer)
