"""What an operator changed or cancelled stays so, whatever the file says."""

from dataclasses import replace

from jobs.model import Window
from jobs.run.lifecycle import State
from tests.unit.jobs.schedule.plans import HOUR, NOW, daily, entry, planned, rows, said


def test_an_operators_change_outlives_the_file() -> None:
    (row,) = rows(entry(), operator_fields=frozenset({"ends_at", "title"}))
    own = replace(row.broadcast, title="Mine", window=Window(NOW + HOUR, NOW + 5 * HOUR))
    found = planned([entry(title="New", options={"end_session": True})], [replace(row, broadcast=own)])
    (edit,) = found.change
    assert edit.fields == {"end_session"}
    assert (edit.broadcast.title, edit.broadcast.window.ends_at) == ("Mine", NOW + 5 * HOUR)
    assert "ends_at is not changed: an operator changed it" in said(found)


def test_an_operators_start_after_the_files_end_keeps_the_operators_window() -> None:
    (row,) = rows(entry(), operator_fields=frozenset({"starts_at"}))
    own = replace(row.broadcast, window=Window(NOW + 4 * HOUR, NOW + 5 * HOUR))
    assert planned([entry()], [replace(row, broadcast=own)]).empty


def test_what_an_operator_called_off_stays_off_whatever_its_run_says() -> None:
    for state in (None, State.PLANNED, State.CANCELLED):
        (row,) = rows(entry(), state=state, operator_fields=frozenset({"cancelled"}))
        off = replace(row, broadcast=replace(row.broadcast, cancelled=True))
        found = planned([entry(title="New")], [off])
        assert found.empty
        assert "an operator cancelled it" in said(found)


def test_what_an_operator_called_back_is_not_cancelled_by_the_file() -> None:
    found = planned([entry("other")], rows(entry(), operator_fields=frozenset({"cancelled"})))
    assert not found.cancel
    assert "an operator wants it" in said(found)


def test_what_an_operator_ended_early_is_not_aired_again_when_its_entry_gets_a_rule() -> None:
    start = NOW - HOUR / 2
    (row,) = rows(entry(start=start), state=State.ENDED, operator_fields=frozenset({"ends_at"}))
    ended = replace(row, broadcast=replace(row.broadcast, window=Window(start, NOW - HOUR / 6)))
    found = planned([daily(start=start)], [ended])
    assert "webinar@2026-12-01" not in [each.id for each in found.add]
