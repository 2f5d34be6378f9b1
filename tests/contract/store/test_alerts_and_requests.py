"""Alerts, requests and what is reopened on request."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON, HandClock
from tests.unit.store.house import HOUR, House, broadcast
from worker.alerting.alerts import Alerts
from worker.store.errors import AlreadyResolvedError, UnwritableError
from worker.store.records import Alert

ABOUT_A = Subject(SubjectKind.BROADCAST, "a")
ALERT = Alert(
    key="a/late", subject=ABOUT_A, severity="warning", title="late", text="It is late.", cure="Look."
)


async def test_an_alert_is_open_once_for_each_key(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.raise_alert(replace(ALERT, text="again"), NOON + HOUR)
    (found,) = await house.store.open_alerts()
    assert found == replace(ALERT, id=found.id, raised_at=NOON)
    assert house.sql("SELECT key FROM alerts WHERE id = ?", found.id) == [(ALERT.key,)]
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
    (found,) = await house.store.open_alerts()
    assert found == replace(worse, id=found.id, raised_at=NOON + HOUR)
    assert house.sql("SELECT text FROM alerts ORDER BY id") == [("It is late.",), ("It is later.",)]


ANNS: dict[str, Any] = {"by": "ann", "why": "that account is gone", "at": NOON + HOUR}
BESIDE = replace(ALERT, key="account/x/late", subject=Subject(SubjectKind.ACCOUNT, "x"))


async def numbers(house: House, *told: Alert) -> list[int]:
    """Open alerts; return the numbers of their rows."""
    for each in told:
        await house.store.raise_alert(each, NOON)
    return [each.id or 0 for each in await house.store.open_alerts()]


@pytest.mark.parametrize(("told", "journal"), [(ALERT, "a"), (BESIDE, "account/x/late")])
async def test_an_alert_that_is_resolved_by_hand_is_closed_and_the_journal_says_by_whom_and_why(
    house: House, told: Alert, journal: str
) -> None:
    (number,) = await numbers(house, told)
    assert await house.store.resolve_by_hand(number, **ANNS) == told.key
    assert await house.store.open_alerts() == []
    (note,) = await house.store.journal(journal)
    assert (note.at, note.who, note.why) == (NOON + HOUR, "ann", "that account is gone")
    assert (note.kind, note.before, note.after) == ("alert", "late", "resolved")
    (kept,) = await house.store.alerts()
    assert kept == replace(told, id=number, raised_at=NOON, resolved_at=NOON + HOUR)


async def test_an_alert_is_resolved_by_hand_with_its_note_or_not_at_all(house: House) -> None:
    (number,) = await numbers(house, ALERT)
    with pytest.raises(UnwritableError):
        await house.store.resolve_by_hand(number, by="ann", why="half \ud83d", at=NOON)
    assert len(await house.store.open_alerts()) == 1
    assert await house.store.journal("a") == []


async def test_what_is_resolved_already_or_unknown_is_not_resolved_by_hand(house: House) -> None:
    (number,) = await numbers(house, ALERT)
    await house.store.resolve_alert(ALERT.key, NOON)
    with pytest.raises(AlreadyResolvedError) as refused:
        await house.store.resolve_by_hand(number, **ANNS)
    assert refused.value.at == NOON
    assert await house.store.resolve_by_hand(number + 1, **ANNS) is None
    assert await house.store.resolve_by_hand(10**18 - 1, **ANNS) is None
    assert await house.store.journal("a") == []


async def test_of_two_who_resolve_one_alert_by_hand_one_is_told_that_it_was_the_other(house: House) -> None:
    (number,) = await numbers(house, ALERT)
    both = [house.store.resolve_by_hand(number, **ANNS) for _ in range(2)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["AlreadyResolvedError", "str"]
    assert len(await house.store.journal("a")) == 1


async def test_an_alert_whose_row_is_garbled_is_resolved_by_hand_all_the_same(house: House) -> None:
    (number,) = await numbers(house, ALERT)
    house.sql("UPDATE alerts SET severity = 'odd'")
    assert await house.store.open_alerts() == []
    assert await house.store.open_keys() == {ALERT.key}
    assert await house.store.resolve_by_hand(number, **ANNS) == ALERT.key
    assert await house.store.open_keys() == frozenset()


async def test_only_what_was_resolved_by_hand_last_counts_as_resolved_by_hand(house: House) -> None:
    """A worker that told it, too, has to know whether it was an operator or the end of it."""
    keys = {ALERT.key, BESIDE.key}
    first, _ = await numbers(house, ALERT, BESIDE)
    assert await house.store.resolved_by_hand(keys) == []
    await house.store.resolve_by_hand(first, **ANNS)
    await house.store.resolve_alert(BESIDE.key, NOON + HOUR)
    assert [each.key for each in await house.store.resolved_by_hand(keys)] == [ALERT.key]
    await numbers(house, ALERT)
    assert await house.store.resolved_by_hand(keys) == []
    await house.store.resolve_alert(ALERT.key, NOON + 2 * HOUR)
    assert await house.store.resolved_by_hand(keys) == []


async def test_whoever_resolves_by_hand_what_thousands_are_told_of_is_heard(house: House) -> None:
    told = [replace(ALERT, key=f"{number:03}/late") for number in range(401)]
    for number in await numbers(house, *told):
        await house.store.resolve_by_hand(number, **ANNS)
    assert len(await house.store.resolved_by_hand([each.key for each in told])) == len(told)


async def test_all_alerts_are_listed_the_newest_first_however_many_can_be_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.store.history.PART", 2)
    told = [replace(ALERT, key=f"{letter}/late") for letter in "abcdefg"]
    await numbers(house, *told)
    house.sql("UPDATE alerts SET severity = 'odd' WHERE key IN ('c/late', 'd/late', 'e/late')")
    await house.store.resolve_alert("f/late", NOON)
    found = await house.store.alerts()
    assert [each.key for each in found] == ["g/late", "f/late", "b/late", "a/late"]
    assert [each.resolved_at for each in found] == [None, NOON, None, None]


async def test_a_request_waits_until_it_is_answered(house: House) -> None:
    number = await house.store.leave_request("stop", "a", by="ann", at=NOON)
    (request,) = await house.store.pending_requests()
    assert (request.id, request.kind, request.broadcast_id, request.by) == (number, "stop", "a", "ann")
    await house.store.answer_request(number, "done", NOON + HOUR)
    await house.store.answer_request(number, "again", NOON + HOUR)
    assert await house.store.pending_requests() == []
    answered = await house.store.request(number)
    assert answered == replace(request, answer="done", answered_at=NOON + HOUR)


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


async def test_all_that_was_told_and_asked_of_one_broadcast_is_found_oldest_first(house: House) -> None:
    await house.store.raise_alert(ALERT, NOON)
    await house.store.resolve_alert(ALERT.key, NOON + HOUR)
    await house.store.raise_alert(replace(ALERT, text="anew"), NOON + 2 * HOUR)
    await house.store.raise_alert(replace(ALERT, key="b/late", subject=replace(ABOUT_A, id="b")), NOON)
    told = [(each.text, each.resolved_at) for each in await house.store.alerts_of("a")]
    assert told == [(ALERT.text, NOON + HOUR), ("anew", None)]
    for who, of in (("ann", "a"), ("bob", "b"), ("eve", "a")):
        await house.store.leave_request("stop", of, by=who, at=NOON)
    assert [each.by for each in await house.store.requests_of("a")] == ["ann", "eve"]
