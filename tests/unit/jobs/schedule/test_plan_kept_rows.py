"""Rows that are carried over: another form of id, or another key."""

from dataclasses import replace

import pytest

from jobs.run.lifecycle import OVER, State
from jobs.schedule.entry import Entry
from tests.unit.jobs.schedule.plans import DAY, HOUR, NOW, ON_AIR, daily, entry, planned, rows, said

ONCE = entry(start=NOW - HOUR / 2, end=2 * HOUR)
EVERY_DAY = daily(start=NOW - HOUR / 2, end=2 * HOUR)
BESIDE = daily(start=NOW - DAY + HOUR, end=2 * HOUR, also=(NOW - HOUR / 2,))
TWICE = entry(start=NOW - HOUR / 2, end=2 * HOUR, repeat="FREQ=DAILY;BYHOUR=18,22;COUNT=9")
ELSEWHERE = daily(start=NOW - HOUR / 2, end=2 * HOUR, zone="Pacific/Auckland")


@pytest.mark.parametrize(
    ("before", "after"),
    [(ONCE, EVERY_DAY), (EVERY_DAY, ONCE), (BESIDE, EVERY_DAY), (EVERY_DAY, TWICE), (EVERY_DAY, ELSEWHERE)],
    ids=["gains a rule", "loses it", "absorbs an extra one", "fires twice a day", "changes its zone"],
)
@pytest.mark.parametrize("state", [State.READY, State.LIVE, State.STOPPING, State.ENDED, State.CANCELLED])
def test_what_keeps_its_entry_and_instant_keeps_its_row_whatever_its_form_of_id(
    before: Entry, after: Entry, state: State
) -> None:
    """Else a second meeting begins beside the one that is on air, or what was stopped airs again."""
    (row,) = [each for each in rows(before) if each.broadcast.window.starts_at == NOW - HOUR / 2]
    found = planned([after], [replace(row, state=state)])
    assert not [each for each in found.add if each.window.starts_at <= NOW]
    assert not found.cancel


@pytest.mark.parametrize("asked", [False, True])
def test_a_key_renamed_without_was_while_on_air_is_refused(*, asked: bool) -> None:
    on_air = rows(entry("old", start=NOW - HOUR / 4), state=State.LIVE)
    found = planned([entry("new", start=NOW - HOUR / 4)], on_air, asked=asked)
    assert found.empty
    assert "write `was: old`" in said(found)
    assert found.refusals[0].alarm


def test_another_window_or_a_kept_entry_is_no_rename() -> None:
    old = entry("old", start=NOW - HOUR / 4)
    on_air = rows(old, state=State.LIVE)
    assert [each.id for each in planned([entry("new", start=NOW + HOUR)], on_air).add] == ["new"]
    assert [each.id for each in planned([old, entry("new", start=NOW - HOUR / 4)], on_air).add] == ["new"]


def test_was_carries_rows_over_instead_of_making_new_ones() -> None:
    found = planned([daily("new", was="old")], rows(daily("old")))
    first = found.rename[0]
    assert (first.existing.broadcast.id, first.broadcast.id) == ("old@2026-12-01", "new@2026-12-01")
    assert {each.broadcast.entry for each in found.rename} == {"new"}
    assert (len(found.rename), found.add, found.cancel, found.needs_confirmation) == (5, (), (), False)


def test_was_and_an_edit_come_together() -> None:
    found = planned([entry("new", was="old", title="New")], rows(entry("old")))
    assert (
        [each.broadcast.id for each in found.rename]
        == [each.broadcast.id for each in found.change]
        == ["new"]
    )


@pytest.mark.parametrize("state", [*ON_AIR, State.STOPPING, *sorted(OVER)])
def test_what_is_on_air_or_over_keeps_its_old_id_and_is_not_added_again(state: State) -> None:
    under_way = entry("old", start=NOW - HOUR / 4)
    found = planned([entry("new", start=NOW - HOUR / 4, was="old")], rows(under_way, state=state))
    assert found.empty
    assert found.refusals == ()


def test_was_of_a_key_that_is_still_there_renames_nothing() -> None:
    found = planned([entry("old"), entry("new", was="old")], rows(entry("old")))
    assert not found.rename
    assert [each.id for each in found.add] == ["new"]
