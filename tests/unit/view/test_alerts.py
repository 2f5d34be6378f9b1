"""The list of alerts: what each is about, its cure, and when it was over."""

from dataclasses import fields, replace

from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.view.records import ALERT, EAST, HOUR
from worker.view.alerts import HEADINGS, HEADINGS_OF_ALL, ListedAlert, listed, table, worst_first

KEPT = replace(ALERT, id=17, title="no_picture", raised_at=NOON, resolved_at=NOON + HOUR)
NAMES = [
    "id",
    "key",
    "subject",
    "run_id",
    "title",
    "severity",
    "raised_at",
    "text",
    "cure",
    "resolved_at",
]


def test_programs_are_told_what_they_are_promised() -> None:
    (found,) = listed([KEPT])
    assert [each.name for each in fields(ListedAlert)] == NAMES
    assert (found.id, found.subject, found.run_id) == (17, "show", "show")
    (about_no_run,) = listed([replace(KEPT, subject=Subject(SubjectKind.MEETING, "x/m"))])
    assert (about_no_run.subject, about_no_run.run_id) == ("meeting/x/m", None)


def test_what_is_wrong_is_a_sentence_before_its_cure() -> None:
    found = [each.told for each in listed([KEPT, replace(KEPT, text="It was on air.")])]
    assert found == ["nothing is LIVE. Look.", "It was on air. Look."]


def test_when_it_was_over_is_said_only_among_all() -> None:
    since, until = "Tue 01 Dec 17:00:00", "Tue 01 Dec 18:00:00"
    about, told = "show/no_picture", "nothing is LIVE. Look."
    still = table(listed([KEPT]), everything=False, zone=EAST)
    assert (still.headings, still.rows) == (HEADINGS, (("17", "critical", since, about, told),))
    every = table(listed([KEPT]), everything=True, zone=EAST)
    assert (every.headings, every.rows) == (
        HEADINGS_OF_ALL,
        (("17", "critical", since, until, about, told),),
    )


def test_the_worst_comes_first_and_else_the_oldest() -> None:
    warning, later = replace(KEPT, severity="warning"), replace(KEPT, id=18)
    assert worst_first([warning, KEPT, later]) == (KEPT, later, warning)
