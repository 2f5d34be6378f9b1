"""The ids of occurrences: by their original local date, each its own."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule.recurrence import find, has, occurrences
from tests.unit.jobs.schedule.recurring import DAY, HOUR, RULES, WALLS, ZONES, at, entry, ids, local, made


def test_what_happens_once_is_known_by_its_key_alone() -> None:
    (only,) = made(entry())
    assert (only.id, only.entry) == ("webinar", "webinar")
    assert (only.window.starts_at, only.window.ends_at) == (at("2026-12-01T17:00"), at("2026-12-01T18:00"))


def test_a_rule_gives_ids_by_the_original_local_date() -> None:
    item = entry(repeat="FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3")
    assert ids(item) == ["webinar@2026-12-01", "webinar@2026-12-03", "webinar@2026-12-08"]


def test_the_date_in_an_id_is_local_and_not_that_of_utc() -> None:
    item = entry(start=local("2026-12-01T00:30"), repeat="FREQ=DAILY;COUNT=1")
    assert ids(item) == ["webinar@2026-12-01"]
    assert made(item)[0].window.starts_at == at("2026-11-30T23:30")


def test_moving_the_hour_keeps_the_id() -> None:
    before, after = (
        entry(repeat="FREQ=DAILY;COUNT=2"),
        entry(repeat="FREQ=DAILY;COUNT=2", start=local("2026-12-01T09:00")),
    )
    assert ids(before) == ids(after)


def test_extra_occurrences_are_known_by_date_and_time() -> None:
    item = entry(repeat="FREQ=YEARLY", also=(local("2026-12-28T18:00"), at("2026-12-29T11:30")))
    assert ids(item, until="2027-01-01") == [
        "webinar@2026-12-01",
        "webinar@2026-12-28T1800",
        "webinar@2026-12-29T1230",
    ]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("FREQ=DAILY;BYHOUR=9,15", "2026-12-01T1500"),
        ("FREQ=DAILY;BYMINUTE=0,30", "2026-12-01T1800"),
        ("FREQ=HOURLY;INTERVAL=24", "2026-12-01T1800"),
        ("FREQ=DAILY;BYHOUR=9", "2026-12-02"),
        ("FREQ=MONTHLY;BYDAY=1WE", "2026-12-02"),
    ],
)
def test_the_form_of_a_rule_decides_on_the_form_of_its_ids(text: str, suffix: str) -> None:
    item = entry(
        start=local("2026-12-01T12:00") if "BYHOUR" in text else local("2026-12-01T18:00"), repeat=text
    )
    assert has(item, suffix)
    assert ids(item, until="2026-12-31")[0] in {f"webinar@{suffix}", "webinar@2026-12-01T1500"}


@given(RULES, WALLS, st.sampled_from(ZONES), st.integers(1, 40))
def test_every_occurrence_is_found_again_by_its_id_and_no_two_share_one(
    text: str, start: datetime, zone: str, days: int
) -> None:
    item = entry(start=start, repeat=text, zone=zone)
    after = start.replace(tzinfo=UTC)
    found = occurrences(item, after, after + days * DAY)
    assert len({each.broadcast.id for each in found}) == len(found)
    assert all(find(item, each.broadcast.id) == each for each in found)
    assert all(each.broadcast.window.length == HOUR for each in found)
