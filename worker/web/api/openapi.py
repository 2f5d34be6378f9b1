"""The description of the interface, OpenAPI 3.1, made from the endpoints themselves."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from worker.web import problem
from worker.web.api.answering import JSON, PREFIX, YAML
from worker.web.api.endpoint import Endpoint
from worker.web.problem import Problem

_REF = "#/components/schemas/{model}"
_EVERYWHERE = (400, 401, 403, 422, 429, 500, 503)
_ABOUT = (
    "What cuelight's commands do, over HTTP. Orders are written down and picked up by a worker; nothing waits"
    " for the provider, except for hosts' links. Instants are ISO 8601 in UTC."
)
Key = tuple[str, Literal["validation", "serialization"]]


def description(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document."""
    schemas, components = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(PREFIX + _plain(each.path), {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "cuelight", "version": version("cuelight"), "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _schemas(endpoints: Sequence[Endpoint]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the schema of what each endpoint takes and returns, and what those refer to."""
    wanted: list[tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        ("problem", "serialization", TypeAdapter(Problem))
    ]
    for each in endpoints:
        wanted.append((f"{each.name}.reply", "serialization", TypeAdapter(each.reply)))
        if each.body:
            wanted.append((f"{each.name}.body", "validation", TypeAdapter(each.body)))
    found, definitions = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    return {key: schema for (key, _), schema in found.items()}, definitions.get("$defs", {})


def _operation(endpoint: Endpoint, schemas: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"Needs the scope `{endpoint.scope}`.",
        "tags": [endpoint.group],
        "parameters": [*_in_path(endpoint), *_in_query(endpoint), *_in_headers(endpoint)],
        "responses": {**_done(endpoint, schemas), **_not_done(endpoint, schemas)},
    }
    if endpoint.takes_text:
        text = {"schema": {"type": "string", "description": "A schedule, as YAML."}}
        found["requestBody"] = {"required": True, "content": dict.fromkeys(YAML, text)}
    elif endpoint.body:
        content = {JSON: {"schema": schemas[f"{endpoint.name}.body"]}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _plain(path: str) -> str:
    """Return a path without the kinds of its parameters, which are Starlette's."""
    return re.sub(r":\w+}", "}", path)


def _in_path(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = re.findall(r"{(\w+)(?::(\w+))?}", endpoint.path)
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for name, kind in found
    ]


def _in_query(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    properties = _own_schema(endpoint.query)["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]


def _own_schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(ref_template=_REF)


def _in_headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    if not endpoint.changes:
        return []
    about = "The ETag of what was read, or `*` for whatever it is by now."
    return [
        {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": about,
        }
    ]


def _done(endpoint: Endpoint, schemas: Mapping[str, Any]) -> dict[str, Any]:
    content = {JSON: {"schema": schemas[f"{endpoint.name}.reply"]}}
    return {
        str(status): {"description": "Done." if status < 202 else "Written down.", "content": content}
        for status in endpoint.statuses
    }


def _not_done(endpoint: Endpoint, schemas: Mapping[str, Any]) -> dict[str, Any]:
    statuses = {*_EVERYWHERE, *endpoint.problems}
    if endpoint.changes:
        statuses |= {412, 428}
    if endpoint.body or endpoint.takes_text:
        statuses |= {408, 413, 415}
    content = {problem.MEDIA_TYPE: {"schema": schemas["problem"]}}
    return {
        str(status): {"description": f"{problem.TITLES[status]}.", "content": content}
        for status in sorted(statuses)
    }
