"""A request that says its length in two ways is refused: a proxy before us may believe the other one."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_TWICE = frozenset({b"content-length", b"transfer-encoding"})


class OneLength:
    """Stands before an application; refuses with 400, and closes, for what follows could be anybody's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand it on, or refuse it."""
        if scope["type"] == "http" and {name for name, _ in scope["headers"]} >= _TWICE:
            text = "content-length and transfer-encoding exclude each other\n"
            await PlainTextResponse(text, 400, {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, receive, send)
