"""Many problems at once, and warnings among them."""

from config.problems import MOST, ProblemSeverity
from config.schedule import parse
from tests.unit.config.written import ENTRY, TOP, said


def test_all_problems_are_told_at_once_by_their_places() -> None:
    text = "timezon: UTC\nbroadcasts:\n  - key: A\n    title: ''\n    start: x\n    duration: 5\n  - 7\n"
    assert [each.split(": ")[0] for each in said(text)] == [
        "f:1:1",
        "f:3:10",
        "f:4:12",
        "f:5:12",
        "f:6:15",
        "f:7:5",
    ]


def test_more_problems_than_anyone_reads_are_counted_only() -> None:
    problems = said(TOP + "  - {a: ~}\n" * 3000)
    assert len(problems) == MOST + 1
    assert "there are more problems" in problems[-1]


def odd_entries(number: int) -> str:
    """Return entries with a warning each: the start is not in the rule."""
    odd = ENTRY + "    repeat: FREQ=WEEKLY;BYDAY=WE\n"
    return "".join(odd.replace("webinar", f"webinar-{each}") for each in range(number))


def test_no_number_of_warnings_makes_a_file_unusable() -> None:
    reading = parse((TOP + odd_entries(3 * MOST)).encode(), "f")
    assert reading.schedule is not None
    assert len(reading.schedule.entries) == 3 * MOST
    assert {each.severity for each in reading.problems} == {ProblemSeverity.WARNING}
    assert len(reading.problems) == MOST + 1
    assert reading.problems[-1].message == "there are more warnings than shown here"


def test_warnings_crowd_out_no_error() -> None:
    problems = parse((TOP + odd_entries(3 * MOST) + "  - {a: ~}\n").encode(), "f").problems
    assert any(
        each.severity is ProblemSeverity.ERROR and "unknown key 'a'" in each.message for each in problems
    )
    assert problems[-1].severity is ProblemSeverity.WARNING


def test_warnings_leave_the_schedule_usable() -> None:
    lines = "    repeat: FREQ=DAILY;BYDAY=WE\n    except: [2026-12-03]\n    meeting: {colour: red}\n"
    text = TOP + ENTRY + lines
    reading = parse(text.encode(), "f")
    assert reading.schedule is not None
    assert {each.severity for each in reading.problems} == {ProblemSeverity.WARNING}
    assert [str(each) for each in reading.problems] == [
        "f:5:5: warning: the start does not match the rule: the first occurrence is 2026-12-02T18:00",
        "f:8:14: warning: 2026-12-03 is not an occurrence of the rule",
        "f:9:15: warning: unknown meeting field 'colour'; it is passed on unchanged",
    ]
