"""How long each occurrence lasts: a clock-time end is written for the entry's own, and keeps its length."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jobs.model import Window
from jobs.schedule import local_time
from jobs.schedule.entry import Change
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import find, occurrences
from tests.unit.jobs.schedule.recurring import DAY, HOUR, ZONES, at, entry, local, made

SEVEN = time(19)
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
NEAR_A_CHANGE = st.sampled_from(["2027-03-26", "2027-03-27", "2027-10-30", "2027-04-03", "2011-12-28"])
HOURS = st.sampled_from(["", ";BYHOUR=1,2,3", ";BYHOUR=0,2,14;BYMINUTE=0,30"])


def lengths(*windows: Window) -> set[timedelta]:
    return {each.length for each in windows}


def windows(**fields: object) -> dict[str, Window]:
    return {each.id: each.window for each in made(entry(**fields))}


def test_an_occurrence_that_is_moved_keeps_its_length() -> None:
    moved = Change(start=local("2026-12-04T20:00"))
    item = windows(end=SEVEN, repeat="FREQ=DAILY;COUNT=3", changes={"2026-12-02": moved})
    assert item["webinar@2026-12-02"] == Window(at("2026-12-04T19:00"), at("2026-12-04T20:00"))
    assert lengths(*item.values()) == {HOUR}


def test_an_extra_occurrence_has_the_length_of_its_entry() -> None:
    for repeat in (None, "FREQ=DAILY;COUNT=2"):
        item = windows(end=SEVEN, repeat=repeat, also=(local("2026-12-28T20:00"), at("2026-12-29T03:00")))
        assert lengths(*item.values()) == {HOUR}


def test_every_hour_of_a_day_has_the_length_of_the_first() -> None:
    item = windows(start=local("2026-12-01T10:00"), end=time(11), repeat="FREQ=DAILY;BYHOUR=10,18;COUNT=4")
    assert lengths(*item.values()) == {HOUR}


def test_an_end_is_written_for_the_first_occurrence_where_the_rule_has_not_the_start() -> None:
    item = windows(start=local("2026-12-01T08:00"), end=time(11), repeat="FREQ=DAILY;BYHOUR=10;COUNT=2")
    assert lengths(*item.values()) == {HOUR}


def test_what_the_rule_makes_ends_by_the_clock_and_what_is_moved_after_as_much_time() -> None:
    moved = Change(start=local("2027-03-27T23:30"))
    item = windows(
        start=local("2027-03-26T23:00"),
        end=time(5),
        repeat="FREQ=DAILY;COUNT=3",
        changes={"2027-03-28": moved, "2027-03-27": Change(options={"title": "The night of the change"})},
    )
    assert item["webinar@2027-03-26"].length == 6 * HOUR
    assert item["webinar@2027-03-27"].length == 5 * HOUR
    assert item["webinar@2027-03-28"].length == 6 * HOUR


@pytest.mark.parametrize(
    ("end", "expected"), [(time(21), HOUR), (2 * HOUR, 2 * HOUR), (local("2026-12-05T01:00"), 5 * HOUR)]
)
def test_a_change_with_its_own_end_wins(end: time | timedelta | datetime, expected: timedelta) -> None:
    change = Change(start=local("2026-12-04T20:00"), end=end)
    item = windows(end=SEVEN, repeat="FREQ=DAILY;COUNT=3", changes={"2026-12-02": change})
    assert item["webinar@2026-12-02"].length == expected


def test_an_end_alone_is_changed_from_the_same_start() -> None:
    changes = {"2026-12-02": Change(end=time(20)), "2026-12-28T2000": Change(end=time(22))}
    item = windows(end=SEVEN, repeat="FREQ=DAILY;COUNT=3", also=(local("2026-12-28T20:00"),), changes=changes)
    assert item["webinar@2026-12-02"].length == item["webinar@2026-12-28T2000"].length == 2 * HOUR


@given(NEAR_A_CHANGE, TIMES, TIMES, HOURS, st.sampled_from(ZONES), TIMES)
def test_every_broadcast_has_the_length_that_is_defined(
    day: str, begins: time, ends: time, hours: str, zone: str, extra: time
) -> None:
    start = datetime.combine(datetime.fromisoformat(day), begins)
    added, moved = (datetime.combine(start + days * DAY, extra) for days in (1, 2))
    item = entry(
        start=start,
        end=ends,
        zone=zone,
        repeat=f"FREQ=DAILY{hours};COUNT=20",
        also=(added,),
        changes={f"{start + DAY:%Y-%m-%d}": Change(start=moved)},
    )
    assume(ends != item.own_wall.time())
    own = timedelta(
        seconds=((ends.hour - item.own_wall.hour) * 3600 + (ends.minute - item.own_wall.minute) * 60) % 86400
    )
    there = zone_of(zone)
    around = local_time.instant(start, there)
    for each in occurrences(item, around - 3 * DAY, around + 9 * DAY):
        suffix = each.broadcast.id.partition("@")[2]
        window = each.broadcast.window
        if suffix in item.added or suffix in item.changes:
            assert window.length == own
            continue
        wall = local_time.readings(window.starts_at, there)
        ended = {local_time.instant(each + own, there) for each in wall}
        assert window.ends_at in ended or window.length == own
        assert timedelta(0) < window.length <= own + DAY


def test_what_is_found_by_its_id_lasts_as_long_as_in_the_list() -> None:
    item = entry(end=SEVEN, repeat="FREQ=DAILY;COUNT=3", also=(local("2026-12-28T20:00"),))
    for each in occurrences(item, at("2026-12-01"), at("2027-01-01")):
        assert find(item, each.broadcast.id) == each
