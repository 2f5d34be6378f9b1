"""Unfinished runs, and rows that are garbled."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from jobs.model import Attempt, Kind
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, note
from worker.store.engine.reading import LOGGED
from worker.store.errors import (
    GarbledRowError,
)
from worker.store.records import Glance, Save


async def test_unfinished_are_the_runs_not_over_or_not_looked_back_at(house: House) -> None:
    run = await house.taken_up()
    starts_at = NOON + 6 * HOUR
    due_at = starts_at - 24 * HOUR
    glance = Glance("a", " [ab3k-00000000]", "default", State.PLANNED, starts_at, NOON + 7 * HOUR, due_at)
    assert await house.store.unfinished(starts_at) == [glance]
    assert await house.store.unfinished(starts_at - HOUR) == []
    assert await house.store.unfinished_after("", 9) == [glance]
    run = await house.saved(Save(run, replace(run, state=State.MISSED)))
    assert await house.store.unfinished(starts_at) == [replace(glance, state=State.MISSED, due_at=None)]
    await house.saved(Save(run, replace(run, looked_back_at=NOON)))
    assert await house.store.unfinished(starts_at) == await house.store.unfinished_after("", 9) == []


async def test_the_unfinished_are_read_a_part_at_a_time_each_once(house: House) -> None:
    ids = [f"run-{number}" for number in range(7)]
    for each in ids:
        await house.taken_up(each)
    found, after = list[str](), ""
    while part := await house.store.unfinished_after(after, 3):
        assert len(part) <= 3
        after = part[-1].run_id
        found += [each.run_id for each in part]
    assert found == ids


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
    assert {each.run_id for each in await house.store.unfinished_after("", 9)} == {"a", "b"}
    assert {each.id for each in await house.store.overview()} == {"a", "b"}


async def test_a_garbled_row_of_the_journal_leaves_the_others_legible(house: House) -> None:
    await house.taken_up()
    columns = "run_id, kind, who, before, after, why"
    house.sql(f"INSERT INTO journal ({columns}, at) SELECT {columns}, {house.no_instant} FROM journal")  # noqa: S608 - our own columns
    assert await house.store.journal("a") == [note("picked up")]


async def test_however_many_rows_are_garbled_the_log_has_a_few_lines(house: House) -> None:
    await house.taken_up()
    columns = "run_id, kind, who, before, after, why"
    for _ in range(6):
        house.sql(f"INSERT INTO journal ({columns}, at) SELECT {columns}, {house.no_instant} FROM journal")  # noqa: S608 - our own columns
    with capture_logs() as lines:
        assert await house.store.journal("a") == [note("picked up")]
    assert [each["event"] for each in lines] == ["garbled_row"] * LOGGED + ["garbled_rows"]
    assert lines[-1]["others"] == 63 - LOGGED
