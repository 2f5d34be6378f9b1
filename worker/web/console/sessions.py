"""Who looks: by a cookie that logging in gave him, or as the interface knows him.

The cookie holds a name and when it was given, signed with that name's token: it is good at every worker with
the same tokens, and for nothing once the token is another. The token itself is not in it.
"""

from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import Request
from starlette.responses import Response

from worker.kit.clock import Clock
from worker.web.access import Access, Caller

COOKIE = "cuelight_session"
LASTS = 12 * 3600
"""Seconds: a night's duty."""


class _Signer(TimestampSigner):
    """Signs with a token, by the worker's clock."""

    def __init__(self, token: str, clock: Clock) -> None:
        super().__init__(token, salt="cuelight.session", digest_method=sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return the time, in seconds."""
        return int(self._clock.now().timestamp())


@dataclass(frozen=True, slots=True)
class Sessions:
    """Knows whoever has logged in."""

    access: Access
    clock: Clock

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None: nobody that is known."""
        return self._by_cookie(request.cookies.get(COOKIE, "")) or self.access.caller(request)

    def begin(self, request: Request, response: Response, caller: Caller) -> None:
        """Have the browser say from now on who it is."""
        signed = self._signer(caller.name).sign(caller.name).decode()
        put(request, response, COOKIE, signed)

    def end(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(COOKIE)

    def _by_cookie(self, given: str) -> Caller | None:
        name, _, _ = given.partition(".")
        token = self.access.tokens.get(name)
        if token is None:
            return None
        try:
            self._signer(name).unsign(given, max_age=LASTS)
        except BadSignature:
            return None
        return Caller(name, token.scopes)

    def _signer(self, name: str) -> _Signer:
        return _Signer(self.access.tokens[name].secret, self.clock)


def put(request: Request, response: Response, name: str, value: str) -> None:
    """Give the browser a cookie that no script reads, and that it sends from our own pages alone."""
    by_tls = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=by_tls)
