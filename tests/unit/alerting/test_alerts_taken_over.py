"""Alerts that another worker, or an older version, has left open."""

import pytest

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from tests.support.clock import HandClock
from tests.unit.alerting.rows import DARK, LATE, OTHER, SHOW, CountingRows
from worker.alerting.alerts import Alerts
from worker.alerting.by_hand import PASSES_AFTER
from worker.store.records import Alert

ACCOUNT = Subject(SubjectKind.ACCOUNT, "default")
MISSED = Condition("missed", Severity.CRITICAL, "never aired", "Look why.")


async def test_a_new_worker_knows_what_was_told_before() -> None:
    rows = CountingRows()
    first = Alerts(rows, HandClock())
    first.tell(ACCOUNT, [DARK])
    await first.write()
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    second.tell(ACCOUNT, [DARK])
    second.tell(ACCOUNT, [])
    await second.write()
    assert rows.written == ["raise account/default/no_picture", "resolve account/default/no_picture"]


@pytest.mark.parametrize("kind", sorted({each.value for each in SubjectKind}))
async def test_a_broadcast_called_like_another_kind_of_subject_is_told_beside_it(kind: str) -> None:
    """Both have a condition of one name, and neither teller resolves what the other tells."""
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    own, show = Subject(kind, "" if kind == "database" else "x"), Subject(SubjectKind.BROADCAST, kind)
    for _ in range(3):
        alerts.tell(own, [DARK])
        alerts.tell(show, [DARK, LATE])
        await alerts.write()
    assert len(set(rows.written)) == len(rows.written) == 3
    alerts.tell(own, [])
    await alerts.write()
    assert {(each.subject, each.run_id) for each in await rows.open_alerts()} == {(show, kind)}
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    assert second.about() == {show}


async def test_what_was_told_under_another_key_before_is_resolved_under_that_key() -> None:
    """A worker of the version before called the broadcast `database` like the database."""
    rows, clock = CountingRows(), HandClock()
    show = Subject(SubjectKind.BROADCAST, "database")
    before = Alert(
        key="database/no_picture", subject=show, severity="critical", title="no_picture", text="t", cure="c"
    )
    await rows.store.raise_alert(before, clock.now())
    alerts = Alerts(rows, clock)
    await alerts.take_over(lambda _: True)
    alerts.tell(Subject(SubjectKind.DATABASE), [])
    alerts.tell(show, [DARK])
    await alerts.write()
    assert rows.written == []
    alerts.tell(show, [])
    await alerts.write()
    assert await rows.open_alerts() == []


async def test_what_a_worker_did_not_live_to_take_back_of_what_is_over_is_taken_back_by_the_next() -> None:
    rows = CountingRows()
    first = Alerts(rows, HandClock())
    first.tell(SHOW, [MISSED, DARK])
    first.tell(OTHER, [DARK])
    await first.write()
    rows.over.add("show")
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    await second.write()
    assert second.open() == ["show/missed", "other/no_picture"]
    assert rows.written[-1] == "resolve show/no_picture"


async def test_what_was_missed_is_let_pass_after_a_day_and_nothing_else_is() -> None:
    rows, clock = CountingRows(), HandClock()
    first = Alerts(rows, clock)
    first.tell(SHOW, [MISSED, DARK])
    await first.write()
    clock.move(PASSES_AFTER / 2)
    second = Alerts(rows, clock)
    await second.take_over(lambda _: True)
    await second.let_pass()
    assert second.open() == ["show/missed", "show/no_picture"]
    clock.move(PASSES_AFTER)
    await second.let_pass()
    assert second.open() == ["show/no_picture"]
    await second.write()
    assert rows.written[-1] == "resolve show/missed"
