"""One broadcast an instant, in the hour that the clocks skip too."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule import local_time
from jobs.schedule.clock_changes import changing_clocks
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import Cause, LeftOut, considered, find, has, left_out, occurrences
from tests.unit.jobs.schedule.recurring import BERLIN, DAY, HOUR, ZONES, at, entry, ids, local

NIGHT = "2027-03-28"
"""In Berlin 02:00 to 03:00 is missing."""


def at_night(**fields: object) -> Entry:
    usual = {"start": local(f"{NIGHT}T00:30"), "end": timedelta(minutes=20), "zone": BERLIN}
    return entry(**{**usual, **fields})


def night_ids(item: Entry) -> list[str]:
    return [each.removeprefix(f"webinar@{NIGHT}") for each in ids(item, NIGHT, "2027-03-28T03:00")]


@pytest.mark.parametrize(
    "repeat", ["FREQ=HOURLY;COUNT=5", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=0,1,2,3,4", "FREQ=HOURLY;INTERVAL=1"]
)
def test_in_the_missing_hour_the_occurrence_that_the_clocks_show_is_the_broadcast(repeat: str) -> None:
    item = at_night(repeat=repeat)
    assert night_ids(item)[:3] == ["T0130", "T0330", "T0430"]
    found = left_out(item, f"webinar@{NIGHT}T0230")
    assert found
    assert found.remarks == (
        (
            "is left out: 2027-03-28 02:30 does not exist in Europe/Berlin, "
            "and webinar@2027-03-28T0330 begins at 03:30"
        ),
    )
    assert find(item, f"webinar@{NIGHT}T0230") is None
    assert has(item, f"{NIGHT}T0230")


def test_a_missing_time_that_nothing_else_begins_at_is_used_as_ever() -> None:
    item = at_night(repeat="FREQ=DAILY;BYHOUR=1,2")
    assert f"webinar@{NIGHT}T0230" in ids(item, NIGHT, "2027-03-29")


@pytest.mark.parametrize(
    "fields",
    [
        {"exceptions": (local(f"{NIGHT}T03:30"),)},
        {"changes": {f"{NIGHT}T0330": Change(skip=True)}},
        {"changes": {f"{NIGHT}T0330": Change(start=local(f"{NIGHT}T05:00"))}},
    ],
)
def test_what_is_excepted_skipped_or_moved_away_takes_no_instant(fields: dict[str, object]) -> None:
    item = at_night(repeat="FREQ=DAILY;BYHOUR=2,3", **fields)
    assert f"webinar@{NIGHT}T0230" in ids(item, NIGHT, "2027-03-29")


def test_an_extra_occurrence_in_the_missing_hour_gives_way() -> None:
    item = at_night(start=local("2027-03-01T03:30"), repeat="FREQ=DAILY", also=(local(f"{NIGHT}T02:30"),))
    assert night_ids(item) == [""]
    two = at_night(also=(local(f"{NIGHT}T02:30"), local(f"{NIGHT}T03:30")))
    assert night_ids(two) == ["T0330"]


def test_an_extra_or_moved_occurrence_that_the_clocks_show_wins_over_one_of_the_rule_that_is_missing() -> (
    None
):
    rule = {"start": local("2027-03-01T02:30"), "repeat": "FREQ=DAILY"}
    assert night_ids(at_night(**rule, also=(local(f"{NIGHT}T03:30"),))) == ["T0330"]
    moved = {"2027-03-27": Change(start=local(f"{NIGHT}T03:30"))}
    assert night_ids(at_night(**rule, changes=moved)) == ["webinar@2027-03-27"]


def test_an_occurrence_moved_onto_another_gives_way_and_keeps_its_id() -> None:
    item = entry(repeat="FREQ=DAILY;COUNT=3", changes={"2026-12-02": Change(start=local("2026-12-03T18:00"))})
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-03"]
    found = left_out(item, "webinar@2026-12-02")
    assert found
    assert (found.cause, found.why) == (Cause.TAKEN, "webinar@2026-12-03 begins at the same time")


def test_two_that_change_places_are_both_broadcasts() -> None:
    changes = {
        "2026-12-02": Change(start=local("2026-12-03T18:00")),
        "2026-12-03": Change(start=local("2026-12-02T18:00")),
    }
    item = entry(repeat="FREQ=DAILY;COUNT=3", changes=changes)
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-03", "webinar@2026-12-02"]


def test_what_is_skipped_takes_no_instant_that_it_would_be_moved_to() -> None:
    moved = local("2026-12-09T09:00")
    changes = {"2026-12-02": Change(skip=True, start=moved), "2026-12-03": Change(start=moved)}
    item = entry(repeat="FREQ=DAILY;COUNT=3", changes=changes)
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-03"]


def test_an_extra_occurrence_that_the_rule_has_is_one_broadcast() -> None:
    item = entry(repeat="FREQ=DAILY;BYHOUR=18,20;COUNT=2", also=(local("2026-12-01T20:00"),))
    assert ids(item) == ["webinar@2026-12-01T1800", "webinar@2026-12-01T2000"]


def test_of_two_moved_to_one_instant_the_first_is_the_broadcast() -> None:
    changes = {day: Change(start=local("2026-12-09T09:00")) for day in ("2026-12-02", "2026-12-03")}
    item = entry(repeat="FREQ=DAILY;COUNT=3", changes=changes)
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-02"]


def test_what_is_left_out_for_the_clocks_is_found_ahead_of_time() -> None:
    item = at_night(start=local("2026-12-01T00:30"), repeat="FREQ=DAILY;BYHOUR=1,2,3")
    found = changing_clocks(item, at("2026-12-01"), at("2027-06-01"))
    assert [(each.broadcast.id, type(each)) for each in found] == [(f"webinar@{NIGHT}T0230", LeftOut)]


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Casablanca", "Antarctica/Troll"])
def test_every_wall_time_is_a_reading_of_its_instant(zone: str) -> None:
    there = zone_of(zone)
    changing = {day for year in (2011, 2026, 2027) for day in local_time.odd_times(there, year)}
    days = {date(2026, 7, 1)} | {day + each * DAY for day in changing for each in (-1, 0, 1)}
    for wall in (
        datetime.combine(day, time(hour, minute)) for day in days for hour in range(24) for minute in (0, 30)
    ):
        found = local_time.readings(local_time.instant(wall, there), there)
        assert wall in found
        assert local_time.is_missing(wall, there) == (wall != found[0])


TIMES = st.times().map(lambda each: each.replace(minute=each.minute // 30 * 30, second=0, microsecond=0))
MOMENTS = st.builds(
    datetime.combine,
    st.sampled_from([local(day).date() for day in (NIGHT, "2027-03-29", "2027-10-31")]),
    TIMES,
)
SUFFIXES = st.sampled_from(
    [f"{day}{clock}" for day in (NIGHT, "2027-03-29") for clock in ("", "T0230", "T0330")]
)


@given(
    st.sampled_from(["FREQ=HOURLY;INTERVAL=1", "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30", "FREQ=DAILY", ""]),
    MOMENTS,
    st.lists(MOMENTS, max_size=4),
    st.dictionaries(SUFFIXES, st.builds(Change, start=st.none() | MOMENTS, skip=st.booleans()), max_size=4),
    st.sampled_from([BERLIN, "Australia/Lord_Howe", "America/New_York"]),
)
def test_no_two_broadcasts_of_an_entry_begin_at_one_instant(
    repeat: str, start: datetime, also: list[datetime], changes: dict[str, Change], zone: str
) -> None:
    whole = at_night(start=start, repeat=repeat or None, also=tuple(also), zone=zone)
    right = {suffix: change for suffix, change in changes.items() if has(whole, suffix)}
    item = replace(whole, changes=right)
    since, to = at("2027-03-26"), at("2027-04-01")
    found = occurrences(item, since, to)
    starts = [each.broadcast.window.starts_at for each in found]
    assert len(set(starts)) == len(starts)
    for each in considered(item, since, to):
        if isinstance(each, LeftOut) and each.cause in {Cause.TAKEN, Cause.MISSING}:
            beside = [one.broadcast.window.starts_at for one in occurrences(item, since - DAY, to + DAY)]
            assert each.broadcast.window.starts_at in beside, "its instant is nobody's"
        assert (find(item, each.broadcast.id) or left_out(item, each.broadcast.id)) == each


def test_a_look_at_part_of_the_time_finds_the_same_as_a_look_at_all() -> None:
    changes = {"2026-12-02": Change(start=local("2026-12-03T18:00"), end=5 * HOUR)}
    item = entry(repeat="FREQ=DAILY;COUNT=3", changes=changes, end=time(19))
    assert ids(item, "2026-12-03T19:00", "2026-12-03T20:00") == []
