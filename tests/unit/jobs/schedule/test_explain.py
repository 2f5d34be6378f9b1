"""Why a schedule has no such occurrence: each reason by an entry that gives it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule.entry import CalendarSource, Change, Entry
from jobs.schedule.explain import Absence, Reason, absence, original, unwritten
from jobs.schedule.recurrence import has
from jobs.schedule.rule import parse
from tests.unit.jobs.schedule.daysoff import CHRISTMAS

START = datetime(2026, 12, 1, 18)  # noqa: DTZ001  A wall time; a Tuesday.
HORIZON = timedelta(days=14)
WEEKLY = Entry(
    key="show",
    title="Show",
    start=START,
    end=timedelta(hours=1),
    zone="Europe/Berlin",
    repeat=parse("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261229"),
    exceptions=(date(2026, 12, 15),),
    also=(datetime(2026, 12, 24, 15),),  # noqa: DTZ001  As above.
    changes={"2026-12-22": Change(skip=True, note="Christmas week")},
)
COUNTED = replace(WEEKLY, repeat=parse("FREQ=WEEKLY;BYDAY=TU;COUNT=2"), exceptions=(), changes={})
TWICE = replace(WEEKLY, repeat=parse("FREQ=DAILY;BYHOUR=9,18"), exceptions=(), changes={})
ONCE = replace(WEEKLY, repeat=None, exceptions=(), also=(), changes={})


@pytest.mark.parametrize(
    ("entry", "suffix", "expected"),
    [
        (WEEKLY, "2026-12-15", Absence.LEFT_OUT),
        (WEEKLY, "2026-12-22", Absence.SKIPPED),
        (WEEKLY, "2026-11-24", Absence.BEFORE_START),
        (WEEKLY, "2027-01-05", Absence.PAST_UNTIL),
        (COUNTED, "2026-12-15", Absence.PAST_COUNT),
        (WEEKLY, "2026-12-02", Absence.NOT_OF_RULE),
        (TWICE, "2026-12-02T1000", Absence.NOT_OF_RULE),
        (WEEKLY, "2026-12-08T1800", Absence.OTHER_FORM),
        (TWICE, "2026-12-02", Absence.OTHER_FORM),
        (ONCE, "2026-12-01", Absence.ONLY_ONCE),
        (WEEKLY, "", Absence.NO_DATE),
        (WEEKLY, "christmas", Absence.NO_DATE),
        (WEEKLY, "2026-12-08.2", Absence.NOT_REOPENED),
        (ONCE, "2026-12-01.2", Absence.ONLY_ONCE),
    ],
)
def test_what_is_not_there_has_one_reason(entry: Entry, suffix: str, expected: Absence) -> None:
    found = absence(entry, f"show@{suffix}" if suffix else "show")
    assert found
    assert found.absence is expected


@pytest.mark.parametrize(
    ("entry", "id"),
    [
        (WEEKLY, "show@2026-12-08"),
        (WEEKLY, "show@2026-12-24T1500"),
        (TWICE, "show@2026-12-02T0900"),
        (ONCE, "show"),
    ],
)
def test_what_is_there_has_none(entry: Entry, id: str) -> None:  # noqa: A002  The word for it everywhere.
    assert absence(entry, id) is None


def test_a_day_that_is_excepted_is_told_with_its_note_and_a_holiday_with_its_name() -> None:
    day = date(2026, 12, 15)
    noted = replace(WEEKLY, exception_notes={day: "Hall is closed"})
    assert absence(noted, "show@2026-12-15") == Reason(
        absence=Absence.LEFT_OUT, limit=day, note="Hall is closed"
    )
    holidays = replace(WEEKLY, repeat=parse("FREQ=WEEKLY;BYDAY=FR"), exceptions=(CHRISTMAS,), changes={})
    found = absence(holidays, "show@2026-12-25")
    assert found
    assert (found.absence, found.note) == (Absence.LEFT_OUT, "Christmas Day (DE-BY)")


def test_one_that_is_moved_onto_another_is_told_with_that_one() -> None:
    moved = replace(WEEKLY, changes={"2026-12-08": Change(start=START)})
    found = absence(moved, "show@2026-12-08")
    assert found
    assert (found.absence, found.note) == (Absence.TAKEN, "show@2026-12-01 begins at the same time")


def test_an_entry_that_follows_a_calendar_has_its_events_alone() -> None:
    event = Change(start=START, end=START + timedelta(hours=1))
    following = replace(
        ONCE, calendar=CalendarSource(address="a.ics"), instances={"cabc-2026-12-01T1800": event}
    )
    assert absence(following, "show@cabc-2026-12-01T1800") is None
    assert original(following, "show@cabc-2026-12-01T1800") == START
    assert absence(following, "show") == Reason(absence=Absence.NOT_IN_CALENDAR)


def test_a_reason_says_what_the_schedule_says_and_what_bounds_it() -> None:
    skipped, until = absence(WEEKLY, "show@2026-12-22"), absence(WEEKLY, "show@2027-01-05")
    assert skipped == Reason(absence=Absence.SKIPPED, note="Christmas week")
    assert until
    assert until.limit == date(2026, 12, 29)
    count = absence(COUNTED, "show@2027-12-07")
    assert count
    assert count.limit == START + timedelta(days=7)


@pytest.mark.parametrize(
    ("entry", "id", "meant"),
    [
        (WEEKLY, "show@2026-12-08T1800", "show@2026-12-08"),
        (WEEKLY, "show@2026-12-09", "show@2026-12-08"),
        (WEEKLY, "show@2026-12-24T1600", "show@2026-12-24T1500"),
        (TWICE, "show@2026-12-02", "show@2026-12-02T0900"),
        (ONCE, "show@2026-12-01", "show"),
        (WEEKLY, "show", "show@2026-12-01"),
    ],
)
def test_the_id_that_was_likely_meant_comes_first(entry: Entry, id: str, meant: str) -> None:  # noqa: A002
    found = absence(entry, id)
    assert found
    assert found.meant[0] == meant


def at(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "applied", "expected"),
    [
        (at(1, 11), at(1, 11), Absence.AHEAD),
        (at(7), at(1), Absence.NOT_ADDED),
        (at(10), at(9), Absence.WAS_OVER),
    ],
)
def test_what_is_there_and_has_no_row_is_ahead_was_over_or_was_not_added(
    now: datetime, applied: datetime, expected: Absence
) -> None:
    found = unwritten(WEEKLY, "show@2026-12-08", now=now, horizon=HORIZON, applied_at=applied)
    assert found
    assert found.absence is expected


def test_what_is_ahead_is_added_when_the_horizon_reaches_its_start() -> None:
    found = unwritten(WEEKLY, "show@2026-12-29", now=at(1), horizon=HORIZON, applied_at=at(1))
    assert found == Reason(absence=Absence.AHEAD, limit=datetime(2026, 12, 15, 17, tzinfo=UTC))


def test_the_hour_that_an_occurrence_was_moved_from_is_known() -> None:
    moved = replace(WEEKLY, changes={"2026-12-08": Change(start=START + timedelta(days=8))})
    assert original(moved, "show@2026-12-08") == START + timedelta(days=7)
    assert original(WEEKLY, "show@2026-12-24T1500") == datetime(2026, 12, 24, 15)  # noqa: DTZ001
    assert original(ONCE, "show") == START


@given(
    st.sampled_from([WEEKLY, COUNTED, TWICE, ONCE]),
    st.dates(date(2026, 11, 1), date(2027, 3, 1)),
    st.sampled_from(["", "T0900", "T1800", "T1500", "T180000"]),
)
def test_every_id_is_there_or_has_a_reason_and_what_is_meant_is_there(
    entry: Entry, day: date, hour: str
) -> None:
    found = absence(entry, f"show@{day}{hour}")
    is_skipped = found is not None and found.absence is Absence.SKIPPED
    assert (found is None or is_skipped) == has(entry, f"{day}{hour}")
    for meant in found.meant if found else ():
        assert has(entry, meant.partition("@")[2])
