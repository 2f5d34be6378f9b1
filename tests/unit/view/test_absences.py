"""Why there is no such broadcast, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.schedule.entry import CalendarSource, Entry
from jobs.schedule.explain import Absence, Reason
from jobs.schedule.origin import InForce, Origin, OtherFile
from jobs.schedule.rule import parse
from tests.support.clock import NOON
from worker.view.absences import put_in_force_by, why_absent
from worker.view.origins import of_file, of_schedule

WEEKLY = Entry(
    key="show",
    title="Show",
    start=datetime(2026, 12, 1, 18),  # noqa: DTZ001  A wall time.
    end=timedelta(hours=1),
    zone="Europe/Berlin",
    repeat=parse("FREQ=WEEKLY"),
)
FIRST, SECOND = InForce(1, NOON, "apply by ann"), InForce(2, NOON + timedelta(days=1), "follow")
ORIGIN = Origin(in_force=SECOND, since=FIRST, dropped=SECOND, entry=WEEKLY, line=3)


def said(absence: Absence, **bounds: object) -> str:
    return why_absent(ORIGIN, Reason(absence=absence, **bounds), UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("absence", "bounds", "text"),
    [
        (Absence.NO_ENTRY, {}, "No schedule that is kept has an entry of this key."),
        (
            Absence.REMOVED,
            {},
            "removed from the schedule by revision 2, put in force Wed 02 Dec 2026 12:00:00 UTC by a worker",
        ),
        (
            Absence.RENAMED,
            {"meant": ("new@2026-12-01",)},
            "Its entry has a new key: it is new@2026-12-01 now.",
        ),
        (
            Absence.LEFT_OUT,
            {"limit": date(2026, 12, 24), "note": "Christmas Eve"},
            "`except` leaves out Thu 24 Dec 2026: Christmas Eve.",
        ),
        (Absence.SKIPPED, {"note": "Epiphany"}, "The schedule skips it, by a `change`: Epiphany."),
        (Absence.SKIPPED, {}, "The schedule skips it, by a `change`."),
        (Absence.BEFORE_START, {"limit": WEEKLY.start}, "The entry begins later, Tue 01 Dec 2026 18:00."),
        (
            Absence.PAST_UNTIL,
            {"note": "FREQ=WEEKLY;UNTIL=20261231", "limit": date(2026, 12, 31)},
            "The rule FREQ=WEEKLY;UNTIL=20261231 ends before it: UNTIL is Thu 31 Dec 2026.",
        ),
        (
            Absence.PAST_COUNT,
            {"note": "FREQ=WEEKLY;COUNT=2", "limit": WEEKLY.start + timedelta(days=7)},
            "The rule FREQ=WEEKLY;COUNT=2 counts no further: the last is Tue 08 Dec 2026 18:00.",
        ),
        (Absence.NOT_OF_RULE, {"note": "FREQ=WEEKLY"}, "The rule FREQ=WEEKLY does not fire then."),
        (
            Absence.OTHER_FORM,
            {"meant": ("show@2026-12-01",)},
            "The schedule has it under an id of another form. Did you mean show@2026-12-01?",
        ),
        (
            Absence.ONLY_ONCE,
            {"meant": ("show", "show@2026-12-02T0900")},
            "The entry does not recur: its id is its key alone. Did you mean show (or show@2026-12-02T0900)?",
        ),
        (
            Absence.TAKEN,
            {"note": "show@2026-12-01 begins at the same time"},
            "The schedule leaves it out: show@2026-12-01 begins at the same time.",
        ),
        (Absence.NEVER_READ, {}, "The calendar that its entry follows was never read here."),
        (Absence.NOT_IN_CALENDAR, {}, "The calendar that its entry follows was read last without it."),
        (
            Absence.NOT_IN_CALENDAR,
            {"note": "'Gala' of 2026-12-01: no zone"},
            "was read last without it. Not taken of that calendar: 'Gala' of 2026-12-01: no zone.",
        ),
        (Absence.NO_DATE, {}, "The entry recurs: an id needs the date of an occurrence after `@`."),
        (
            Absence.NOT_REOPENED,
            {"meant": ("show@2026-12-01",)},
            "show@2026-12-01 is in the schedule, and was not reopened so often.",
        ),
        (
            Absence.AHEAD,
            {"limit": NOON},
            "beyond the horizon. It will be added on Tue 01 Dec 2026 12:00:00 UTC by the worker",
        ),
        (
            Absence.WAS_OVER,
            {"limit": NOON},
            "but it was over (Tue 01 Dec 2026 12:00:00 UTC) before that schedule was put in force.",
        ),
        (
            Absence.NOT_ADDED,
            {},
            "it is due, but nobody has added it",
        ),
    ],
)
def test_each_reason_is_a_sentence(absence: Absence, bounds: dict[str, object], text: str) -> None:
    assert text in said(absence, **bounds)


def test_no_reason_is_without_words() -> None:
    for absence in Absence:
        assert said(absence, meant=("show",)).endswith((".", "?"))


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("follow", "a worker that follows the file"),
        ("apply by ann", "`cuelight apply` (ann)"),
        ("apply", "`cuelight apply`"),
    ],
)
def test_who_put_a_schedule_in_force_is_told_also_of_a_version_that_kept_no_name(by: str, told: str) -> None:
    assert put_in_force_by(by) == told


def test_an_entry_is_told_with_its_line_since_when_it_is_there_and_the_occurrence_that_it_is() -> None:
    origin = Origin(in_force=SECOND, since=FIRST, entry=WEEKLY, line=3, wall=WEEKLY.start)
    entry, occurrence = of_schedule(origin, "show@2026-12-01", UTC)
    assert entry.text == (
        "The schedule in force, revision 2 by a worker that follows the file, has the entry show in line 3;"
        " it is there since revision 1 (Tue 01 Dec 2026 12:00:00 UTC)."
    )
    assert occurrence.text == (
        "The entry recurs by FREQ=WEEKLY from 2026-12-01 18:00; this is its occurrence of"
        " Tue 01 Dec 2026 18:00, Europe/Berlin."
    )


def test_an_extra_occurrence_and_an_event_of_a_calendar_are_told_as_that() -> None:
    at = datetime(2026, 12, 24, 15)  # noqa: DTZ001  As above.
    extra = replace(WEEKLY, also=(at,), also_notes={at: "for families"})
    _, occurrence = of_schedule(
        Origin(in_force=SECOND, entry=extra, line=3, wall=at), "show@2026-12-24T1500", UTC
    )
    assert occurrence.text == (
        "It is an extra occurrence (`also`) on Thu 24 Dec 2026 15:00, Europe/Berlin: for families."
    )
    following = replace(WEEKLY, repeat=None, calendar=CalendarSource(address="a.ics"))
    _, event = of_schedule(Origin(in_force=SECOND, entry=following, line=3, wall=at), "show@c1", UTC)
    assert event.text == (
        "The entry follows a calendar; this is its event of Thu 24 Dec 2026 15:00, Europe/Berlin."
    )


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            OtherFile(name="s.yaml", problems=("s.yaml:1:1: bad",)),
            "s.yaml is not in force, and cannot be: s.yaml:1:1: bad.",
        ),
        (
            OtherFile(name="s.yaml", has_it=True),
            "s.yaml is not what is in force, and has this broadcast: see `cuelight plan s.yaml`.",
        ),
        (
            OtherFile(name="s.yaml"),
            "s.yaml is not what is in force, and does not have this broadcast: see `cuelight plan s.yaml`.",
        ),
    ],
)
def test_a_file_that_says_something_else_is_told(file: OtherFile, text: str) -> None:
    assert [each.text for each in of_file(file)] == [text]
    assert list(of_file(None)) == []
