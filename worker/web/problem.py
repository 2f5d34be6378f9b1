"""What is answered where nothing was done: a problem document (RFC 9457), in the command line's words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from worker.operations.refusals import (
    ChangedError,
    DeclinedError,
    IdInUseError,
    InvalidError,
    NotInStateError,
    RefusalError,
    UnknownBroadcastError,
)

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "A token is required",
    403: "The token does not allow this",
    404: "There is nothing here",
    405: "The method is not allowed",
    408: "The request was not received in time",
    409: "The state does not allow this",
    410: "The cursor is no longer valid",
    412: "It was changed in the meantime",
    413: "The request is too long",
    415: "The media type is not supported",
    422: "The request is not valid",
    428: "If-Match is required",
    429: "Too many failed attempts",
    500: "Internal error",
    502: "The provider did not answer as expected",
    503: "Not available now",
}
AGAIN_AFTER = 5
"""Seconds after which whoever was sent away may come again."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one part of a request."""

    where: str
    """Its place, as `body.starts_at`."""
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing was done (RFC 9457, section 3.1)."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    errors: tuple[FieldProblem, ...] = ()
    """What is wrong, part by part."""


class ProblemError(Exception):
    """Nothing is done, for this reason."""

    def __init__(self, status: int, detail: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.problem = Problem(status, TITLES[status], detail, errors=tuple(errors))


def of_refusal(error: RefusalError) -> ProblemError:
    """Return a refusal as HTTP says it."""
    return ProblemError(_status(error), str(error))


def _status(error: RefusalError) -> int:
    match error:
        case UnknownBroadcastError():
            return 404
        case InvalidError():
            return 422
        case ChangedError():
            return 412
        case IdInUseError() | NotInStateError() | DeclinedError():
            return 409
        case _:
            return 503


def of_validation(error: ValidationError, part: str) -> ProblemError:
    """Return what is wrong with a part of a request. What was sent is not repeated: it may be secret."""
    found = [_field(each["loc"], each["msg"], part) for each in error.errors(include_input=False)]
    return ProblemError(422, "; ".join(f"{each.where}: {each.message}" for each in found), found)


def _field(place: Iterable[object], message: str, part: str) -> FieldProblem:
    where = ".".join(map(str, (part, *place)))
    return FieldProblem(where, message.removeprefix("Value error, "))


async def of_starlette(_request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: a method that is not known at an address, and what is at none."""
    if not isinstance(error, HTTPException):
        raise error
    allowed = (error.headers or {}).get("Allow", "")
    detail = f"allowed here: {allowed}" if allowed else "there is nothing at this address"
    found = response(ProblemError(error.status_code, detail).problem)
    if allowed:
        found.headers["allow"] = allowed
    return found


def response(problem: Problem) -> Response:
    """Return it as it is sent."""
    told = {name: value for name, value in asdict(problem).items() if value != ()}
    headers = {"cache-control": "no-store"}
    if problem.status == 401:
        headers["www-authenticate"] = 'Bearer realm="cuelight"'
    if problem.status in (429, 503):
        headers["retry-after"] = str(AGAIN_AFTER)
    return Response(json.dumps(told), problem.status, headers, MEDIA_TYPE)
