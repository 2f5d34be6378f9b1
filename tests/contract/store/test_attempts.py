"""Attempts, written down before they are made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Attempt, Kind, Outcome
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.records import Save, Stale


async def test_an_attempt_gets_its_id_when_it_is_begun_and_keeps_it_when_it_is_answered(house: House) -> None:
    run = await house.taken_up()
    began = Attempt(kind=Kind.CREATE, began_at=NOON)
    run = await house.saved(Save(run, replace(run, attempts=(began,)), attempts=(began,)))
    (stored,) = run.attempts
    assert stored == replace(began, id=stored.id)
    assert stored.id is not None
    answered = replace(stored, outcome=Outcome.DONE, answered_at=NOON + timedelta(seconds=1), detail="d")
    run = await house.saved(Save(run, replace(run, attempts=(answered,)), attempts=(answered,)))
    assert run.attempts == (answered,)
    assert (await house.loaded("a")).attempts == (answered,)


async def test_an_attempt_need_not_be_among_those_of_the_run(house: House) -> None:
    run = await house.taken_up()
    began = Attempt(kind=Kind.STOP, began_at=NOON)
    run = await house.saved(Save(run, run, attempts=(began,)))
    run = await house.saved(Save(run, run, attempts=(replace(began, began_at=NOON + HOUR),)))
    assert [each.began_at for each in run.attempts] == [NOON, NOON + HOUR]
    assert run == await house.loaded("a")


async def test_one_write_answers_an_attempt_and_begins_others(house: House) -> None:
    run = await house.taken_up()
    stop = Attempt(kind=Kind.STOP, began_at=NOON)
    (stop,) = (await house.saved(Save(run, run, attempts=(stop,)))).attempts
    run = await house.loaded("a")
    told = replace(stop, outcome=Outcome.DONE, answered_at=NOON)
    close, again = (Attempt(kind=kind, began_at=NOON + HOUR) for kind in (Kind.CLOSE, Kind.STOP))
    after = replace(run, attempts=(told, close, again, close))
    run = await house.saved(Save(run, after, attempts=(told, close, again, close)))
    assert [each.kind for each in run.attempts] == [Kind.STOP, Kind.CLOSE, Kind.STOP, Kind.CLOSE]
    assert run.attempts[0] == told
    assert run == await house.loaded("a")


async def test_of_several_attempts_one_that_is_not_there_leaves_nothing_of_the_others(house: House) -> None:
    run = await house.taken_up()
    nowhere = Attempt(kind=Kind.STOP, began_at=NOON, id=99)
    with pytest.raises(LookupError):
        await house.store.save(Save(run, run, attempts=(Attempt(kind=Kind.CLOSE, began_at=NOON), nowhere)))
    assert await house.loaded("a") == run


async def test_an_attempt_of_another_run_is_not_updated(house: House) -> None:
    one, two = await house.taken_up("one"), await house.taken_up("two")
    one = await house.saved(Save(one, one, attempts=(Attempt(kind=Kind.STOP, began_at=NOON),)))
    with pytest.raises(LookupError):
        await house.store.save(Save(two, two, attempts=(replace(one.attempts[0], outcome=Outcome.DONE),)))
    assert (await house.loaded("one")).attempts == one.attempts


async def test_attempts_before_the_round_do_not_count_except_creates_of_the_room(house: House) -> None:
    one = await house.taken_up("one", entry="weekly", source="schedule", room="shared")
    two = await house.taken_up("two", entry="weekly", source="schedule", room="shared")
    for kind in (Kind.CREATE, Kind.OPEN):
        one = await house.saved(Save(one, one, attempts=(Attempt(kind=kind, began_at=NOON),)))
    one = await house.saved(Save(one, replace(one, round_at=NOON + HOUR)))
    late = Attempt(kind=Kind.STOP, began_at=NOON + HOUR)
    await house.saved(Save(one, one, attempts=(late,)))
    assert [each.kind for each in (await house.loaded("one")).attempts] == [Kind.CREATE, Kind.STOP]
    assert [each.kind for each in (await house.loaded(two.id)).attempts] == [Kind.CREATE]


async def test_instants_that_a_clock_wrote_which_was_ahead_are_set_back(house: House) -> None:
    run = await house.taken_up()
    ahead = replace(run, closed_at=NOON + HOUR, off_wanted_at=NOON - HOUR, live_at=NOON + HOUR)
    later = Attempt(kind=Kind.CLOSE, began_at=NOON + HOUR, answered_at=NOON + HOUR, outcome=Outcome.DONE)
    await house.saved(Save(run, ahead, attempts=(later,)))
    assert await house.store.rewind(NOON) > 0
    found = await house.loaded("a")
    assert (found.closed_at, found.off_wanted_at) == (NOON, NOON - HOUR)
    assert found.live_at == NOON + HOUR, "what tells in which window it has aired"
    assert [(each.began_at, each.answered_at) for each in found.attempts] == [(NOON, NOON)]
    assert isinstance(await house.store.save(Save(ahead, replace(ahead, why="decided before"))), Stale)
    assert await house.store.rewind(NOON) == 0
    assert house.instants("SELECT ends_at FROM runs") == [NOON + 7 * HOUR]
