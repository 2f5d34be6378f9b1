"""From a request to its answer: who asks, what he may, what he says, what is done, how it is told."""

import asyncio
import json
from asyncio import Semaphore
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from worker.operations.refusals import RefusalError
from worker.store.errors import GarbledRowError, StoreUnavailableError
from worker.web import problem
from worker.web.access import Caller
from worker.web.admission import Admission
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply
from worker.web.body import BodyError, read
from worker.web.problem import ProblemError

PREFIX = "/api/v1"
AT_ONCE = 16
"""Requests in hand; whoever comes beside them is asked to come again."""
ANSWERED_WITHIN = 9.0
"""Seconds; a connection is cut a second later."""
MOST_BYTES = 64 * 1024
MOST_OF_A_SCHEDULE = 2 * 1024 * 1024
GREATEST = 2**62
"""No number that a database gives out is greater."""
JSON = "application/json"
YAML = ("application/yaml", "text/yaml", "text/plain")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answerer:
    """Answers the requests to one endpoint."""

    endpoint: Endpoint
    admission: Admission
    at_once: Semaphore
    """Requests that may be in hand, at whatever endpoint."""

    async def answer(self, request: Request) -> Response:
        """Answer a request to it."""
        if self.at_once.locked():
            return problem.response(ProblemError(503, "too many requests at once").problem)
        async with self.at_once:
            return await self._answered(request)

    async def _answered(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                check_site(request)
                caller = await self.admission.admitted(request, self.endpoint.scope)
                return await self._told(request, caller)
        except TimeoutError:
            return problem.response(ProblemError(503, f"not done within {ANSWERED_WITHIN:g} s").problem)
        except ProblemError as error:
            return problem.response(error.problem)
        except Exception:
            log.exception("request_failed", endpoint=self.endpoint.name)
            return problem.response(ProblemError(500, "an error of cuelight's own: it is in its log").problem)

    async def _told(self, request: Request, caller: Caller) -> Response:
        made = await self._read(request, caller)
        try:
            reply = await self.endpoint.answer(made)
        except RefusalError as error:
            raise problem.of_refusal(error) from None
        except (StoreUnavailableError, GarbledRowError) as error:
            raise ProblemError(503, str(error)) from None
        return self._response(request, reply)

    async def _read(self, request: Request, caller: Caller) -> ApiRequest:
        """Read what is asked.

        Raises:
            ProblemError: it cannot be read, or is not valid, or does not say which version it changes.
        """
        seen = _seen(request) if self.endpoint.changes else frozenset()
        return ApiRequest(
            caller=caller,
            path=_path(request),
            query=_valid(self.endpoint.query, _query(request), "query"),
            body=await self._body(request),
            seen=seen,
        )

    async def _body(self, request: Request) -> Any:
        if self.endpoint.takes_text:
            _supported(request, YAML)
            return _text(await _received(request, MOST_OF_A_SCHEDULE))
        if self.endpoint.body is None:
            return None
        received = await _received(request, MOST_BYTES)
        if received:
            _supported(request, (JSON,))
        return _valid(self.endpoint.body, _parsed(received or b"{}"), "body")

    def _response(self, request: Request, reply: Reply) -> Response:
        headers = {"cache-control": "private, no-cache", "vary": "authorization"}
        if reply.version:
            headers["etag"] = f'"{reply.version}"'
        if reply.location:
            headers["location"] = PREFIX + reply.location
        if request.method == "GET" and reply.version in tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(self._adapter.dump_json(reply.value), reply.status, headers, JSON)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.endpoint.reply)


def check_site(request: Request) -> None:
    """Let no page of somebody else's have a browser order what the one who uses it may (Fetch Metadata).

    Raises:
        ProblemError: a page elsewhere asks.
    """
    site = request.headers.get("sec-fetch-site", "none")
    if request.method not in ("GET", "HEAD") and site not in ("none", "same-origin"):
        raise ProblemError(403, "asked for by a page of another origin")


def _seen(request: Request) -> frozenset[str]:
    """Return the versions that are meant; none: whichever there is (RFC 9110, 13.1.1).

    A proxy that compresses makes a tag weak; it is the same version all the same.

    Raises:
        ProblemError: nothing says which (428), or what does names none (412).
    """
    given = request.headers.get("if-match", "").strip()
    if not given:
        cure = "read it first and send its ETag as If-Match, or `If-Match: *` for whatever it is by now"
        raise ProblemError(428, cure)
    if given == "*":
        return frozenset()
    if not tags(given):
        raise ProblemError(412, "If-Match names no version: send the ETag of what was read, as it came")
    return tags(given)


def tags(header: str) -> frozenset[str]:
    """Return the versions that a header names (RFC 9110, 8.8.3), without their quotes."""
    found = (each.strip().removeprefix("W/").strip('"') for each in header.split(","))
    return frozenset(each for each in found if each)


def _valid(model: type[BaseModel] | None, found: Mapping[str, Any], part: str) -> Any:
    if model is None:
        if found and part == "query":
            raise ProblemError(422, f"query: {', '.join(sorted(found))}: not known here")
        return None
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise problem.of_validation(error, part) from None


def _path(request: Request) -> Mapping[str, Any]:
    """Return what the address names.

    Raises:
        ProblemError: a number in it is greater than any that is given out.
    """
    if any(isinstance(each, int) and each > GREATEST for each in request.path_params.values()):
        raise ProblemError(404, "there is nothing of this number")
    return request.path_params


def _query(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise ProblemError(422, f"query.{name}: given more than once")
        found[name] = value
    return found


async def _received(request: Request, most: int) -> bytes:
    try:
        return await read(request, most=most)
    except BodyError as error:
        raise ProblemError(error.status, str(error)) from None


def _supported(request: Request, types: Sequence[str]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in types:
        raise ProblemError(415, f"send {' or '.join(types)}")


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, f"the body is not valid JSON: {_reason(error)}") from None
    if not isinstance(found, dict):
        raise ProblemError(422, "body: must be an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given more than once")
    return found


def _reason(error: Exception) -> str:
    """Return where it goes wrong, without what is written there."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}, column {error.colno}"
    return (
        "it is not UTF-8"
        if isinstance(error, UnicodeDecodeError)
        else str(error) or "it is nested too deeply"
    )


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(400, "the body is not UTF-8") from None
