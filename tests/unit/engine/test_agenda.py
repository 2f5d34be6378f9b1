"""Wake-ups: the newest word on a run counts, and one room has one pass at a time."""

import asyncio
from datetime import datetime, timedelta

from tests.support.clock import NOON, HandClock, settle
from worker.engine.agenda import Agenda
from worker.engine.passes import AT_ONCE, Passes


def test_a_run_is_due_once_at_its_latest_word() -> None:
    agenda = Agenda()
    agenda.set("a", NOON)
    agenda.set("a", NOON + timedelta(seconds=5))
    assert agenda.due(NOON, 9) == []
    assert agenda.next_at() == NOON + timedelta(seconds=5)
    assert agenda.due(NOON + timedelta(seconds=5), 9) == ["a"]
    assert agenda.due(NOON + timedelta(hours=1), 9) == []


def test_no_later_never_puts_off() -> None:
    agenda = Agenda()
    agenda.no_later("a", NOON)
    agenda.no_later("a", NOON + timedelta(hours=1))
    assert agenda.due(NOON, 9) == ["a"]


def test_the_earliest_comes_first() -> None:
    agenda = Agenda()
    for seconds, run_id in [(3, "c"), (1, "a"), (2, "b")]:
        agenda.set(run_id, NOON + timedelta(seconds=seconds))
    assert agenda.due(NOON + timedelta(seconds=9), 9) == ["a", "b", "c"]


async def test_runs_of_one_room_pass_one_after_the_other_and_others_beside_them() -> None:
    under_way: list[str] = []
    gates = {name: asyncio.Event() for name in "abc"}

    async def reconcile(run_id: str) -> datetime | None:
        under_way.append(run_id)
        await gates[run_id].wait()
        return None

    passes = Passes(reconcile, HandClock())
    passes.wake("a", "room")
    passes.wake("b", "room")
    passes.wake("c", "another")
    passes.start_due()
    await settle()
    assert under_way == ["a", "c"]
    gates["a"].set()
    await settle()
    passes.start_due()
    await settle()
    assert under_way == ["a", "c", "b"]
    for gate in gates.values():
        gate.set()
    await settle()
    assert passes.known == 0


async def test_a_run_that_was_woken_without_its_room_is_passed_in_it_as_soon_as_that_is_told() -> None:
    under_way: list[str] = []

    async def reconcile(run_id: str) -> datetime | None:
        under_way.append(run_id)
        await asyncio.Event().wait()
        return None

    passes = Passes(reconcile, HandClock())
    passes.wake("a")
    passes.wake("a", "room")
    passes.wake("b", "room")
    passes.start_due()
    await settle()
    assert under_way == ["a"]
    await passes.close()


async def test_a_wake_up_during_a_pass_is_not_lost() -> None:
    passed: list[str] = []
    gate = asyncio.Event()

    async def reconcile(run_id: str) -> datetime | None:
        passed.append(run_id)
        await gate.wait()
        return NOON + timedelta(hours=1)

    passes = Passes(reconcile, HandClock())
    passes.wake("a")
    passes.start_due()
    await settle()
    passes.wake("a")
    passes.start_due()
    gate.set()
    await settle()
    passes.start_due()
    await settle()
    assert passed == ["a", "a"]


async def test_a_pass_that_fails_frees_its_room() -> None:
    async def reconcile(run_id: str) -> datetime | None:
        raise RuntimeError(run_id)

    passes = Passes(reconcile, HandClock())
    passes.wake("a", "room")
    passes.start_due()
    await settle()
    passes.wake("b", "room")
    passes.start_due()
    await settle()
    assert not passes._busy


async def test_of_many_that_are_due_some_begin_before_others_so_that_their_calls_can_leave() -> None:
    begun: list[str] = []

    async def reconcile(run_id: str) -> datetime | None:
        begun.append(run_id)
        return None

    clock = HandClock()
    passes = Passes(reconcile, clock)
    for number in range(AT_ONCE + 3):
        passes.wake(f"run-{number}")
    assert passes.start_due()
    await settle()
    assert len(begun) == AT_ONCE
    assert not passes.start_due()
    await settle()
    assert len(begun) == AT_ONCE + 3
