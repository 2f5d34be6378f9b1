"""What is PostgreSQL's own: poolers, limits, codes of errors, what a server has as defaults."""

import sys
import traceback

import psycopg
import pytest
from sqlalchemy import text

from tests.contract.store.test_arrivals import arrival, fresh
from tests.support.clock import NOON
from tests.support.postgres import OWNER, Postgres
from tests.unit.store.house import HOUR, PATIENCE, broadcast
from tests.unit.store.postgres_house import PostgresHouse, scalar
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import InlineLane
from worker.store.errors import SchemaError, StoreUnavailableError, UnwritableError
from worker.store.opening import threaded
from worker.store.records import Taken
from worker.store.schema import migration


async def test_nothing_is_left_on_a_connection_between_two_transactions(house: PostgresHouse) -> None:
    lane = InlineLane(open_engine(house.server.url(house.database), writes=True))
    for _ in range(10):
        await lane.call(lambda connection: connection.execute(text("SELECT :n"), {"n": 1}).scalar())
    raw = lane._link.connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    assert raw.execute("SELECT name FROM pg_settings WHERE source = 'session'").fetchall() == []
    assert raw.execute("SELECT name FROM pg_prepared_statements").fetchall() == []
    own = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert raw.execute(own).fetchall() == [(0,)]
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
