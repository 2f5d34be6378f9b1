"""The database on a server is looked at, and nothing is changed by it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.clock import NOON
from tests.support.postgres import Postgres
from worker.doctor.finding import Finding, Verdict
from worker.doctor.server import look
from worker.store.opening import threaded
from worker.store.records import Worker
from worker.store.schema import NEWEST

WORKER = Worker(id="host/1", host="host", pid=1, version="1", started_at=NOON, seen_at=NOON)


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        yield name


def looked(postgres: Postgres, database: str) -> dict[str, Finding]:
    return {each.check: each for each in look(postgres.url(database), NOON)}


def test_a_new_database_answers_and_nobody_has_worked_on_it(postgres: Postgres, database: str) -> None:
    found = looked(postgres, database)
    assert {each.verdict for each in found.values()} == {Verdict.OK}
    assert found["database"].text.startswith("PostgreSQL ")
    assert NEWEST in found["schema"].text
    assert found["worker"].text.startswith("none runs")
    assert found["alerts"].text == "none is open"


@pytest.mark.parametrize(
    ("ago", "verdict", "text"),
    [(5, Verdict.OK, "1 heard within 60 s"), (300, Verdict.WARNING, "last heard at 2026-12-01 11:55:00Z")],
)
async def test_who_works_is_told(
    postgres: Postgres, database: str, ago: int, verdict: Verdict, text: str
) -> None:
    store = threaded(postgres.url(database))
    await store.sign_in(WORKER)
    await store.beat(WORKER.id, NOON - timedelta(seconds=ago))
    await store.close()
    found = looked(postgres, database)["worker"]
    assert (found.verdict, text in found.text) == (verdict, True)


def test_a_database_without_tables_is_not_given_any(postgres: Postgres) -> None:
    with postgres.database(template="template0") as name:
        assert "nothing" in looked(postgres, name)["schema"].text
        assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == [
            (0,)
        ]


def test_one_that_cannot_be_used_is_a_problem_that_tells_no_address() -> None:
    for url in ("postgresql://u:canary@127.0.0.1:1/x", "postgresql://u:canary@h:canary/x"):
        (found,) = look(url, NOON)
        assert found.verdict is Verdict.PROBLEM
        assert "canary" not in f"{found.text}{found.cure}"
        assert "127.0.0.1" not in f"{found.text}{found.cure}"
