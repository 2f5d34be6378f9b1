"""The database away, locked or damaged."""

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
        assert (await house.loaded("a")).why == "taken up"
    assert (await house.saved(save)).why == "later"


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
