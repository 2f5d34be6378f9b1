"""The description of the interface: whole, of a form that tools take, and true to what is answered."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.web.api.interface_world import SHOW, Interface, every_endpoint

EVERY = every_endpoint()


@pytest.fixture
async def document(interface: Interface) -> dict[str, Any]:
    found = await interface.get("/openapi.json", by=None)
    assert found.status_code == 200
    return dict(found.json())


async def test_it_is_there_without_a_token_and_names_every_address(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    named = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    assert named == {each.name for each in EVERY}
    assert len(named) == len(EVERY)


async def test_everything_that_it_refers_to_is_in_it(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    names = set(document["components"]["schemas"])
    referred = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert referred <= names


async def test_each_change_says_that_it_asks_for_a_version_and_what_it_needs(
    document: dict[str, Any],
) -> None:
    for each in EVERY:
        operation = document["paths"][f"/api/v1{each.path.replace(':int', '')}"][each.method.lower()]
        headers = [one["name"] for one in operation["parameters"] if one["in"] == "header"]
        assert headers == (["If-Match"] if each.changes else [])
        assert f"`{each.scope}`" in operation["description"]
        assert {"401", "403", "503"} <= operation["responses"].keys()


async def test_what_is_answered_is_what_is_described(interface: Interface, document: dict[str, Any]) -> None:
    await interface.post("/broadcasts", SHOW)
    for path, name in {
        "/broadcasts": "/broadcasts",
        "/broadcasts/show": "/broadcasts/{id}",
        "/broadcasts/show/why": "/broadcasts/{id}/why",
        "/events": "/events",
        "/alerts": "/alerts",
        "/quota": "/quota",
        "/workers": "/workers",
        "/schedule": "/schedule",
    }.items():
        answer = await interface.get(path)
        described = document["paths"][f"/api/v1{name}"]["get"]["responses"]["200"]["content"]
        schema = {**described["application/json"]["schema"], "components": document["components"]}
        Draft202012Validator(schema).validate(answer.json())


async def test_a_problem_is_what_is_described(interface: Interface, document: dict[str, Any]) -> None:
    answer = await interface.get("/broadcasts/other")
    described = document["paths"]["/api/v1/broadcasts/{id}"]["get"]["responses"]["404"]["content"]
    schema = {**described["application/problem+json"]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())
