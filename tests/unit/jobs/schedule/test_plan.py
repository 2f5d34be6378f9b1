"""What a schedule adds, moves, changes and cancels; and what it asks about first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.run.lifecycle import OVER
from jobs.schedule.entry import Change
from jobs.schedule.plan import Plan, too_much
from tests.unit.jobs.schedule.plans import DAY, HOUR, NOW, daily, entry, planned, rows, said


def test_an_empty_table_gets_what_lies_within_the_horizon() -> None:
    found = planned([daily(count=30)])
    assert [each.id for each in found.add][:2] == ["webinar@2026-12-01", "webinar@2026-12-02"]
    assert len(found.add) == 14
    assert found.remarks == ()


def test_past_occurrences_are_never_added() -> None:
    assert planned([entry(start=NOW - 2 * HOUR)]).empty


def test_what_is_there_already_needs_nothing() -> None:
    assert planned([daily()], rows(daily())) == Plan()


def test_a_new_window_is_a_move_and_a_new_title_a_change() -> None:
    moved = planned([entry(start=NOW + 3 * HOUR)], rows(entry()))
    (edit,) = moved.move
    assert edit.fields == {"starts_at", "ends_at"}
    assert edit.broadcast.window.starts_at == NOW + 3 * HOUR
    changed = planned([entry(title="New", options={"end_session": True})], rows(entry()))
    (edit,) = changed.change
    assert edit.fields == {"title", "end_session"}
    assert edit.broadcast.title == "New"
    assert (moved.change, moved.add, moved.cancel, changed.move) == ((), (), (), ())


def test_a_row_moved_beyond_the_horizon_is_moved_and_not_cancelled() -> None:
    change = Change(start=NOW + 100 * DAY)
    found = planned([daily(changes={"2026-12-02": change})], rows(daily()))
    assert [each.broadcast.window.starts_at for each in found.move] == [NOW + 100 * DAY]
    assert not found.cancel


def test_an_entry_that_is_gone_is_cancelled_with_the_reason() -> None:
    (cancel,) = planned([entry("other", start=NOW + 99 * DAY)], rows(entry())).cancel
    assert (cancel.existing.broadcast.id, cancel.why) == (
        "webinar",
        "its entry was removed from the schedule",
    )


def test_a_skipped_occurrence_is_cancelled_with_its_note() -> None:
    skip = Change(skip=True, note="Epiphany")
    (cancel,) = planned([daily(changes={"2026-12-02": skip})], rows(daily())).cancel
    assert (cancel.existing.broadcast.id, cancel.why) == (
        "webinar@2026-12-02",
        "the schedule skips it: Epiphany",
    )


@pytest.mark.parametrize("source", ["sql", "add", "reopen"])
def test_rows_that_no_file_made_are_never_touched(source: str) -> None:
    foreign = rows(daily(), source=source)
    assert planned([entry("other", start=NOW + HOUR)], foreign).cancel == ()
    assert planned([daily(title="New")], foreign).change == ()


def test_an_id_that_no_file_made_is_not_taken_over() -> None:
    found = planned([entry()], rows(entry(), source="sql"))
    assert found.empty
    assert "is the id of a broadcast that no file created" in said(found)
    assert found.refusals[0].alarm


def test_what_is_nearly_over_is_not_added_any_more() -> None:
    start = NOW - timedelta(minutes=58)
    assert planned([entry(start=start)]).empty
    assert planned([entry(start=start, options={"late_start": timedelta(minutes=1)})]).add


def test_a_file_that_would_wipe_the_night_needs_confirmation() -> None:
    assert planned([entry("other")], rows(daily(count=3))).needs_confirmation
    assert not planned([entry("other")], rows(daily(count=2))).needs_confirmation
    many = [entry(f"e{n}") for n in range(20)]
    assert not planned(many[4:], rows(*many)).needs_confirmation
    assert planned(many[5:], rows(*many)).needs_confirmation


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_three_and_more_than_a_fifth_are_too_much(removed: int, coming: int) -> None:
    assert too_much(removed, coming) == (removed > max(2, coming / 5))


def test_a_dropped_row_that_is_over_or_past_is_left_alone() -> None:
    for state in sorted(OVER):
        assert planned([entry("other", start=NOW + 99 * DAY)], rows(entry(), state=state)).empty
    assert planned([entry("other", start=NOW + 99 * DAY)], rows(entry(start=NOW - 5 * HOUR))).empty


def test_clock_changes_are_remarked_on() -> None:
    gap = entry(start=datetime(2027, 3, 28, 2, 30), zone="Europe/Berlin")  # noqa: DTZ001 - a wall time
    assert "does not exist" in said(planned([gap], now=datetime(2027, 3, 27, tzinfo=UTC)))
