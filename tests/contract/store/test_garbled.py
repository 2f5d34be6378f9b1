"""Unfinished runs, and rows that are garbled."""

from dataclasses import replace

import pytest

from jobs.lifecycle import State
from jobs.model import Attempt, Kind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, note
from worker.store.errors import (
    GarbledRowError,
)
from worker.store.records import Glance, Save


async def test_unfinished_are_the_runs_not_over_or_not_looked_back_at(house: House) -> None:
    run = await house.taken_up()
    glance = Glance("a", "a", "default", State.PLANNED, NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert await house.store.unfinished() == [glance]
    run = await house.saved(Save(run, replace(run, state=State.MISSED)))
    assert await house.store.unfinished() == [replace(glance, state=State.MISSED)]
    await house.saved(Save(run, replace(run, looked_back_at=NOON)))
    assert await house.store.unfinished() == []


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE runs SET entered_at = {no_instant} WHERE id = 'a'",
        "UPDATE runs SET starts_at = {no_instant} WHERE id = 'a'",
        "UPDATE runs SET state = 'floating' WHERE id = 'a'",
        "UPDATE runs SET accepted = '{}' WHERE id = 'a'",
        "UPDATE rooms SET doors = 'ajar' WHERE key = 'a'",
        "UPDATE rooms SET options = 'none' WHERE key = 'a'",
        "UPDATE attempts SET outcome = 'great' WHERE run_id = 'a'",
    ],
)
async def test_a_garbled_row_is_an_error_for_its_own_run_alone(house: House, spoil: str) -> None:
    run = await house.taken_up("a")
    await house.saved(Save(run, run, attempts=(Attempt(kind=Kind.STOP, began_at=NOON),)))
    await house.taken_up("b")
    house.sql(spoil.replace("{no_instant}", house.no_instant))
    with pytest.raises(GarbledRowError):
        await house.store.load("a")
    assert (await house.loaded("b")).id == "b"
    assert {each.run_id for each in await house.store.unfinished()} == {"a", "b"}
    assert {each.id for each in await house.store.overview()} == {"a", "b"}


async def test_a_garbled_row_of_the_journal_leaves_the_others_legible(house: House) -> None:
    await house.taken_up()
    columns = "run_id, kind, who, before, after, why"
    house.sql(f"INSERT INTO journal ({columns}, at) SELECT {columns}, {house.no_instant} FROM journal")  # noqa: S608 - our own columns
    assert await house.store.journal("a") == [note("taken up")]
