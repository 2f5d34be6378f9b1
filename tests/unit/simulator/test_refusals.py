import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import HandClock
from tests.unit.simulator.stage import Stage
from worker.simulator import Knobs
from worker.simulator.limits import Quota

UNKNOWN = "/meetings/0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic let-me-in", "let-me-in"])
async def test_realtimekit_refuses_a_wrong_token_at_its_gateway(authorization: str) -> None:
    answer = await Stage().call("GET", "/meetings", authorization=authorization)
    assert answer.status_code == 401
    assert answer.json()["errors"] == [{"code": 10000, "message": "Authentication error"}]
    assert "error" not in answer.json()


@pytest.mark.parametrize(
    "authorization", ["", "Basic !!!", "Basic b3JnOndyb25n", "Bearer b3JnOmxldC1tZS1pbg=="]
)
@pytest.mark.parametrize("flavour", ["dyte", "realtime-v2"])
async def test_dyte_refuses_a_wrong_key_in_its_own_way(flavour: str, authorization: str) -> None:
    answer = await Stage(flavour=flavour).call("GET", "/meetings", authorization=authorization)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize("flavour", ["realtimekit", "dyte", "realtime-v2"])
@pytest.mark.parametrize(("state", "status"), [("unauthorized", 401), ("forbidden", 403), ("valid", 200)])
async def test_good_credentials_may_go_bad(flavour: str, state: str, status: int) -> None:
    stage = Stage(flavour=flavour)
    stage.simulator.turn(credentials_state=state)
    assert (await stage.get("/meetings")).status_code == status


async def test_an_unknown_route_is_told_by_the_gateway_and_says_nothing_of_meetings() -> None:
    stage = Stage()
    for path in (stage.base + "/rooms", "/client/v4/user", stage.base.replace("realtime", "real")):
        answer = await stage.call("GET", path, whole=True)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["code"] == 7003
    assert (await stage.call("DELETE", "/meetings")).json()["errors"][0]["code"] == 7003


async def test_an_unknown_route_of_dyte_is_a_plain_404() -> None:
    answer = await Stage(flavour="dyte").get("/rooms")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)


@pytest.mark.parametrize(
    ("envelope", "kind", "start"),
    [
        ("own", "application/json", '{"success":false,"error":{"code":404,'),
        ("message", "application/json", '{"message":"'),
        ("gateway", "application/json", '{"success":false,"errors":[{"code":404,'),
        ("html", "text/html; charset=utf-8", "<html>"),
        ("empty", None, ""),
    ],
)
async def test_a_refusal_comes_in_several_envelopes(envelope: str, kind: str | None, start: str) -> None:
    answer = await Stage(error_envelope=envelope).get(UNKNOWN)
    assert answer.status_code == 404
    assert answer.headers.get("content-type") == kind
    assert answer.text.startswith(start)
    assert answer.text or envelope == "empty"


async def test_an_error_code_may_be_a_text() -> None:
    assert (await Stage(error_code_type="string").get(UNKNOWN)).json()["error"]["code"] == "404"


async def test_every_answer_says_what_is_left() -> None:
    stage = Stage(rate_limit=10, rate_window_s=60)
    await stage.get("/meetings")
    stage.wait(10)
    answer = await stage.get("/meetings")
    assert answer.headers["ratelimit"] == '"default";r=8;t=50'
    assert answer.headers["ratelimit-policy"] == '"default";q=10;w=60'
    assert answer.headers["cf-ray"] == "0000000000000002-SIM"


async def test_one_call_too_many_blocks_every_call_for_a_while() -> None:
    stage = Stage(rate_limit=3, rate_window_s=60, block_s=30)
    for _ in range(3):
        assert (await stage.get("/meetings")).status_code == 200
    blocked = await stage.get("/meetings")
    assert (blocked.status_code, blocked.headers["retry-after"], blocked.content) == (429, "30", b"")
    stage.wait(29.5)
    again = await stage.post("/meetings", {})
    assert (again.status_code, again.headers["retry-after"]) == (429, "1")
    assert again.headers["ratelimit"] == '"default";r=0;t=1'
    stage.wait(0.5)
    assert (await stage.get("/meetings")).json()["paging"]["total_count"] == 0


async def test_the_window_slides() -> None:
    stage = Stage(rate_limit=2, rate_window_s=60)
    await stage.get("/meetings")
    stage.wait(40)
    await stage.get("/meetings")
    stage.wait(20)
    assert (await stage.get("/meetings")).status_code == 200
    assert (await stage.get("/meetings")).status_code == 429


async def test_dyte_has_a_limit_and_headers_of_its_own() -> None:
    knobs = Stage(flavour="dyte").simulator.world.knobs
    assert (knobs.rate_limit, knobs.rate_window_s) == (2000, 60)
    stage = Stage(flavour="dyte", rate_limit=1)
    assert (await stage.get("/meetings")).headers["x-request-id"]
    blocked = await stage.get("/meetings")
    assert (blocked.status_code, blocked.headers["x-envoy-ratelimited"]) == (429, "true")
    assert blocked.headers["server"] == "envoy"
    assert "ratelimit" not in blocked.headers


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60), st.integers(min_value=1, max_value=8))
def test_no_window_ever_holds_more_calls_than_the_limit(gaps: list[float], limit: int) -> None:
    knobs = Knobs(rate_limit=limit, rate_window_s=60, block_s=60)
    clock, quota, passed = HandClock(), Quota(), []
    for gap in gaps:
        clock.move(gap)
        refused = quota.spend(clock.now(), knobs)
        if refused is None:
            passed.append(clock.now())
        else:
            assert 0 < math.ceil(refused) <= 60
    for at in passed:
        assert sum(0 <= (at - other).total_seconds() < 60 for other in passed) <= limit
