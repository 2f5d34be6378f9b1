"""Where the database was worked on is remembered, and read by whoever comes later."""

from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from jobs.place import FilePlace, Original, Place, Relation, ServerPlace
from tests.support.postgres import Postgres
from tests.unit.store.house import ONLY_POSTGRESQL, House
from tests.unit.store.postgres_house import PostgresHouse
from worker.installation import place
from worker.store.errors import CopyError
from worker.store.queries import places
from worker.store.schema.migration import transaction

FILE = FilePlace(path="/srv/caf\udce9/cuelight.db", host="prod", machine="m", inode=2**63, generation=7)
SERVER = ServerPlace(
    name="cuelight", system="7300000000000000001", database=2**32 - 1, table=16400, version=16
)


def remembered(house: House) -> Place | None:
    with transaction(house.url, writes=False) as connection:
        return places.remembered(connection)


@pytest.mark.parametrize("where", [FILE, SERVER])
async def test_a_place_is_remembered_as_it_is_and_gives_way_to_the_next(house: House, where: Place) -> None:
    assert remembered(house) is None
    with transaction(house.url) as connection:
        places.remember(connection, where)
    assert remembered(house) == where
    with transaction(house.url) as connection:
        places.remember(connection, replace(FILE, path="/elsewhere"))
    assert remembered(house) == replace(FILE, path="/elsewhere")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nowhere",
        "[]",
        "{}",
        '{"kind": "cloud"}',
        '{"kind": ["file"]}',
        '{"kind": "file"}',
        '{"kind": "file", "path": 3}',
    ],
)
async def test_a_place_that_cannot_be_read_is_as_good_as_none(house: House, text: str) -> None:
    house.sql("INSERT INTO installation (name, value) VALUES ('place', ?)", text)
    assert remembered(house) is None


async def test_what_a_newer_version_knows_of_a_place_is_left_out(house: House) -> None:
    text = '{"kind": "file", "path": "/x", "inode": 3, "colour": "blue"}'
    house.sql("INSERT INTO installation (name, value) VALUES ('place', ?)", text)
    assert remembered(house) == FilePlace(path="/x", inode=3)


async def test_a_database_in_its_place_is_remembered_once_and_never_refused(house: House) -> None:
    here = None if isinstance(house, PostgresHouse) else FILE
    for _ in range(2):
        with transaction(house.url, writes=False) as connection:
            place.refuse_copy(connection, here)
        with transaction(house.url) as connection:
            place.remember(connection, here)
    found = remembered(house)
    assert isinstance(found, ServerPlace if isinstance(house, PostgresHouse) else FilePlace)


async def test_a_copy_is_refused_with_both_cures_and_what_was_found(house: House) -> None:
    with transaction(house.url) as connection:
        places.remember(connection, SERVER if isinstance(house, PostgresHouse) else FILE)
    here = None if isinstance(house, PostgresHouse) else replace(FILE, machine="other", generation=8)
    with (
        transaction(house.url, writes=False) as connection,
        pytest.raises(CopyError, match="it is a copy: it was last used as") as refused,
    ):
        place.refuse_copy(connection, here)
    for cure in ("`cuelight adopt --as-copy`", "`cuelight adopt --as-moved`"):
        assert cure in str(refused.value)


@ONLY_POSTGRESQL
async def test_a_server_tells_its_identity_its_database_and_its_tables(house: PostgresHouse) -> None:
    with transaction(house.url, writes=False) as connection:
        found = places.of_server(connection)
    ((system,),) = house.sql("SELECT system_identifier::text FROM pg_control_system()")
    ((number,),) = house.sql("SELECT oid FROM pg_database WHERE datname = ?", house.database)
    ((table,),) = house.sql("SELECT 'broadcasts'::regclass::oid")
    assert (found.system, found.database, found.table) == (system, number, table)
    assert (found.name, found.version >= 12) == (house.database, True)


@ONLY_POSTGRESQL
async def test_a_role_that_may_not_read_the_identity_still_has_a_place(house: PostgresHouse) -> None:
    house.sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    try:
        with transaction(house.url, writes=False) as connection:
            found = places.of_server(connection)
            assert places.of_server(connection) == found
    finally:
        house.sql("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
    assert not found.system
    assert found.table


async def test_a_database_made_from_another_as_template_is_a_copy_until_that_is_dropped(
    postgres: Postgres,
) -> None:
    with postgres.database() as first:
        with transaction(postgres.url(first)) as connection:
            place.remember(connection, None)
        postgres.sql(f'CREATE DATABASE "{first}_copy" TEMPLATE "{first}" OWNER cuelight')
        try:
            assert verdict(postgres, f"{first}_copy") is Relation.COPY
            assert verdict(postgres, first) is Relation.SAME
            postgres.sql(f'ALTER DATABASE "{first}" RENAME TO "{first}_old"')
            assert verdict(postgres, f"{first}_old") is Relation.SAME
            assert verdict(postgres, f"{first}_copy") is Relation.COPY
            postgres.sql(f'DROP DATABASE "{first}_old"')
            assert verdict(postgres, f"{first}_copy") is Relation.MOVED
            postgres.sql(f'ALTER DATABASE "{first}_copy" RENAME TO "{first}"')
            assert verdict(postgres, first) is Relation.SAME
        finally:
            postgres.sql(f'DROP DATABASE IF EXISTS "{first}_copy"')


@ONLY_POSTGRESQL
async def test_tables_copied_into_another_schema_are_a_copy_until_the_others_are_dropped(
    house: PostgresHouse,
) -> None:
    with transaction(house.url) as connection:
        place.remember(connection, None)
    with closing(psycopg.connect(house.server.dsn(house.database, "cuelight"), autocommit=True)) as other:
        other.execute("CREATE SCHEMA staging")
        for table in ("broadcasts", "installation"):
            other.execute(f"CREATE TABLE staging.{table} AS TABLE public.{table}".encode())
        other.execute("ALTER ROLE cuelight IN DATABASE " + house.database + " SET search_path = staging")
        assert verdict(house.server, house.database) is Relation.COPY
        other.execute("DROP TABLE public.broadcasts CASCADE")
        assert verdict(house.server, house.database) is Relation.SAME


def verdict(server: Postgres, database: str) -> Relation:
    with transaction(server.url(database), writes=False) as connection:
        return place.sight(connection, None).verdict


@ONLY_POSTGRESQL
async def test_what_another_server_has_under_these_numbers_is_no_original(house: PostgresHouse) -> None:
    with transaction(house.url) as connection:
        own = places.of_server(connection)
        places.remember(connection, replace(own, system="1", database=own.database + 1))
    with transaction(house.url, writes=False) as connection:
        assert place.sight(connection, None).original is Original.GONE
