"""The database away, locked or damaged."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.clock import NOON
from tests.unit.store.house import ONLY_SQLITE, House
from tests.unit.store.sqlite_house import SqliteHouse
from worker.store.errors import (
    StoreUnavailableError,
)
from worker.store.records import Save


async def test_a_locked_database_is_unavailable_and_works_again_afterwards(house: House) -> None:
    run = await house.taken_up()
    save = Save(run, replace(run, why="later"))
    with house.locked():
        with pytest.raises(StoreUnavailableError, match="lock"):
            await house.store.save(save)
        assert (await house.loaded("a")).why == "picked up"
    assert (await house.saved(save)).why == "later"


async def test_saves_that_wait_together_for_a_locked_database_are_all_refused(house: House) -> None:
    runs = [await house.taken_up(id_) for id_ in ("a", "b", "c")]
    saves = [Save(run, replace(run, why="later")) for run in runs]
    with house.locked():
        results = await asyncio.gather(*map(house.store.save, saves), return_exceptions=True)
    assert [type(each) for each in results] == [StoreUnavailableError] * 3
    assert [(await house.saved(each)).why for each in saves] == ["later"] * 3


async def test_somebody_who_reads_for_long_holds_up_nobody(house: House) -> None:
    run = await house.taken_up()
    with house.read_for_long():
        assert (await house.saved(Save(run, replace(run, why="written")))).why == "written"
        assert (await house.loaded("a")).why == "written"


@ONLY_SQLITE
async def test_a_damaged_database_is_unavailable(house: House) -> None:
    assert isinstance(house, SqliteHouse)
    house.path.with_name("cuelight.db-wal").unlink(missing_ok=True)
    house.path.write_bytes(b"no database at all" * 500)
    with pytest.raises(StoreUnavailableError):
        await house.store.unheeded()
    with pytest.raises(StoreUnavailableError):
        await house.store.beat("w", NOON)
