"""What is older than it is to be kept goes, a part at a time; what is still needed of it stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, MINE, House
from worker.engine.schedule_file import is_superseded
from worker.store.queries.retention import AT_ONCE, TEXTS_AT_ONCE
from worker.store.records import Alert, Changes

ALERT = Alert(key="k", subject=Subject(SubjectKind.DATABASE), severity="warning", title="t", text="", cure="")
LATER = NOON + timedelta(days=400)


async def applied(house: House, text: str, number: int) -> None:
    await house.store.apply_plan(Changes(text=text, by=MINE, at=NOON + number * HOUR))


async def forgotten(house: House) -> list[int]:
    """Have all of it forgotten; return how many rows went each time."""
    gone = []
    while count := await house.store.forget(LATER):
        gone.append(count)
    return gone


async def test_the_text_of_a_superseded_schedule_goes_and_is_known_still(house: House) -> None:
    count = 2 * TEXTS_AT_ONCE + 3
    for number in range(count):
        await applied(house, f"schedule {number}", number)
    assert await forgotten(house) == [TEXTS_AT_ONCE, TEXTS_AT_ONCE, 2]
    assert house.schedules() == [f"schedule {count - 1}", *[""] * (count - 1)]
    assert await is_superseded(house.store, "schedule 0")
    assert not await is_superseded(house.store, f"schedule {count - 1}")


async def test_what_is_younger_than_it_is_to_be_kept_stays_as_it_is(house: House) -> None:
    for number in range(2):
        await applied(house, f"schedule {number}", number)
    assert await house.store.forget(NOON) == 0
    assert house.schedules() == ["schedule 1", "schedule 0"]


@pytest.mark.parametrize("table", ["requests", "alerts"])
async def test_what_is_answered_or_resolved_goes_in_parts_and_what_is_open_stays(
    house: House, table: str
) -> None:
    if table == "requests":
        done = await house.store.leave_request("stop", "a", by="me", at=NOON)
        await house.store.answer_request(done, "done", NOON)
        await house.store.leave_request("stop", "a", by="me", at=NOON)
        columns = "kind, broadcast_id, asked_at, answer, answered_at"
        closed = "answered_at"
    else:
        await house.store.raise_alert(ALERT, NOON)
        await house.store.resolve_alert("k", NOON)
        await house.store.raise_alert(replace(ALERT, key="open"), NOON)
        columns = "key, severity, title, text, cure, raised_at, resolved_at"
        closed = "resolved_at"
    many = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {AT_ONCE})"  # noqa: S608 - a number
    house.sql(
        f"INSERT INTO {table} ({columns}) {many} SELECT {columns} FROM {table}, n WHERE {closed} IS NOT NULL"  # noqa: S608 - above
    )
    assert await forgotten(house) == [AT_ONCE, 1]
    assert house.sql(f"SELECT count(*) FROM {table}") == [(1,)]  # noqa: S608 - above
