"""What another system may write, with the rights that the README gives it, and what not."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.support.postgres import OWNER
from tests.unit.store.house import RefusedError
from tests.unit.store.postgres_house import PostgresHouse
from worker.store.schema.tables import broadcasts

BLOCKS = re.findall(
    r"```(?:postgre)?sql\n(.*?)```",
    (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8"),
    re.DOTALL,
)
(STATEMENTS,) = [each for each in BLOCKS if "INSERT INTO broadcasts" in each]
(RIGHTS,) = [each for each in BLOCKS if "GRANT" in each]
GRANTED = frozenset(re.findall(r"\w+", re.findall(r"UPDATE \((.*?)\)", RIGHTS, re.DOTALL)[0]))
"""The columns that the README lets another system write."""
OWN = frozenset({"entry", "source", "room", "operator_fields", "version"})
STAMPED = frozenset({"created_at", "changed_at", "starts_utc", "ends_utc"})
FUNCTIONS = ("instant", "stamp", "leave", "keep", "fix", "bound", "bound_notify", "bound_overrun")


@pytest.fixture
def planner(house: PostgresHouse) -> Iterator[psycopg.Connection]:
    """Another system's connection, with the rights that the README gives it, and a search path of its own."""
    role = f"planner_{uuid4().hex}"
    house.sql(f"CREATE ROLE {role} LOGIN")
    try:
        with closing(psycopg.connect(house.server.dsn(house.database), autocommit=True)) as workers:
            workers.execute(f"SET ROLE {OWNER}".encode())
            workers.execute(RIGHTS.replace("TO planner", f"TO {role}").encode())
        dsn = house.server.dsn(house.database, user=role)
        with closing(psycopg.connect(dsn, autocommit=True)) as connection:
            yield connection
    finally:
        house.sql(f"DROP OWNED BY {role}")
        house.sql(f"DROP ROLE {role}")


async def test_another_system_needs_no_rights_but_those_of_the_readme(
    house: PostgresHouse, planner: psycopg.Connection
) -> None:
    planner.execute(STATEMENTS.encode())
    assert planner.execute("SELECT title, cancelled FROM broadcasts").fetchall() == [("Town hall", True)]
    assert [each.version for each in await house.store.unheeded()] == [3]
    planner.execute("SET search_path = pg_catalog")
    planner.execute("UPDATE public.broadcasts SET title = 'B'")
    assert [each.version for each in await house.store.unheeded()] == [4]


def test_every_column_that_it_may_write_can_be_written(planner: psycopg.Connection) -> None:
    assert {each.name for each in broadcasts.c} - OWN - STAMPED == GRANTED
    planner.execute(STATEMENTS.split(";")[0].encode())
    for each in GRANTED:
        planner.execute(f"UPDATE broadcasts SET {each} = {each}".encode())  # noqa: S608 - names of columns


@pytest.mark.parametrize("column", sorted(OWN | STAMPED))
def test_what_is_cuelights_own_it_can_neither_insert_nor_update(
    planner: psycopg.Connection, column: str
) -> None:
    planner.execute(STATEMENTS.split(";")[0].encode())
    insert = (
        f"INSERT INTO broadcasts (id, title, starts_at, ends_at, {column}) VALUES ('b', '', '', '', NULL)"  # noqa: S608
    )
    for each in (insert, f"UPDATE broadcasts SET {column} = {column}"):  # noqa: S608 - names of columns
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            planner.execute(each.encode())


TEMPORARY = "CREATE TEMPORARY TABLE mine (id text, starts_at text, ends_at text, version int, source text)"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM broadcasts",
        "TRUNCATE broadcasts",
        "INSERT INTO unheeded VALUES ('a', 1)",
        "DELETE FROM unheeded",
        "UPDATE runs SET state = 'ended'",
        "UPDATE rooms SET held_by = NULL",
        "SELECT broadcasts_instant('2026-12-01T18:00Z')",
        *(
            f"CREATE TRIGGER t BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION broadcasts_{each}()"
            for each in ("stamp", "leave", "keep", "fix")
        ),
    ],
)
def test_nothing_else_of_cuelights_is_open_to_it(planner: psycopg.Connection, statement: str) -> None:
    planner.execute(TEMPORARY)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        planner.execute(statement.encode())


def test_every_function_of_ours_names_where_it_looks_and_whom_it_obeys(house: PostgresHouse) -> None:
    """One that works with its owner's rights must not find what its caller made."""
    found = house.sql(
        "SELECT proname, array_to_string(proconfig, ' '), has_function_privilege('public', oid, 'EXECUTE')"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _, _ in found} == {f"broadcasts_{each}" for each in FUNCTIONS}
    assert {row[1:] for row in found} == {("search_path=pg_catalog, pg_temp", False)}


async def test_the_table_is_not_emptied_at_once_either(house: PostgresHouse) -> None:
    with pytest.raises(RefusedError, match="a broadcast is not deleted"):
        house.sql("TRUNCATE broadcasts CASCADE")
