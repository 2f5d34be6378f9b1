"""An entry that follows a calendar: what its events become, and what a plan does as they change."""

from datetime import timedelta

import pytest

from jobs.run.lifecycle import State
from jobs.schedule.entry import CalendarSource, Change, Entry
from jobs.schedule.recurrence import find, occurrences
from tests.unit.jobs.schedule.plans import DAY, HORIZON, HOUR, NOW, ON_AIR, entry, planned, rows, said


def following(**instances: float | Change) -> Entry:
    """Return an entry with events of an hour, each so many hours from now."""
    found = {
        f"c{name}": each if isinstance(each, Change) else event(each) for name, each in instances.items()
    }
    return entry("house", calendar=CalendarSource(address="a.ics"), instances=found)


def event(hours: float, title: str = "") -> Change:
    start = NOW + hours * HOUR
    return Change(start=start, end=start + HOUR, options={"title": title} if title else {})


def days(*numbers: int) -> Entry:
    return following(**{str(number): 24.0 * number for number in numbers})


def test_each_event_is_a_broadcast_under_its_own_title_and_at_its_own_time() -> None:
    found = occurrences(following(a=1, b=event(2, "Talk"), c=1000), NOW, NOW + HORIZON)
    named = [(each.broadcast.id, each.broadcast.title, each.broadcast.window.length) for each in found]
    assert named == [("house@ca", "Webinar", HOUR), ("house@cb", "Talk", HOUR)]


def test_two_events_at_one_instant_are_two() -> None:
    assert len(occurrences(following(a=1, b=1), NOW, NOW + HORIZON)) == 2


def test_it_has_what_its_calendar_has_and_nothing_else() -> None:
    one = following(a=1)
    assert find(one, "house@ca")
    assert not find(one, "house@cb")
    assert not find(one, "house")
    assert not find(one, "house@2026-12-01")
    assert not occurrences(following(), NOW - 9999 * DAY, NOW + HORIZON)


def test_an_event_that_is_moved_keeps_its_id() -> None:
    plan = planned([following(a=5)], rows(following(a=1)))
    assert [(each.broadcast.id, each.broadcast.window.starts_at) for each in plan.move] == [
        ("house@ca", NOW + 5 * HOUR)
    ]
    assert not plan.add
    assert not plan.cancel


def test_an_event_that_becomes_a_series_keeps_its_row_at_its_instant() -> None:
    plan = planned([following(**{"a-2026-12-01T1930": 1, "a-2026-12-08T1930": 169})], rows(following(a=1)))
    assert not plan.cancel
    assert [each.id for each in plan.add] == ["house@ca-2026-12-08T1930"]


def test_an_event_that_is_over_and_moved_to_come_runs_again() -> None:
    over = rows(following(a=-3), state=State.ENDED)
    plan = planned([following(a=3)], over)
    assert [each.broadcast.id for each in plan.move] == ["house@ca"]


def test_an_event_that_is_gone_is_cancelled_with_the_reason() -> None:
    (cancel,) = planned([following(a=1)], rows(following(a=1, b=2))).cancel
    assert (cancel.existing.broadcast.id, cancel.why) == ("house@cb", "its calendar no longer has it")


@pytest.mark.parametrize("state", ON_AIR)
def test_what_is_on_air_runs_to_its_end_though_it_is_gone(state: State) -> None:
    plan = planned([following()], rows(following(a=-0.5), state=state))
    assert plan.empty
    assert [each.alarm for each in plan.remarks] == [True]
    assert "runs to its end" in said(plan)


def test_apply_asks_for_a_confirmation_where_one_calendar_alone_loses_too_much() -> None:
    others = [entry(f"other-{n}", NOW + timedelta(days=n)) for n in range(1, 13)]
    present = rows(days(1, 2, 3, 4), *others)
    assert planned([days(1), *others], present, asked=True).needs_confirmation
    assert not planned([days(1, 2), *others], present, asked=True).needs_confirmation
    assert not planned([days(1), *others], present).needs_confirmation
