"""What is PostgreSQL's own: poolers, restarts, rights, what a server has as defaults."""

import os
import re
import select
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, text

from tests.contract.store.test_arrivals import arrival, fresh
from tests.support.clock import NOON
from tests.support.postgres import OWNER, PASSWORD, Postgres, own
from tests.unit.store.house import HOUR, PATIENCE, RefusedError, broadcast
from tests.unit.store.postgres_house import PostgresHouse
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import InlineLane, ThreadLane
from worker.store.errors import SchemaError, StoreUnavailableError, UnwritableError
from worker.store.opening import threaded
from worker.store.records import Taken
from worker.store.schema import migration
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
FUNCTIONS = ("instant", "stamp", "leave", "keep", "fix", "bound")


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[PostgresHouse]:
    with postgres.database() as name:
        house = PostgresHouse(threaded(postgres.url(name), patience=PATIENCE), postgres, name)
        yield house
        await house.store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that may be killed."""
    with own() as server:
        migration.migrate(server.url("migrated"))
        yield server


def scalar(statement: str) -> Any:
    return lambda connection: connection.execute(text(statement)).scalar()


async def test_nothing_is_left_on_a_connection_between_two_transactions(house: PostgresHouse) -> None:
    lane = InlineLane(open_engine(house.server.url(house.database), writes=True))
    for _ in range(10):
        await lane.call(lambda connection: connection.execute(text("SELECT :n"), {"n": 1}).scalar())
    raw = lane._link.connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    assert raw.execute("SELECT name FROM pg_settings WHERE source = 'session'").fetchall() == []
    assert raw.execute("SELECT name FROM pg_prepared_statements").fetchall() == []
    assert raw.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchall() == [(0,)]
    asked = "SELECT name FROM pg_settings WHERE source = 'client' AND name NOT IN ('application_name')"
    assert raw.execute(asked).fetchall() == [("client_encoding",)]
    await lane.close()


@pytest.mark.parametrize("writes", [True, False])
async def test_every_transaction_has_its_limits_a_little_under_the_patience(
    house: PostgresHouse,
    writes: bool,  # noqa: FBT001 - a parameter of pytest's
) -> None:
    lane = InlineLane(open_engine(house.server.url(house.database), writes=writes, busy=1.5))
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    assert [await lane.call(scalar(f"SHOW {name}")) for name in names] == [
        "500ms" if writes else "1500ms",
        "1725ms",
        "1725ms",
    ]
    isolation = "read committed" if writes else "repeatable read"
    assert await lane.call(scalar("SHOW transaction_isolation")) == isolation
    assert await lane.call(scalar("SHOW transaction_read_only")) == ("off" if writes else "on")
    await lane.close()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(house: PostgresHouse) -> None:
    lane = InlineLane(open_engine(house.server.url(house.database), writes=True, busy=0.5))
    with pytest.raises(StoreUnavailableError, match="statement timeout"):
        await lane.call(scalar("SELECT pg_sleep(5)"))
    assert await lane.call(scalar("SELECT 1")) == 1
    await lane.close()


async def test_a_connection_that_was_cut_is_replaced_at_the_next_call(house: PostgresHouse) -> None:
    house.insert()
    assert await house.store.heeded("a", 1) is False
    await house.store.beat("w", NOON)
    house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?", OWNER)
    assert await house.store.heeded("a", 1) is False
    await house.store.beat("w", NOON)


@pytest.mark.parametrize("lane_of", [ThreadLane, InlineLane])
async def test_a_server_that_was_killed_and_is_back_is_used_at_once(
    server: Postgres, lane_of: type[ThreadLane] | type[InlineLane]
) -> None:
    lane = lane_of(open_engine(server.url("migrated", tcp=True), writes=True))
    assert await lane.call(scalar("SELECT 1")) == 1
    server.kill()
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            await lane.call(scalar("SELECT 1"))
    server.start()
    assert await lane.call(scalar("SELECT 2")) == 2
    await lane.close()


async def test_what_was_begun_when_the_server_went_is_unavailable_and_not_repeated(server: Postgres) -> None:
    lane = ThreadLane(open_engine(server.url("migrated"), writes=True))
    begun = []

    def cut(connection: Connection) -> None:
        begun.append(connection.execute(text("SELECT pg_backend_pid()")).scalar())
        server.sql("SELECT pg_terminate_backend(%s)", begun[-1])
        connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailableError, match="administrator command"):
        await lane.call(cut)
    assert len(begun) == 1
    assert await lane.call(scalar("SELECT 1")) == 1
    await lane.close()


async def test_a_server_that_freezes_is_left_behind_and_what_was_asked_of_it_is_not_done(
    server: Postgres,
) -> None:
    lane = ThreadLane(open_engine(server.url("migrated"), writes=True), patience=PATIENCE)
    process = await lane.call(scalar("SELECT pg_backend_pid()"))
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(StoreUnavailableError, match="nothing within 1 s"):
        await lane.call(scalar("INSERT INTO installation VALUES ('frozen', '') RETURNING name"))
    assert await lane.call(scalar("SELECT 1")) == 1
    os.kill(process, signal.SIGCONT)
    left = os.pidfd_open(process)
    assert select.select([left], [], [], 10)[0]
    os.close(left)
    assert await lane.call(scalar("SELECT count(*) FROM installation WHERE name = 'frozen'")) == 0
    await lane.close()


AWAY = ["08006", "40001", "40P01", "53100", "53300", "57014", "57P01", "57P02", "57P03", "58030", "XX001"]
AWAY += ["25006", "25P03", "42501", "55P03"]
WRONG = ["22012", "23503", "42601", "42703", "42P01", "P0001"]


@pytest.mark.parametrize("code", [*AWAY, *WRONG])
async def test_the_code_tells_whether_the_database_is_to_blame(house: PostgresHouse, code: str) -> None:
    lane = InlineLane(open_engine(house.server.url(house.database), writes=True))
    with pytest.raises(Exception, match=r".") as caught:
        await lane.call(scalar(f"DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '{code}'; END $$"))
    assert isinstance(caught.value, StoreUnavailableError) == (code in AWAY)
    await lane.close()


@pytest.mark.parametrize("text", ["a\0b", "half \ud800"])
async def test_text_that_cannot_be_kept_is_refused_by_name_and_harms_no_other(
    house: PostgresHouse, text: str
) -> None:
    with pytest.raises(UnwritableError):
        await house.store.extend(text, HOUR)
    with pytest.raises(UnwritableError):
        await house.store.leave_request("stop", "a", text, by="me", at=NOON)
    with pytest.raises(UnwritableError):
        await house.store.fresh(text)
    assert await house.store.pending_requests() == []


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


async def test_what_a_server_has_as_defaults_makes_no_difference(house: PostgresHouse) -> None:
    defaults = {
        "default_transaction_isolation": "serializable",
        "client_encoding": "latin1",
        "datestyle": "German",
        "timezone": "America/St_Johns",
        "default_transaction_read_only": "on",
    }
    for name, value in defaults.items():
        house.sql(f"ALTER DATABASE {house.database} SET {name} = '{value}'")
    url = house.server.url(house.database)
    lane = InlineLane(open_engine(url, writes=True))
    assert await lane.call(scalar("SHOW transaction_isolation")) == "read committed"
    await lane.close()
    store = threaded(url, patience=PATIENCE)
    wanted = broadcast("a", NOON + HOUR, account="Übertragung 日本")
    assert await store.add(wanted) == 1
    assert (await store.existing_broadcasts(NOON))[0].broadcast == wanted
    await store.sign_out("w", NOON)
    await store.close()


def test_a_database_that_cannot_hold_every_title_is_refused_with_the_cure(postgres: Postgres) -> None:
    postgres.sql(f"CREATE DATABASE latin OWNER {OWNER} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(SchemaError, match=r"LATIN1.*ENCODING 'UTF8'"):
        migration.migrate(postgres.url("latin"))
    postgres.sql("DROP DATABASE latin")


WHERE = f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{{port}}"
ADDRESSES = [
    (f"postgresql://{OWNER}:canary-other@127.0.0.1:{{port}}/migrated", "password authentication failed"),
    (f"{WHERE}/nowhere", "does not exist"),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:1/x", "Connection refused"),
    (f"postgresql://u:{PASSWORD}@canary.invalid/x", "resolve host"),
    (f"postgresql://u:{PASSWORD}@/x?host=127.0.0.1:1&host=127.0.0.1:2", "Connection refused"),
    (f"postgresql://u:{PASSWORD}@/x?host=/canary", "No such file or directory"),
    (f"{WHERE}/migrated?canary=1", "option that is not known"),
    (f"{WHERE}/migrated?sslmode=require", "does not support SSL"),
]


@pytest.mark.parametrize(("address", "why"), ADDRESSES)
async def test_an_address_that_cannot_be_used_says_why_and_not_where(
    server: Postgres, address: str, why: str
) -> None:
    url = address.replace("{port}", str(server.port))
    store = threaded(url, patience=5 * PATIENCE)
    with pytest.raises(StoreUnavailableError, match=why) as caught:
        await store.unheeded()
    assert_nothing_is_told(caught.value)
    with pytest.raises(StoreUnavailableError, match=why) as caught:
        migration.migrate(url)
    assert_nothing_is_told(caught.value)
    await store.close()


def assert_nothing_is_told(error: BaseException) -> None:
    told = "".join(traceback.format_exception(error))
    assert not [each for each in ("canary", "127.0.0.1", "postgresql:/") if each in told]


@pytest.mark.parametrize("url", ["postgresql://u:canary@h:canary/x", "canary"])
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="write sqlite:///PATH or postgresql://USER") as caught:
        threaded(url)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnavailableError, match=r"pip install 'cuelight\[postgres\]'"):
        threaded("postgresql://h/x")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"])
async def test_an_instant_reckoned_by_the_server_is_taken_up(house: PostgresHouse, zone: str) -> None:
    insert = (
        "INSERT INTO broadcasts (id, title, starts_at, ends_at)"
        " VALUES ('x', 'X', now() + interval '1 hour', now() + interval '2 hours')"
    )
    house.sql(f"SET timezone = '{zone}'; {insert}")
    ((starts, ends, now),) = house.sql("SELECT starts_utc, ends_utc, now() FROM broadcasts")
    assert ends - starts == HOUR
    assert starts - now < HOUR
    assert await house.store.take_up_many([arrival(each) for each in await fresh(house)]) == [Taken.YES]
    accepted = (await house.record("x")).accepted
    assert accepted is not None
    assert (accepted.window.starts_at, accepted.window.ends_at) == (starts, ends)
