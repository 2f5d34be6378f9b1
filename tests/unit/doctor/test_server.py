"""The database on a server is looked at, and nothing is changed by it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.clock import NOON
from tests.support.postgres import OWNER, PASSWORD, Postgres
from worker.doctor.finding import Finding, Grade
from worker.doctor.rights import secrecy
from worker.doctor.server import look
from worker.store.opening import threaded
from worker.store.schema.migration import NEWEST
from worker.store.standings import Worker

WORKER = Worker(id="host/1", host="host", pid=1, version="1", started_at=NOON, seen_at=NOON)


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        yield name


def looked(postgres: Postgres, database: str) -> dict[str, Finding]:
    return {each.check: each for each in look(postgres.url(database), NOON)}


def test_a_new_database_answers_and_nobody_has_worked_on_it(postgres: Postgres, database: str) -> None:
    found = looked(postgres, database)
    assert {each.verdict for each in found.values()} == {Grade.OK}
    assert found["database"].text.startswith("PostgreSQL ")
    assert NEWEST in found["schema"].text
    assert found["worker"].text.startswith("none running")
    assert found["alerts"].text == "none is open"


@pytest.mark.parametrize(
    ("ago", "verdict", "text"),
    [
        (5, Grade.OK, "1 heard from within 60 s"),
        (300, Grade.WARNING, "last heard from at 2026-12-01 11:55:00Z"),
    ],
)
async def test_who_works_is_told(
    postgres: Postgres, database: str, ago: int, verdict: Grade, text: str
) -> None:
    store = threaded(postgres.url(database))
    await store.sign_in(WORKER)
    await store.beat(WORKER.id, NOON - timedelta(seconds=ago))
    await store.close()
    found = looked(postgres, database)["worker"]
    assert (found.verdict, text in found.text) == (verdict, True)


def test_a_worker_that_is_a_superuser_is_told_so(postgres: Postgres, database: str) -> None:
    url = postgres.url(database).replace(f"{OWNER}:{PASSWORD}@", "postgres@")
    found = {each.check: each for each in look(url, NOON)}["role"]
    assert (found.verdict, "superuser" in found.text) == (Grade.WARNING, True)
    assert "a role for it" in found.cure


@pytest.mark.parametrize("tcp", [True, False])
def test_a_connection_that_stays_on_this_machine_needs_no_tls(
    postgres: Postgres,
    database: str,
    tcp: bool,  # noqa: FBT001 - a parameter of pytest's
) -> None:
    found = {each.check: each for each in look(postgres.url(database, tcp=tcp), NOON)}["tls"]
    assert (found.verdict, found.text) == (Grade.OK, "the connection does not leave this machine")


@pytest.mark.parametrize(
    ("address", "encrypted", "verdict"),
    [
        ("192.0.2.7", False, Grade.WARNING),
        ("2001:db8::7", False, Grade.WARNING),
        ("fe80::7%eth0", False, Grade.WARNING),
        ("192.0.2.7", True, Grade.OK),
        ("127.0.0.1", False, Grade.OK),
        ("::1", False, Grade.OK),
        ("", False, Grade.OK),
    ],
)
def test_one_that_leaves_it_without_tls_is_told(
    address: str,
    encrypted: bool,  # noqa: FBT001 - a parameter of pytest's
    verdict: Grade,
) -> None:
    found = secrecy(address, encrypted=encrypted)
    assert found.verdict is verdict
    assert not address or address not in f"{found.text}{found.cure}"
    assert ("sslmode=verify-full" in found.cure) == (verdict is Grade.WARNING)


def test_a_database_without_tables_is_not_given_any(postgres: Postgres) -> None:
    with postgres.database(template="template0") as name:
        assert "nothing" in looked(postgres, name)["schema"].text
        assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == [
            (0,)
        ]


def test_one_that_cannot_be_used_is_a_problem_that_tells_no_address() -> None:
    for url in ("postgresql://u:canary@127.0.0.1:1/x", "postgresql://u:canary@h:canary/x"):
        (found,) = look(url, NOON)
        assert found.verdict is Grade.PROBLEM
        assert "canary" not in f"{found.text}{found.cure}"
        assert "127.0.0.1" not in f"{found.text}{found.cure}"
