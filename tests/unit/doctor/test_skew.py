"""This machine's clock beside a server's: never more is said than one answer proves."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.conditions import Condition, Severity
from tests.support.clock import NOON
from worker.doctor.finding import Grade
from worker.doctor.skew import told
from worker.kit.skew import Skew, SkewWatch, between

SECONDS = st.floats(min_value=0, max_value=8, allow_nan=False)


@given(
    off=st.floats(min_value=-1e6, max_value=1e6),
    there=SECONDS,
    back=SECONDS,
    fraction=st.floats(min_value=0, max_value=0.999999),
)
def test_what_is_proven_holds_the_truth_and_never_overstates_it(
    off: float, there: float, back: float, fraction: float
) -> None:
    written_at = NOON + timedelta(seconds=fraction)
    true = timedelta(seconds=off)
    sent_at = written_at + true - timedelta(seconds=there)
    received_at = written_at + true + timedelta(seconds=back)
    found = between(sent_at, received_at, format_datetime(written_at.replace(microsecond=0), usegmt=True))
    assert found
    assert found.least <= true <= found.most
    assert abs(found.certain) <= abs(true)
    assert abs(true) - abs(found.certain) <= timedelta(seconds=there + back + 1)


@pytest.mark.parametrize(
    "date", [None, "", "yesterday", "Tue, 99 Dec 2026 12:00:00 GMT", "Tue, 01 Dec 99999999999 12:00:00 GMT"]
)
def test_without_a_readable_date_nothing_is_said(date: str | None) -> None:
    assert between(NOON, NOON, date) is None


@pytest.mark.parametrize(
    ("off", "verdict", "words"),
    [
        (0, Grade.OK, "agrees"),
        (1.9, Grade.OK, "agrees"),
        (-2, Grade.OK, "agrees"),
        (2.1, Grade.WARNING, "2 s ahead of"),
        (-29, Grade.WARNING, "29 s behind"),
        (31, Grade.PROBLEM, "31 s ahead of"),
        (-4000, Grade.PROBLEM, "4000 s behind"),
    ],
)
def test_a_clock_that_is_off_is_told_by_how_much(off: float, verdict: Grade, words: str) -> None:
    exact = Skew(timedelta(seconds=off), timedelta(seconds=off))
    found = told([exact, Skew(timedelta(seconds=-1), timedelta(seconds=1))])
    assert found.verdict is verdict
    assert words in found.text
    assert ("NTP" in found.cure) == (verdict is not Grade.OK)


def heard(*seconds: float) -> list[list[Condition]]:
    """Return what was told after each answer."""
    said: list[list[Condition]] = []
    watch = SkewWatch(lambda conditions: said.append(list(conditions)))
    for each in seconds:
        watch.hear(Skew(timedelta(seconds=each), timedelta(seconds=each)))
    return said


def test_a_clock_that_is_off_is_told_when_three_answers_agree_and_not_before() -> None:
    assert heard(5, 5) == []
    ((told_of,),) = heard(5, 6, 5)
    assert (told_of.name, told_of.severity) == ("clock_skew", Severity.WARNING)
    assert "5 s ahead of the provider's: everything starts and ends that much too early" in told_of.text
    ((told_of,),) = heard(-40, -40, -31)
    assert (told_of.name, told_of.severity) == ("clock_wrong", Severity.CRITICAL)
    assert "31 s behind the provider's: everything starts and ends that much too late" in told_of.text


def test_one_odd_answer_says_nothing_and_takes_nothing_back() -> None:
    assert heard(0, 60, 0, 60) == []
    assert [len(each) for each in heard(60, 60, 60, 0, 0, 0)] == [1, 0]


def test_without_an_answer_the_clock_is_skipped() -> None:
    assert told([]).verdict is Grade.SKIPPED
