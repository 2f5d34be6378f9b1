"""A pass that fails, hangs or has nothing to wait for: it is made again later, and harms no other."""

import asyncio
from datetime import timedelta

import pytest

from jobs.model import Broadcast
from jobs.run.decision import WaitUntil
from jobs.run.lifecycle import State
from tests.support.clock import settle
from tests.support.engine import HOUR, World
from worker.engine.draft import Draft
from worker.engine.reconciler import Reconciler
from worker.store.records import Record


async def test_a_run_whose_decision_fails_is_set_aside_told_and_harms_no_other(world: World) -> None:
    await world.on_air()
    await world.add("other", starts_in=timedelta(minutes=10))

    world.client.broken = ZeroDivisionError("no such answer")
    at = await world.go(30)
    assert at
    assert at > world.clock.now()
    assert "show/suspended" in world.alerts.open()
    await world.go(0, "other")
    assert (await world.run("other")).state is State.READY


async def test_what_is_set_aside_is_stopped_and_closed_at_its_end(world: World) -> None:
    await world.on_air()
    world.client.broken = ZeroDivisionError("no such answer")
    await world.go(30)
    world.client.asked.clear()
    world.clock.move(3600)
    world.failsafe.look()
    await settle()
    assert [each.split()[0] for each in world.client.asked] == ["stop", "patch"]


async def test_a_pass_that_hangs_is_ended_told_and_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_run_id: str) -> None:
        await asyncio.get_running_loop().create_future()

    await world.on_air()
    monkeypatch.setattr("worker.engine.reconciler.HANGS_AFTER", 0)
    monkeypatch.setattr(world.records, "load", never)
    world.recorder.doubt("show")
    at = await world.reconciler.reconcile("show")
    assert at
    assert at > world.clock.now()
    assert "show/suspended" in world.alerts.open()
    monkeypatch.undo()
    await world.go(30)
    assert "show/suspended" not in world.alerts.open()


async def test_a_pass_during_which_the_process_was_paused_is_made_again_from_the_record_and_nobody_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def long(_self: Reconciler, _draft: Draft, _broadcast: Broadcast) -> None:
        monkeypatch.setattr("worker.kit.limit.PAUSED", -1.0)
        await asyncio.get_running_loop().create_future()

    async def load(run_id: str) -> Record | None:
        loaded.append(run_id)
        return await world.store.load(run_id)

    loaded: list[str] = []
    await world.on_air()
    monkeypatch.setattr("worker.kit.limit.LOOK_EVERY", 0.0)
    monkeypatch.setattr(Reconciler, "_decided", long)
    assert await world.reconciler.reconcile("show") == world.clock.now()
    assert world.alerts.open() == []
    monkeypatch.undo()
    monkeypatch.setattr(world.records, "load", load)
    await world.go(30)
    assert loaded == ["show"]
    assert (await world.run("show")).state is State.LIVE


async def test_a_wait_that_is_over_does_not_have_the_pass_made_again_in_the_same_instant(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.on_air()
    long_ago = WaitUntil(world.clock.now() - HOUR)
    monkeypatch.setattr("worker.engine.reconciler.decided", lambda _: long_ago)
    at = await world.reconciler.reconcile("show")
    assert at
    assert at > world.clock.now()
