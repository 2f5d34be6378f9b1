"""What is posted from our own pages, and nobody else's.

A form repeats a secret that the browser keeps as a cookie. A page elsewhere knows it not, and its requests
come without the cookie.
"""

import hmac
import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from worker.web.body import BodyError, read
from worker.web.console.sessions import put
from worker.web.problem import ProblemError

COOKIE = "cuelight_form"
FIELD = "form"
MOST_BYTES = 6 * 1024 * 1024
"""A schedule of 2 MiB as a form sends it: up to three bytes for one."""
MOST_FIELDS = 20
_KIND = "application/x-www-form-urlencoded"


def secret_of(request: Request) -> str:
    """Return the secret of this browser's forms: a new one if it has none yet."""
    return request.cookies.get(COOKIE, "") or secrets.token_urlsafe(24)


def keep_secret(request: Request, response: Response, secret: str) -> None:
    """Have the browser keep the secret of its forms."""
    if request.cookies.get(COOKIE) != secret:
        put(request, response, COOKIE, secret)


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        ProblemError: it cannot be read, or does not come from one of our pages.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise ProblemError(415, f"send {_KIND}")
    try:
        body = await read(request, most=MOST_BYTES)
        found = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except BodyError as error:
        raise ProblemError(error.status, str(error)) from None
    except ValueError:
        raise ProblemError(400, "the form cannot be read") from None
    kept, given = request.cookies.get(COOKIE, ""), found.pop(FIELD, "")
    if not kept or not hmac.compare_digest(kept.encode(), given.encode()):
        raise ProblemError(403, "this form is out of date, or of another site: load the page again")
    return found
