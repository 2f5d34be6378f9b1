"""A server that is killed, freezes or cannot be reached."""

import os
import select
import signal
import traceback
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from tests.support.clock import NOON
from tests.support.postgres import OWNER, PASSWORD, Postgres, own
from tests.unit.store.house import PATIENCE
from tests.unit.store.postgres_house import PostgresHouse, scalar
from worker.store.engine.engines import open_engine
from worker.store.engine.lanes import InlineLane, ThreadLane
from worker.store.errors import StoreUnavailableError
from worker.store.opening import threaded
from worker.store.schema import migration


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that may be killed."""
    with own() as server:
        migration.migrate(server.url("migrated"))
        yield server


async def test_a_connection_that_was_cut_is_replaced_at_the_next_call(house: PostgresHouse) -> None:
    house.insert()
    assert await house.store.heeded("a", 1) is False
    await house.store.beat("w", NOON)
    of_this_test = "usename = ? AND datname = current_database()"
    house.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {of_this_test}", OWNER)  # noqa: S608
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
    with pytest.raises(StoreUnavailableError, match="no answer within 1 s"):
        await lane.call(scalar("INSERT INTO installation VALUES ('frozen', '') RETURNING name"))
    assert await lane.call(scalar("SELECT 1")) == 1
    os.kill(process, signal.SIGCONT)
    left = os.pidfd_open(process)
    assert select.select([left], [], [], 10)[0]
    os.close(left)
    assert await lane.call(scalar("SELECT count(*) FROM installation WHERE name = 'frozen'")) == 0
    await lane.close()


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
