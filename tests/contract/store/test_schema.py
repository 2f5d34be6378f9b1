"""Which programs work with a database as it is: the newest, and those that its row says still do."""

import pytest

from tests.unit.store.house import House
from worker.store.errors import SchemaError
from worker.store.schema import migration

NEXT = f"{int(migration.NEWEST) + 1:04}"


def migrated_further(house: House, oldest: str) -> None:
    """Have a newer program migrate the database, which says which programs still work with it."""
    house.sql("UPDATE alembic_version SET version_num = ?", NEXT)
    house.sql("UPDATE installation SET value = ? WHERE name = 'oldest_schema'", oldest)


async def test_the_program_that_migrated_works_and_says_so(house: House) -> None:
    assert await house.store.revision() == migration.NEWEST
    assert await house.store.misfit(migration.NEWEST) == ""
    assert house.sql("SELECT value FROM installation WHERE name = 'oldest_schema'") == [("0003",)]


async def test_a_program_of_yesterday_works_with_tables_that_were_only_added_to(house: House) -> None:
    migrated_further(house, oldest=migration.NEWEST)
    migration.migrate(house.url)
    assert await house.store.revision() == NEXT
    assert await house.store.misfit(migration.NEWEST) == ""


async def test_a_program_that_does_not_fit_refuses_and_says_which_one_would(house: House) -> None:
    migrated_further(house, oldest=NEXT)
    with pytest.raises(SchemaError, match=f"upgrade cuelight to one of schema {NEXT} or newer"):
        migration.migrate(house.url)
    assert "upgrade cuelight" in await house.store.misfit(migration.NEWEST)
    assert await house.store.revision() == NEXT


async def test_a_newer_database_that_does_not_say_whom_it_suits_suits_nobody(house: House) -> None:
    migrated_further(house, oldest=migration.NEWEST)
    house.sql("DELETE FROM installation")
    with pytest.raises(SchemaError, match="upgrade cuelight"):
        migration.migrate(house.url)


async def test_a_newer_program_says_that_the_database_is_to_be_upgraded(house: House) -> None:
    assert "`cuelight migrate` upgrades it" in await house.store.misfit(NEXT)
    house.sql("DROP TABLE alembic_version")
    assert "no tables yet" in await house.store.misfit(migration.NEWEST)


@pytest.mark.parametrize(
    ("expands", "oldest"), [("nn", "2"), ("yn", "1"), ("nyn", "3"), ("yyn", "1"), ("yny", "2"), ("yy", "1")]
)
def test_the_oldest_that_works_lies_before_whatever_only_adds(expands: str, oldest: str) -> None:
    versions = [str(number) for number in range(len(expands), 0, -1)]
    migrations = list(zip(versions, (each == "y" for each in expands), strict=True))
    assert migration.oldest_that_works(migrations) == oldest


def test_every_migration_says_whether_it_only_adds_and_versions_are_four_digits() -> None:
    assert {type(each.module.ONLY_EXPANDS) for each in migration._migrations()} == {bool}
    assert all(len(each) == 4 and each.isdigit() for each in migration.revisions())
