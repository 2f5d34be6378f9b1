"""Requests that are wrong: each is told why as a problem document, and none brings anything down."""

import pytest
from structlog.testing import capture_logs

from tests.unit.store.sqlite_house import SqliteHouse
from tests.unit.web.api.interface_world import SHOW, Interface
from worker.store.errors import StoreUnavailableError


async def test_what_cannot_be_read_says_where(interface: Interface) -> None:
    how = {"by": "ann", "content_type": "application/json"}
    told = await interface.ask("POST", "/broadcasts", text='{"id": "a",', **how)
    assert (told.status_code, "line 1" in told.json()["detail"]) == (400, True)
    assert (await interface.ask("POST", "/broadcasts", text='{"id": 1, "id": 2}', **how)).status_code == 400
    assert (await interface.ask("POST", "/broadcasts", text="[" * 5000, **how)).status_code == 400
    assert (await interface.ask("POST", "/broadcasts", text="[]", **how)).status_code == 422
    assert (await interface.ask("POST", "/broadcasts", text='{"id": NaN}', **how)).status_code in (400, 422)


async def test_what_is_no_json_by_its_own_word_is_not_taken_for_it(interface: Interface) -> None:
    told = await interface.ask("POST", "/broadcasts", by="ann", text="{}", content_type="text/html")
    assert told.status_code == 415
    charset = "application/json; charset=utf-8"
    made = await interface.ask("POST", "/broadcasts", by="ann", text="{}", content_type=charset)
    assert made.status_code == 422


async def test_what_is_too_long_is_refused(interface: Interface) -> None:
    told = await interface.post("/broadcasts", SHOW | {"title": "x" * 70_000})
    assert told.status_code == 413


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "since=yesterday", "colour=red", "limit=1&limit=2", "all=maybe"],
)
async def test_a_query_that_is_wrong_is_refused_by_name(interface: Interface, query: str) -> None:
    told = await interface.get(f"/broadcasts?{query}")
    assert told.status_code == 422
    assert f"query.{query.partition('=')[0]}" in told.json()["detail"]


async def test_a_query_where_none_is_known_is_refused(interface: Interface) -> None:
    assert (await interface.get("/workers?limit=1")).status_code == 422


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/broadcasts/", "/broadcasts/a/b/c", "/requests/x"])
async def test_an_address_that_is_none_says_where_they_are_described(interface: Interface, path: str) -> None:
    told = await interface.get(path)
    assert told.status_code == 404
    assert told.headers["content-type"] == "application/problem+json"
    assert "openapi.json" in told.json()["detail"]


async def test_a_database_that_does_not_answer_is_told_and_nothing_breaks(
    interface: Interface, house: SqliteHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailableError("the database does not answer")

    monkeypatch.setattr(house.store, "find", away)
    told = await interface.get("/broadcasts/show")
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    assert told.json()["detail"] == "the database does not answer"


async def test_a_problem_says_its_status_its_title_and_no_more_than_it_knows(interface: Interface) -> None:
    told = await interface.get("/broadcasts/other")
    assert told.json().keys() == {"type", "status", "title", "detail"}
    assert told.json()["status"] == told.status_code == 404


async def test_a_method_that_is_not_known_names_those_that_are(interface: Interface) -> None:
    told = await interface.ask("DELETE", "/broadcasts/show", by="ann")
    assert (told.status_code, told.headers["content-type"]) == (405, "application/problem+json")
    assert "GET" in told.headers["allow"]


async def test_a_fault_of_our_own_is_logged_and_told_as_no_more_than_that(
    interface: Interface, house: SqliteHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(house.store, "find", broken)
    with capture_logs() as logged:
        told = await interface.get("/broadcasts/show")
    assert (told.status_code, "canary" in told.text) == (500, False)
    assert [each["event"] for each in logged] == ["request_failed"]


@pytest.mark.parametrize("path", ["/requests/{}", "/alerts/{}/resolve"])
async def test_a_number_that_no_database_holds_is_that_of_nothing(interface: Interface, path: str) -> None:
    method = "POST" if path.endswith("resolve") else "GET"
    for number in (2**62 + 1, 2**63, 2**64, 10**40):
        answer = await interface.ask(
            method, path.format(number), by="ann", json={} if method == "POST" else None
        )
        assert answer.status_code == 404, answer.text


async def test_whoever_uses_another_method_is_told_all_that_there_are(interface: Interface) -> None:
    for path, methods in (("/broadcasts", "GET, HEAD, POST"), ("/broadcasts/a", "GET, HEAD, PATCH")):
        answer = await interface.ask("DELETE", path)
        assert answer.status_code == 405
        assert ", ".join(sorted(answer.headers["allow"].split(", "))) == methods
