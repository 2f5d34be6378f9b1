"""The wrapping of answers (API reference, sections 1 and 7)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from worker.simulator.knobs import Envelope, Knobs

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, ready to be sent."""

    status: int
    content: bytes
    media_type: str | None = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def success(data: Any, status: int = 200, paging: Mapping[str, int] | None = None) -> Reply:
    """Wrap what was asked for; lists carry their paging at the top."""
    body = {"success": True, "data": data}
    return _json(status, body if paging is None else body | {"paging": paging})


def refusal(knobs: Knobs, status: int, message: str, envelope: Envelope | None = None) -> Reply:
    """Wrap an error, in the form that the knobs or the fault ask for."""
    match envelope or knobs.error_envelope:
        case "own":
            return _own(status, message, knobs)
        case "message":
            return _json(status, {"message": message, "success": False})
        case "gateway":
            return gateway(status, 10_000 if status in {401, 403} else status, message)
        case "html":
            return _html(status)
        case "empty":
            return Reply(status, b"", None)


def gateway(status: int, code: int, message: str) -> Reply:
    """Wrap an error as the gateway in front of all products does."""
    error = {"code": code, "message": message}
    return _json(status, {"success": False, "errors": [error], "messages": [], "result": None})


def unauthorized(knobs: Knobs) -> Reply:
    """Refuse bad credentials, each flavour in its own way."""
    if knobs.flavour == "realtimekit":
        return gateway(401, 10_000, "Authentication error")
    return _json(401, {"message": "Unauthorized"})


def forbidden(knobs: Knobs) -> Reply:
    """Refuse good credentials that lack the right."""
    if knobs.flavour == "realtimekit":
        return gateway(403, 10_000, "Authentication error")
    return _own(403, "Forbidden", knobs)


def no_route(knobs: Knobs, path: str) -> Reply:
    """Refuse a path that does not exist, which says nothing of any meeting."""
    if knobs.flavour == "realtimekit":
        return gateway(404, 7003, f"Could not route to {path}, perhaps your object identifier is invalid?")
    return _own(404, "Not Found", knobs)


def too_many(knobs: Knobs, seconds: int) -> Reply:
    """Refuse for the quota; nothing is promised of the body."""
    envelope: Envelope = "empty" if knobs.error_envelope in {"own", "message"} else knobs.error_envelope
    reply = refusal(knobs, 429, "Too many requests", envelope)
    edge = {} if knobs.flavour == "realtimekit" else {"x-envoy-ratelimited": "true", "server": "envoy"}
    return Reply(429, reply.content, reply.media_type, {"retry-after": str(seconds)} | edge)


def _own(status: int, message: str, knobs: Knobs) -> Reply:
    code = status if knobs.error_code_type == "number" else str(status)
    return _json(status, {"success": False, "error": {"code": code, "message": message}})


def _html(status: int) -> Reply:
    reason = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{reason}</title></head><body><h1>{reason}</h1></body></html>"
    return Reply(status, page.encode(), "text/html")


def _json(status: int, body: Any) -> Reply:
    return Reply(status, json.dumps(body, separators=(",", ":")).encode())
