"""What a plan says of its schedule: what is left out, why something differs, where a rule begins."""

from datetime import date, datetime, time
from typing import Any

import pytest

from jobs.schedule.entry import Change, Entry
from jobs.schedule.planned import Plan
from tests.unit.jobs.schedule.daysoff import CHRISTMAS
from tests.unit.jobs.schedule.plans import DAY, NOW, daily, entry, planned, rows


def told(*entries: Entry, now: datetime = NOW) -> list[str]:
    return [f"{each.id} {each.text}" for each in planned(list(entries), now=now).remarks]


def test_what_a_holiday_leaves_out_is_told_by_its_date_and_name() -> None:
    item = daily(start=NOW.replace(day=24), exceptions=(CHRISTMAS,))
    assert told(item, now=NOW.replace(day=20)) == ["webinar@2026-12-25 is left out: Christmas Day (DE-BY)"]
    assert told(item) == [], "it lies beyond the horizon"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"exceptions": (date(2026, 12, 3),)}, "is left out: its date is excepted"),
        (
            {
                "exceptions": (date(2026, 12, 3),),
                "exception_notes": {date(2026, 12, 3): "the studio is painted"},
            },
            "is left out: the studio is painted",
        ),
        ({"changes": {"2026-12-03": Change(skip=True)}}, "is left out: the schedule skips it"),
        ({"changes": {"2026-12-03": Change(skip=True, note="Epiphany")}}, "is left out: Epiphany"),
        ({"changes": {"2026-12-03": Change(end=DAY, note="all day")}}, "is changed: all day"),
        (
            {"changes": {"2026-12-03": Change(start=NOW + 4 * DAY, note="the hall is taken")}},
            "is moved: the hall is taken",
        ),
    ],
)
def test_what_differs_is_told_with_its_note(fields: dict[str, Any], text: str) -> None:
    assert told(daily(**fields)) == [f"webinar@2026-12-03 {text}"]


def test_an_extra_occurrence_is_told_with_its_note() -> None:
    item = daily(also=(NOW + DAY,), also_notes={NOW + DAY: "by popular demand"})
    assert told(item) == ["webinar@2026-12-02T1830 is extra: by popular demand"]


def test_a_change_without_a_note_needs_no_remark() -> None:
    assert told(daily(changes={"2026-12-03": Change(options={"title": "Other"})})) == []


def test_a_row_that_a_holiday_takes_says_so() -> None:
    before = daily(start=NOW.replace(day=24))
    after = daily(start=NOW.replace(day=24), exceptions=(CHRISTMAS,))
    now = NOW.replace(day=20)
    existing = [each for each in rows(before, until=now + 14 * DAY) if "25" in each.broadcast.id]
    (gone,) = planned([after], existing, now=now).cancel
    assert (gone.existing.broadcast.id, gone.why) == (
        "webinar@2026-12-25",
        "it is left out: Christmas Day (DE-BY)",
    )


def beginning(**fields: Any) -> Plan:
    item = entry(start=NOW.replace(day=4, hour=19, minute=0), repeat="FREQ=WEEKLY;BYDAY=TH", **fields)
    return planned([item])


def test_a_rule_that_has_not_its_start_says_what_it_begins_with() -> None:
    (remark,) = beginning().remarks
    assert (remark.id, remark.text) == (
        "webinar@2026-12-10",
        "is the first occurrence: the start 2026-12-04T19:00 is not in the rule",
    )


def test_the_first_occurrence_is_the_first_that_is_not_excepted() -> None:
    excepted, first = beginning(exceptions=(date(2026, 12, 10),)).remarks
    assert excepted.text == "is left out: its date is excepted"
    assert (first.id, first.text[:23]) == ("webinar@2026-12-17", "is the first occurrence")


def test_nothing_is_said_of_a_beginning_that_is_over() -> None:
    item = entry(start=NOW - 30 * DAY, repeat="FREQ=WEEKLY;BYDAY=TH", end=time(20))
    assert told(item) == []
