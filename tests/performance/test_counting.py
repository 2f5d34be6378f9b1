from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, text

from tests.performance import quota, statements, wanted
from tests.performance.burst import Burst, read
from tests.performance.engines import listen
from tests.performance.statements import Statements


def test_a_statement_with_many_rows_counts_once_for_each(tmp_path: Path) -> None:
    engine, counted = create_engine("sqlite://"), Statements()
    listen(counted, engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE seen (id INTEGER)"))
        connection.execute(text("INSERT INTO seen VALUES (:id)"), [{"id": each} for each in range(3)])
    engine.dispose()
    counted.write(tmp_path)
    assert statements.read(tmp_path) == Statements(executions=2, rows=4)


def test_rows_in_one_list_of_values_count_once_for_each_whatever_their_columns() -> None:
    engine, counted = create_engine("sqlite://"), Statements()
    seen = Table("seen", MetaData(), Column("id", Integer, primary_key=True), Column("at", Integer))
    seen.create(engine)
    listen(counted, engine)
    with engine.begin() as connection:
        connection.execute(insert(seen).returning(seen.c.id), [{"at": each} for each in range(3)])
    engine.dispose()
    assert counted == Statements(executions=1, rows=3)


def test_of_a_process_that_wrote_nothing_nothing_is_known(tmp_path: Path) -> None:
    assert statements.read(tmp_path) is None


def test_a_contender_is_told_the_burst_as_it_is(tmp_path: Path) -> None:
    burst = Burst(url="http://127.0.0.1:1", folder=tmp_path, count=3, starts_at=1.1, ends_at=1e9 + 0.123456)
    assert read(burst.arguments) == burst
    assert len(set(burst.titles)) == 3


def test_an_instant_is_written_as_cuelight_reads_it() -> None:
    assert wanted.iso(1_800_000_000.25) == "2027-01-15T08:00:00.250000Z"


def call(second: int, method: str, resource: str, answered: int = 200, **body: Any) -> dict[str, Any]:
    received_at = f"2026-12-01T00:00:{second:02}.000000+00:00"
    return {
        "received_at": received_at,
        "method": method,
        "resource": resource,
        "status": answered,
        "body": body,
    }


def test_the_simulators_record_tells_when_each_call_first_took_effect() -> None:
    opened: dict[str, Any] = {"status": "ACTIVE", "live_stream_on_start": True}
    found = quota.read(
        [
            call(1, "POST", "/meetings", 201, title="one [ab3k-7f3k2m9q]"),
            call(2, "PATCH", "/meetings/m1", status="INACTIVE"),
            call(3, "PATCH", "/meetings/m1", 429, **opened),
            call(4, "PATCH", "/meetings/m1", **opened),
            call(5, "PATCH", "/meetings/m1", **opened),
            call(6, "POST", "/meetings/m1/active-livestream/stop"),
            call(7, "PATCH", "/meetings/m1", status="INACTIVE", live_stream_on_start=False),
            call(8, "GET", "/meetings/m2/active-livestream", 404),
        ],
        [{"id": "m1", "title": "one [ab3k-7f3k2m9q]"}],
    )
    (created,), (opened_at,), (stopped,), (closed,) = found.created, found.opened, found.stopped, found.closed
    assert [opened_at - created, stopped - created, closed - created] == [3, 5, 6]
    assert (found.worst, found.refused, found.doubled) == (8, 1, 0)
    assert found.calls["PATCH /meetings/{}"] == 5
