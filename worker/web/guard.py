"""Who may see what is not for everybody: whoever knows CUELIGHT_HTTP__TOKEN, and says so in a header.

Never in an address: those stand in the logs of every proxy on the way, and in people's histories.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_ASKED = (
    "CUELIGHT_HTTP__TOKEN is required, as `Authorization: Bearer TOKEN`, or as the password of any user\n"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks for the token, if there is one."""

    token: str | None = field(repr=False)

    def admits(self, request: Request) -> bool:
        """Whether the token was given: as it is (RFC 6750, 2.1), or as a password (RFC 7617).

        Calendar programs and browsers know passwords alone.
        """
        if not self.token:
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return self._is_token(_password(given))
        return scheme.lower() == "bearer" and self._is_token(given.encode("utf-8", "replace"))

    def refusal(self) -> Response:
        """Return the answer to whoever did not give it."""
        return PlainTextResponse(_ASKED, 401, {"WWW-Authenticate": 'Basic realm="cuelight", Bearer'})

    def _is_token(self, given: bytes) -> bool:
        return hmac.compare_digest(given, (self.token or "").encode())


def _password(given: str) -> bytes:
    try:
        return base64.b64decode(given, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
