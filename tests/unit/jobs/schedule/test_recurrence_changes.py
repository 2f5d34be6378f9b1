"""Exceptions, and changes of single occurrences."""

from datetime import date

from jobs.schedule.entry import Change
from jobs.schedule.recurrence import find, has
from tests.unit.jobs.schedule.recurring import DAY, HOUR, at, entry, ids, local, made


def test_an_exception_takes_a_day_or_a_single_time() -> None:
    item = entry(
        start=local("2026-12-01T09:00"),
        repeat="FREQ=DAILY;BYHOUR=9,15;UNTIL=20261203",
        exceptions=(date(2026, 12, 2), local("2026-12-03T15:00")),
    )
    assert ids(item) == ["webinar@2026-12-01T0900", "webinar@2026-12-01T1500", "webinar@2026-12-03T0900"]


def test_a_change_moves_one_occurrence_and_keeps_its_id() -> None:
    change = Change(
        start=local("2026-12-05T10:00"), end=2 * HOUR, options={"title": "Moved", "account": "events"}
    )
    item = entry(repeat="FREQ=DAILY;COUNT=2", changes={"2026-12-02": change})
    moved = made(item)[1]
    assert (moved.id, moved.title, moved.account) == ("webinar@2026-12-02", "Moved", "events")
    assert (moved.window.starts_at, moved.window.length) == (at("2026-12-05T09:00"), 2 * HOUR)


def test_a_change_is_found_where_it_moved_to_and_not_where_it_was() -> None:
    item = entry(repeat="FREQ=DAILY", changes={"2026-12-02": Change(start=local("2027-11-11T11:00"))})
    assert "webinar@2026-12-02" not in ids(item, after="2026-12-01", until="2026-12-04")
    assert ids(item, after="2027-11-11T09:30", until="2027-11-11T10:30") == ["webinar@2026-12-02"]


def test_a_skipped_occurrence_is_none_but_is_known() -> None:
    item = entry(repeat="FREQ=DAILY;COUNT=2", changes={"2026-12-01": Change(skip=True)})
    assert ids(item) == ["webinar@2026-12-02"]
    assert find(item, "webinar@2026-12-01") is None
    assert has(item, "2026-12-01")


def test_a_change_of_nothing_makes_nothing() -> None:
    item = entry(
        repeat="FREQ=WEEKLY;COUNT=1", changes={"2026-12-02": Change(start=local("2026-12-09T10:00"))}
    )
    assert ids(item) == ["webinar@2026-12-01"]


def test_options_of_a_change_win_over_those_of_the_entry() -> None:
    change = Change(options={"prepare": HOUR})
    item = entry(
        repeat="FREQ=DAILY;COUNT=2",
        options={"prepare": DAY, "end_session": True},
        changes={"2026-12-02": change},
    )
    assert [each.prepare for each in made(item)] == [DAY, HOUR]
    assert all(each.end_session for each in made(item))
