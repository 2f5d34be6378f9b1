"""Alerts, requests and what is reopened on request."""

from dataclasses import replace

import pytest

from jobs.alarms import Condition, Severity
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON, HandClock
from tests.unit.store.house import HOUR, House, broadcast
from worker.alerts import Alerts
from worker.store.errors import UnwritableError
from worker.store.records import Alert

ABOUT_A = Subject(SubjectKind.BROADCAST, "a")
ALERT = Alert(
    key="a/late", subject=ABOUT_A, severity="warning", title="late", text="It is late.", cure="Look."
)


async def test_an_alert_is_open_once_for_each_key(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.raise_alert(replace(ALERT, text="again"), NOON + HOUR)
    assert await house.store.open_alerts() == [replace(ALERT, raised_at=NOON)]
    await house.store.resolve_alert(ALERT.key, NOON)
    assert await house.store.open_alerts() == []
    await house.store.raise_alert(replace(ALERT, text="anew"), NOON)
    assert [each.text for each in await house.store.open_alerts("a")] == ["anew"]
    assert await house.store.open_alerts("b") == []
    await house.store.resolve_alert(ALERT.key, NOON + HOUR)
    assert len(set(house.sql("SELECT resolved_at FROM alerts"))) == 2


async def test_an_alert_with_text_that_is_none_is_refused_by_itself_and_written_once_it_is_cleaned(
    house: House,
) -> None:
    with pytest.raises(UnwritableError):
        await house.store.raise_alert(replace(ALERT, text="half \ud83d"), NOON)
    alerts = Alerts(house.store, HandClock())
    broken = Condition("late", Severity.WARNING, "half \ud83d and \x00", "Look.")
    alerts.tell(ABOUT_A, [broken])
    alerts.tell(Subject(SubjectKind.MEETING, "default/\ud83d"), [broken])
    alerts.tell(replace(ABOUT_A, id="b"), [broken])
    await alerts.write()
    assert [each.key for each in await house.store.open_alerts()] == ["a/late", "b/late"]


async def test_an_alert_that_somebody_garbled_keeps_none_of_the_others_from_a_worker(house: House) -> None:
    for key in ("a/late", "b/late"):
        await house.store.raise_alert(replace(ALERT, key=key), NOON)
    house.sql("UPDATE alerts SET severity = 'odd' WHERE key = 'a/late'")
    alerts = Alerts(house.store, HandClock())
    await alerts.take_over(lambda _: True)
    assert alerts.open() == ["b/late"]


async def test_an_open_alert_can_say_something_else_and_what_is_resolved_does_not(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.resolve_alert(ALERT.key, NOON)
    await house.store.raise_alert(ALERT, NOON + HOUR)
    worse = replace(ALERT, severity="critical", text="It is later.", cure="Call.")
    await house.store.change_alert(worse)
    assert await house.store.open_alerts() == [replace(worse, raised_at=NOON + HOUR)]
    assert house.sql("SELECT text FROM alerts ORDER BY id") == [("It is late.",), ("It is later.",)]


async def test_a_request_waits_until_it_is_answered(house: House) -> None:
    number = await house.store.leave_request("stop", "a", by="ann", at=NOON)
    (request,) = await house.store.pending_requests()
    assert (request.id, request.kind, request.broadcast_id, request.by) == (number, "stop", "a", "ann")
    await house.store.answer_request(number, "heeded", NOON + HOUR)
    await house.store.answer_request(number, "again", NOON + HOUR)
    assert await house.store.pending_requests() == []
    answered = await house.store.request(number)
    assert answered == replace(request, answer="heeded", answered_at=NOON + HOUR)


async def asked_to_reopen(house: House) -> int:
    return await house.store.leave_request("reopen", "a", "15m", by="me", at=NOON)


async def test_a_reopened_broadcast_gets_the_next_free_number(house: House) -> None:
    await house.taken_up()
    wanted = broadcast("a", NOON)
    for number in (2, 3):
        request = await asked_to_reopen(house)
        assert await house.store.reopen(request, wanted, NOON) == f"a.{number}"
        answered = await house.store.request(request)
        assert answered
        assert (answered.answer, answered.answered_at) == (f"a.{number}", NOON)
    request = await asked_to_reopen(house)
    assert await house.store.reopen(request, replace(wanted, id="a.2"), NOON) == "a.4"
    assert {each.source for each in await house.store.overview() if each.id != "a"} == {"reopen"}


async def test_a_request_that_is_answered_reopens_nothing_again(house: House) -> None:
    await house.taken_up()
    request = await asked_to_reopen(house)
    assert await house.store.reopen(request, broadcast("a", NOON), NOON) == "a.2"
    assert await house.store.reopen(request, broadcast("a", NOON), NOON) is None
    assert {each.id for each in await house.store.overview()} == {"a", "a.2"}
