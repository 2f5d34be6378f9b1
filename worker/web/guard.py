"""Who may see what is not for everybody: whoever knows CUELIGHT_HTTP__TOKEN, and says so in a header.

Never in an address: those stand in the logs of every proxy on the way, and in people's histories.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_ASKED = (
    "CUELIGHT_HTTP__TOKEN is required, as `Authorization: Bearer TOKEN`, or as the password of any user\n"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks for a token, if there are any: whichever of them."""

    token: str | None = field(repr=False)
    """CUELIGHT_HTTP__TOKEN."""
    others: Sequence[str] = field(default=(), repr=False)
    """Those that have names: each may read."""

    def admits(self, request: Request) -> bool:
        """Whether the token was given: as it is (RFC 6750, 2.1), or as a password (RFC 7617).

        Calendar programs and browsers know passwords alone.
        """
        asked_for = [each.encode() for each in (self.token, *self.others) if each]
        given = given_tokens(request)
        return not asked_for or True in [hmac.compare_digest(g, a) for a in asked_for for g in given]

    def refusal(self) -> Response:
        """Return the answer to whoever did not give it."""
        return PlainTextResponse(_ASKED, 401, {"WWW-Authenticate": 'Basic realm="cuelight", Bearer'})


def given_tokens(request: Request) -> tuple[bytes, ...]:
    """Return the token that was shown: as it is (RFC 6750, 2.1), or as a password (RFC 7617); or none."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "basic":
            return (_password(given),)
        case "bearer":
            return (given.strip().encode("utf-8", "replace"),)
        case _:
            return ()


def _password(given: str) -> bytes:
    try:
        return base64.b64decode(given, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
