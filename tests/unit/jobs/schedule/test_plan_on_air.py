"""A schedule edited over what is on air, late or over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import GoLive, RoomUse, Window
from jobs.run.lifecycle import State
from jobs.schedule.entry import Change
from tests.unit.jobs.schedule.plans import DAY, HOUR, NOW, ON_AIR, daily, entry, planned, rows, said


def test_a_missed_run_is_the_files_again_but_an_aired_one_is_not_aired_twice() -> None:
    (row,) = rows(entry(start=NOW + 5 * HOUR), operator_fields=frozenset({"starts_at", "ends_at"}))
    early = replace(row, broadcast=replace(row.broadcast, window=Window(NOW - 2 * HOUR, NOW - HOUR)))
    missed = planned([entry(start=NOW + 5 * HOUR)], [replace(early, state=State.MISSED)])
    assert [each.broadcast.window.starts_at for each in missed.move] == [NOW + 5 * HOUR]
    assert "so it will run again" in said(missed)
    assert planned([entry(start=NOW + 5 * HOUR)], [replace(early, state=State.ENDED)]).empty


def test_what_a_file_called_off_comes_back_before_its_start_only() -> None:
    for start, comes_back in ((NOW + HOUR, True), (NOW - timedelta(minutes=10), False)):
        (row,) = rows(entry(start=start), state=State.CANCELLED)
        off = replace(row, broadcast=replace(row.broadcast, cancelled=True))
        found = planned([entry(start=start)], [off])
        assert [each.broadcast.cancelled for each in found.change] == ([False] if comes_back else [])
        assert ("its start has passed" in said(found)) is not comes_back


@pytest.mark.parametrize("state", ON_AIR)
def test_following_takes_nothing_off_the_air_and_apply_asks(state: State) -> None:
    on_air = rows(daily(start=NOW - HOUR / 2, count=1), state=state)
    followed = planned([entry("other", start=NOW + DAY)], on_air)
    assert not followed.cancel
    assert [each.alarm for each in followed.remarks] == [True]
    applied_now = planned([entry("other", start=NOW + DAY)], on_air, asked=True)
    assert len(applied_now.cancel) == len(applied_now.asks) == 1


@pytest.mark.parametrize("state", ON_AIR)
def test_a_file_that_ends_the_window_in_the_past_takes_nothing_off_the_air(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    followed = planned([entry(start=NOW - HOUR / 2, end=HOUR / 4)], on_air)
    assert followed.empty
    assert followed.remarks[0].alarm
    assert "it is over according to the schedule; it is on air and runs to its end" in said(followed)


@pytest.mark.parametrize("state", ON_AIR)
def test_on_air_the_end_moves_and_the_start_does_not(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    longer = planned([entry(start=NOW - HOUR / 4, end=2 * HOUR)], on_air)
    (edit,) = longer.move
    assert edit.broadcast.window == Window(NOW - HOUR / 2, NOW - HOUR / 4 + 2 * HOUR)
    assert edit.fields == {"ends_at"}


@pytest.mark.parametrize("state", ON_AIR)
def test_moving_to_tomorrow_what_is_on_air_does_not_keep_it_on_air_till_then(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    found = planned([entry(start=NOW + DAY)], on_air)
    assert found.empty
    assert f"starts_at is not changed: the run is {state}" in said(found)


def test_a_stopping_run_keeps_its_window() -> None:
    found = planned(
        [entry(start=NOW - HOUR / 2, end=3 * HOUR)], rows(entry(start=NOW - HOUR / 2), state=State.STOPPING)
    )
    assert found.empty


def test_account_and_room_are_frozen_once_a_meeting_is_adopted() -> None:
    other = entry(options={"account": "events", "room": RoomUse.SHARED, "go_live": GoLive.AT_START})
    for state, fields in ((State.PLANNED, {"account", "room", "go_live"}), (State.READY, {"go_live"})):
        (edit,) = planned([other], rows(entry(), state=state)).change
        assert edit.fields == fields


def test_an_added_occurrence_under_way_begins_late_and_apply_asks() -> None:
    found = planned([entry(start=NOW - HOUR / 4)])
    assert [each.id for each in found.add] == [each.id for each in found.asks] == ["webinar"]
    assert "begins late" in said(found)


def test_a_start_moved_into_the_past_begins_at_once_and_apply_asks() -> None:
    found = planned([entry(start=NOW - HOUR / 4)], rows(entry(), state=State.READY))
    assert [each.id for each in found.asks] == ["webinar"]


@pytest.mark.parametrize("state", [State.ENDED, State.CANCELLED])
def test_a_rule_moved_to_a_later_hour_runs_nothing_again_that_was_aired_or_called_off_today(
    state: State,
) -> None:
    today, *later = rows(daily(start=NOW - 2 * HOUR))
    there = [replace(today, state=state), *later]
    found = planned([daily(start=NOW + 2 * HOUR)], there)
    assert [each.broadcast.id for each in found.move] == [each.broadcast.id for each in later]
    assert "stays over: to run it again, give it a start under `change`" in said(found)


def test_what_is_over_runs_again_at_a_start_that_is_its_own() -> None:
    today, *later = rows(daily(start=NOW - 2 * HOUR))
    there = [replace(today, state=State.ENDED), *later]
    by_name = daily(start=NOW - 2 * HOUR, changes={"2026-12-01": Change(start=NOW + 2 * HOUR)})
    assert [each.broadcast.id for each in planned([by_name], there).move] == ["webinar@2026-12-01"]
    once = [replace(each, state=State.ENDED) for each in rows(entry(start=NOW - 2 * HOUR))]
    assert [each.broadcast.id for each in planned([entry(start=NOW + 7 * DAY)], once).move] == ["webinar"]
