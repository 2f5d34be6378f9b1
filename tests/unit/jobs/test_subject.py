"""Subjects of alerts: each kind by itself, whatever a broadcast is called."""

import itertools

import pytest

from jobs.subject import Subject, SubjectKind, named

IDS = ("show", "show@2026-12-01", *SubjectKind, "account/default/quota", "show/memory", "a/b", "memory/show")
OTHERS = [
    Subject(SubjectKind.ACCOUNT, "default"),
    Subject(SubjectKind.QUOTA, "default"),
    Subject(SubjectKind.SWEEP, "default"),
    Subject(SubjectKind.MEETING, "default/m-1"),
    Subject(SubjectKind.CHANNEL, "1"),
    Subject(SubjectKind.CLOCK),
    Subject(SubjectKind.CLOCK, "skew"),
    Subject(SubjectKind.DATABASE),
    Subject(SubjectKind.WORKER),
    Subject(SubjectKind.SCHEDULE),
    Subject(SubjectKind.SCHEDULE, "show"),
    Subject(SubjectKind.CALENDAR, "house"),
    Subject(SubjectKind.LEAVING),
]
OF_BROADCASTS = [
    Subject(kind, each)
    for kind in (SubjectKind.BROADCAST, SubjectKind.MEMORY, SubjectKind.REMINDER)
    for each in map(str, IDS)
]


def test_no_two_subjects_have_one_name_whatever_a_broadcast_is_called() -> None:
    for one, other in itertools.combinations([*OTHERS, *OF_BROADCASTS], 2):
        assert str(one) != str(other)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (Subject(SubjectKind.BROADCAST, "show"), "show"),
        (Subject(SubjectKind.MEMORY, "show"), "show/memory"),
        (Subject(SubjectKind.BROADCAST, "database"), "broadcast/database"),
        (Subject(SubjectKind.MEMORY, "clock"), "memory/clock"),
        (Subject(SubjectKind.QUOTA, "default"), "account/default/quota"),
        (Subject(SubjectKind.DATABASE), "database"),
    ],
)
def test_a_subject_keeps_the_name_that_receivers_know_unless_it_is_anothers(
    subject: Subject, name: str
) -> None:
    assert str(subject) == name


@pytest.mark.parametrize("subject", OTHERS)
def test_what_was_told_before_by_its_name_alone_is_about_the_same(subject: Subject) -> None:
    assert named(str(subject), None) == subject


@pytest.mark.parametrize("id_", ["show", "database", "memory", "show/memory"])
def test_what_was_told_before_of_a_run_is_about_it(id_: str) -> None:
    assert named(id_, id_) == Subject(SubjectKind.BROADCAST, id_)
    assert named(f"{id_}/memory", id_) == Subject(SubjectKind.MEMORY, id_)
