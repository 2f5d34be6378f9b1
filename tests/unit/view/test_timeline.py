"""Tonight as a timeline: where each broadcast is drawn, in which order, and what is said of it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.view.records import HOUR, row
from worker.store.records import Overview, Upcoming
from worker.view.fortnight import DAYS, fortnight
from worker.view.timeline import Evidence, Timeline, most_urgent, timeline

LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
"""Half an hour of summer time."""


def nothing_seen(_row: Overview) -> None:
    return None


def drawn(*rows: Overview) -> Timeline:
    return timeline(rows, NOON, nothing_seen, ZoneInfo("UTC"))


def test_what_is_on_comes_first_then_what_comes_and_then_what_is_over() -> None:
    rows = [row(State.ENDED, -3 * HOUR), row(State.PLANNED, 2 * HOUR), row(State.LIVE, -HOUR / 2)]
    names = [replace(each, id=str(at), entry=None) for at, each in enumerate(rows)]
    assert [lane.name for lane in drawn(*names).lanes] == ["2", "1", "0"]


def test_occurrences_of_an_entry_share_a_lane() -> None:
    rows = [replace(row(State.PLANNED, at * HOUR), id=f"a@{at}", entry="a") for at in (1, 4)]
    (lane,) = drawn(*rows).lanes
    assert (lane.name, [slot.line.id for slot in lane.slots]) == ("a", ["a@1", "a@4"])


def test_of_more_than_are_shown_none_that_is_on_is_left_out() -> None:
    rows = [replace(row(State.PLANNED, HOUR), id=f"p{at}", entry=None) for at in range(9)]
    rows.append(replace(row(State.LIVE, -HOUR / 2), id="on", entry=None))
    assert most_urgent(rows, 4) == ["on", "p0", "p1", "p2"]
    assert (drawn(*rows).lanes[0].name, drawn(*rows).on_air) == ("on", 1)


def test_what_was_read_is_shown_until_it_is_over() -> None:
    seen = Evidence("LIVE", NOON - timedelta(seconds=12))
    for state, expected in ((State.LIVE, seen), (State.ENDED, None)):
        found = timeline([row(state, -HOUR / 2)], NOON, lambda _: seen)
        assert found.lanes[0].slots[0].evidence == expected


@given(st.integers(-5000, 5000), st.integers(1, 5000))
def test_everything_is_drawn_within_the_picture(starts_in: int, minutes: int) -> None:
    starts_at = NOON + timedelta(minutes=starts_in)
    each = replace(
        row(State.PLANNED, HOUR), starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
    )
    (slot,) = drawn(each).lanes[0].slots
    assert 0 <= slot.left <= 100
    assert 0 < slot.width <= 100


@given(st.datetimes(timezones=st.just(LORD_HOWE)).filter(lambda at: 1990 < at.year < 2100))
def test_the_hours_of_the_axis_are_full_ones_in_their_order(now: object) -> None:
    hours = timeline([], now, nothing_seen, LORD_HOWE).hours  # type: ignore[arg-type]  # Hypothesis's own.
    assert [each.left for each in hours] == sorted(each.left for each in hours)
    assert all(each.text.endswith(":00") for each in hours)
    assert 4 <= len(hours) <= 8


def test_a_broadcast_stands_on_the_day_of_the_zone_and_a_full_day_says_what_is_left_out() -> None:
    late = Upcoming(id="a", title="A", state=None, starts_at=NOON + 13 * HOUR, ends_at=NOON + 14 * HOUR)
    many = [replace(late, id=str(at)) for at in range(45)]
    days = fortnight(many, NOON, ZoneInfo("UTC"))
    assert len(days) == DAYS
    assert [(len(day.items), day.left_out) for day in days[:3]] == [(0, 0), (40, 5), (0, 0)]
    assert days[0].is_today
