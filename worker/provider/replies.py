"""From an answer to its data, or to the error it stands for (API reference, sections 1 and 7)."""

import json
import re
from enum import StrEnum
from typing import Any, NoReturn, TypedDict

from worker.kit.retry_after import seconds_asked_for
from worker.kit.twins import without_twins
from worker.provider.errors import (
    AbsentError,
    BadReplyError,
    CredentialsError,
    FaultyError,
    NoSuchRouteError,
    ProviderError,
    RateLimitedError,
    RefusedError,
)
from worker.provider.transport import Reply

SHORTEST_PAUSE = 1.0
"""Seconds: a shorter `retry-after` is none."""
LONGEST_PAUSE = 600.0
"""Seconds: a longer `retry-after` is not believed (API reference, section 8: five minutes)."""


class Form(StrEnum):
    """Who wrote an answer, by its envelope."""

    OWN = "own"
    GATEWAY = "gateway"
    FOREIGN = "foreign"


class _Named(TypedDict):
    status: int
    request_id: str


def document(reply: Reply) -> dict[str, Any]:
    """Return the whole document of a successful answer.

    Raises:
        ProviderError: it is not one.
    """
    if reply.status == 204 and not reply.body:
        return {"success": True}
    found = parsed(reply.body)
    if not 200 <= reply.status < 300:
        raise failure(reply, found)
    if not isinstance(found, dict) or not isinstance(found.get("success"), bool):
        raise BadReplyError("not in the provider's format", status=reply.status, request_id=reply.request_id)
    if not found["success"]:
        raise FaultyError(
            _reason(found) or "success: false", status=reply.status, request_id=reply.request_id
        )
    return found


def data(found: dict[str, Any]) -> Any:
    """Return `data`, or `result` as most of the vendor's other interfaces call it.

    Raises:
        BadReplyError: there is neither. An answer that says nothing proves nothing.
    """
    for name in ("data", "result"):
        if name in found:
            return found[name]
    raise BadReplyError("neither data nor result")


def failure(reply: Reply, found: Any) -> ProviderError:
    """Return the error that an answer stands for."""
    form = form_of(found)
    named = _Named(status=reply.status, request_id=reply.request_id)
    reason = _reason(found) or "no reason given"
    match reply.status:
        case 429:
            pause = retry_after(reply.headers.get("retry-after"), reply.headers.get("date"))
            return RateLimitedError("too many calls", retry_after=pause, request_id=reply.request_id)
        case 401:
            return CredentialsError(reason, **named)
        case status if status == 408 or status >= 500:
            return FaultyError(reason, **named)
        case status if form is Form.FOREIGN or status < 400:
            return BadReplyError("not in the provider's format", **named)
        case 403 if form is Form.GATEWAY:
            return CredentialsError(reason, **named)
        case _ if form is Form.GATEWAY:
            return NoSuchRouteError(reason, **named)
        case 404:
            return AbsentError(reason, **named)
        case _:
            return RefusedError(reason, **named)


def form_of(found: Any) -> Form:
    """Tell the service's own envelope from the gateway's and from anybody else's."""
    if not isinstance(found, dict) or found.get("success") is not False:
        return Form.FOREIGN
    if isinstance(found.get("errors"), list):
        return Form.GATEWAY
    if "error" not in found and isinstance(found.get("message"), str):
        return Form.OWN  # As its validation answers (API reference, section 7: 422).
    return Form.OWN if isinstance(found.get("error"), dict) else Form.FOREIGN


_RATELIMIT = re.compile(r";\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})\s*(?:,|\Z)")


def ratelimit(value: str | None) -> tuple[int, float] | None:
    """Return how many calls are left, and for how many seconds; None: nothing readable is said.

    `Ratelimit: "default";r=50;t=30` (API reference, section 8); of several policies the tightest counts.
    """
    said = [(int(left), min(float(t), LONGEST_PAUSE)) for left, t in _RATELIMIT.findall(value or "")]
    return min(said, default=None)


def retry_after(value: str | None, answered_at: str | None = None) -> float | None:
    """Return the seconds that a `retry-after` asks for, within bounds.

    None if it says nothing readable, or to come back at once: whoever did would be refused all the same.
    `answered_at`: the answer's own date, which the other is later than.
    """
    seconds = seconds_asked_for(value, answered_at)
    return None if seconds is None or seconds < SHORTEST_PAUSE else min(LONGEST_PAUSE, seconds)


def parsed(body: bytes) -> Any:
    """Return the parsed JSON; None if it is no JSON, or says one thing twice.

    Who says LIVE and IDLE at once proves neither (law 7).
    """
    try:
        return json.loads(body, parse_constant=_no_constant, object_pairs_hook=without_twins)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _reason(found: Any) -> str:
    """Return the reason that the provider gives, on one line. It may echo what was sent."""
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    error = found.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    said = error.get("message") if isinstance(error, dict) else found.get("message")
    return one_line(said) if isinstance(said, str) else ""


def one_line(said: str) -> str:
    """Return the text without what breaks a line, a terminal or a database."""
    return "".join(filter(str.isprintable, " ".join(said.split())))
