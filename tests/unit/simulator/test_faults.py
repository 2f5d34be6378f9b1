import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.simulator.stage import Stage
from worker.simulator import Fault


def made(stage: Stage) -> int:
    return sum(len(tenant.meetings) for tenant in stage.simulator.world.tenants.values())


async def post_and_wait(stage: Stage, seconds: float) -> asyncio.Task[Any]:
    calling = asyncio.create_task(stage.post("/meetings", {}))
    await settle()
    stage.wait(seconds)
    await settle()
    return calling


async def settle() -> None:
    ready = asyncio.Event()
    loop = asyncio.get_running_loop()
    for _ in range(20):
        ready.clear()
        loop.call_soon(ready.set)
        await ready.wait()


async def give_up(calling: asyncio.Task[Any]) -> None:
    assert not calling.done()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling


async def test_the_next_calls_that_match_fail_without_effect() -> None:
    stage = Stage()
    stage.simulator.script(Fault(method="POST", path="^/meetings$", status=503, envelope="html", times=2))
    assert (await stage.get("/meetings")).status_code == 200
    for _ in range(2):
        answer = await stage.post("/meetings", {})
        assert (answer.status_code, answer.text[:6]) == (503, "<html>")
    assert made(stage) == 0
    assert (await stage.post("/meetings", {})).status_code == 201


async def test_a_failure_may_have_had_its_effect() -> None:
    stage = Stage()
    stage.simulator.script(Fault(status=502, effect=True))
    assert (await stage.post("/meetings", {})).status_code == 502
    assert made(stage) == 1
    assert stage.simulator.requests[-1].had_effect


async def test_an_answer_may_be_replaced_by_something_foreign() -> None:
    stage = Stage()
    foreign = Fault(body='{"result":[]}', media_type="text/plain", headers={"x-foreign": "1"})
    stage.simulator.script(foreign)
    answer = await stage.get("/meetings")
    assert (answer.status_code, answer.text, answer.headers["x-foreign"]) == (200, '{"result":[]}', "1")


async def test_what_has_no_effect_and_no_status_is_unavailable() -> None:
    stage = Stage()
    stage.simulator.script(Fault(effect=False))
    assert (await stage.post("/meetings", {})).status_code == 503


@pytest.mark.parametrize("effect", [True, False])
async def test_a_call_may_hang_before_or_after_its_effect(effect: bool) -> None:  # noqa: FBT001 - two cases
    stage = Stage()
    stage.simulator.script(Fault(then="hang", effect=effect))
    await give_up(await post_and_wait(stage, 3600))
    noted = stage.simulator.requests[-1]
    assert (noted.status, noted.outcome, made(stage)) == (None, "hung", int(effect))


@pytest.mark.parametrize("effect", [True, False])
async def test_a_connection_may_drop_before_or_after_the_effect(effect: bool) -> None:  # noqa: FBT001 - two cases
    stage = Stage()
    stage.simulator.script(Fault(then="drop", effect=effect))
    with pytest.raises(ConnectionResetError):
        await stage.post("/meetings", {})
    assert (stage.simulator.requests[-1].outcome, made(stage)) == ("dropped", int(effect))


async def test_an_answer_may_come_late_and_an_effect_too() -> None:
    stage = Stage()
    stage.simulator.script(Fault(latency_s=3), Fault(delay_s=3))
    late_answer = await post_and_wait(stage, 2)
    assert (late_answer.done(), made(stage)) == (False, 1)
    stage.wait(1)
    assert (await late_answer).status_code == 201
    late_effect = await post_and_wait(stage, 2)
    assert (late_effect.done(), made(stage)) == (False, 1)
    stage.clock.move(1)
    assert (await late_effect).json()["data"]["created_at"] == "2026-12-01T12:00:06.000Z"
    assert made(stage) == 2


async def test_a_call_has_its_effect_though_the_caller_has_given_up_before() -> None:
    stage = Stage()
    stage.simulator.script(Fault(delay_s=10))
    await give_up(await post_and_wait(stage, 8))
    assert made(stage) == 0
    stage.wait(2)
    await settle()
    assert made(stage) == 1


async def test_every_answer_takes_its_latency() -> None:
    stage = Stage(latency_s=0.1)
    calling = await post_and_wait(stage, 0.09)
    assert not calling.done()
    stage.wait(0.01)
    assert (await calling).status_code == 201


async def test_errors_by_chance_have_their_effect_half_of_the_time() -> None:
    stage = Stage(error_rate=1, rate_limit=1000)
    statuses = {(await stage.post("/meetings", {})).status_code for _ in range(200)}
    assert statuses == {500, 502, 503}
    assert 60 < made(stage) < 140


async def test_a_call_may_time_out_by_chance_after_its_effect() -> None:
    stage = Stage(timeout_after_commit_rate=1)
    await give_up(await post_and_wait(stage, 3600))
    assert made(stage) == 1


async def test_the_script_can_be_read_and_cleared() -> None:
    stage = Stage()
    stage.simulator.script(Fault(status=500, times=3))
    await stage.get("/meetings")
    ((fault, left),) = stage.simulator.faults.coming()
    assert (fault.status, left) == (500, 2)
    stage.simulator.faults.clear()
    assert (await stage.get("/meetings")).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"path": "("}, {"times": 0}, {"status": 99}, {"then": "explode"}, {"x": 1}]
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Fault(**wrong)
