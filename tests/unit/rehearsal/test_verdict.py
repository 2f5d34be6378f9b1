"""What was wrong is seen, what went as it should is not blamed, and what a fault did is not called a bug."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.rehearsal.known import HOUR, airing, broadcast, known, report, seconds, told, well
from worker.rehearsal.cast import Level
from worker.rehearsal.evidence import Airing, Evidence
from worker.rehearsal.faults import Fault, Mishap
from worker.rehearsal.verdict import Weight, beside, findings, off_bound

END = NOON + HOUR


def weights(evidence: Evidence, *faults: Fault) -> list[Weight]:
    return [each.weight for each in findings(evidence, faults)]


def fault(kind: Mishap, at: float, lasts: float) -> Fault:
    return Fault(NOON + seconds(at), kind, seconds(lasts))


def test_of_what_went_as_it_should_there_is_nothing_to_say() -> None:
    assert findings(well(), ()) == ()


def test_a_stream_before_its_start_breaks_a_law() -> None:
    early = known(Airing(NOON - seconds(3), NOON + seconds(10), END))
    assert weights(early) == [Weight.BROKEN]
    assert weights(known(Airing(NOON - seconds(0.1), NOON + seconds(10), END))) == []


def test_two_streams_at_once_break_a_law() -> None:
    assert Weight.BROKEN in weights(known(airing(20, 3605), airing(100, 3604)))


def test_what_is_on_air_still_breaks_a_law() -> None:
    assert Weight.BROKEN in weights(known(airing(20, None), alerts=[told("not_off", 3615)]))


def test_what_goes_off_late_in_silence_breaks_a_law_and_with_an_alert_it_is_a_problem() -> None:
    assert weights(known(airing(20, 3700))) == [Weight.BROKEN]
    assert weights(known(airing(20, 3700), alerts=[told("not_off", 3616, 3702)])) == [Weight.PROBLEM]
    assert Weight.BROKEN in weights(known(airing(20, 3700), alerts=[told("not_off", 3690, 3702)]))
    assert Weight.BROKEN in weights(known(airing(20, 3700), alerts=[told("blind", 100, 200)]))


def test_while_no_worker_is_there_nobody_can_say_that_it_is_late() -> None:
    dies = fault(Mishap.KILL, 3590, 40)
    assert off_bound(END, [dies]) == END + seconds(30 + 60)
    assert off_bound(END, [fault(Mishap.KILL, 100, 40)]) == END + seconds(30)
    assert off_bound(END, [fault(Mishap.DOWN, 3590, 40)]) == END + seconds(30)
    assert weights(known(airing(20, 3680)), dies) == [Weight.PROBLEM]
    assert Weight.BROKEN in weights(known(airing(20, 3700)), dies)


@pytest.mark.parametrize(("comes", "words"), [(None, "no host came"), (-300, "never aired")])
def test_what_never_aired_is_a_problem_and_says_whether_a_host_came(comes: float | None, words: str) -> None:
    (found,) = findings(known(comes=comes, state=State.MISSED, alerts=[told("missed", 3601)]), ())
    assert found.weight is Weight.PROBLEM
    assert words in found.text


def test_what_cannot_be_run_says_why() -> None:
    rejected = replace(known(state=State.REJECTED), why="no settings for account events")
    (found,) = findings(rejected, ())
    assert "no settings for account events" in found.text


def test_on_air_late_counts_from_the_coming_of_the_hosts() -> None:
    assert weights(known(airing(61, 3605))) == [Weight.PROBLEM]
    late_host = known(airing(320, 3605), comes=300)
    assert weights(late_host) == [Weight.REMARK]
    assert "5m" in findings(late_host, ())[0].text
    assert weights(known(airing(361, 3605), comes=300)) == [Weight.PROBLEM, Weight.REMARK]


def test_what_came_late_in_a_fault_is_not_the_schedules_to_mend() -> None:
    late = known(airing(200, 3605))
    assert findings(late, [fault(Mishap.DOWN, -10, 120)])[0].cure.startswith("Nothing in the schedule")
    assert "Spread the starts" in findings(late, ())[0].cure.capitalize().replace("spread", "Spread")


def test_a_stream_that_was_away_for_long_is_remarked_on_and_one_that_never_came_back_is_a_problem() -> None:
    assert weights(known(airing(20, 600), airing(640, 3605))) == []
    assert weights(known(airing(20, 600), airing(700, 3605))) == [Weight.REMARK]
    assert weights(known(airing(20, 600))) == [Weight.PROBLEM]


def test_a_critical_alert_that_is_never_over_is_a_problem_and_missed_is_said_once() -> None:
    assert weights(known(airing(20, 3605), alerts=[told("blind", 100)])) == [Weight.PROBLEM]
    assert weights(known(airing(20, 3605), alerts=[told("blind", 100, 200)])) == []
    assert weights(known(airing(20, 3605), alerts=[told("nobody_here", 100, critical=False)])) == []
    assert weights(known(airing(20, 3605), alerts=[told("missed", 3601)])) == [Weight.PROBLEM]


def test_a_short_quota_is_a_problem_unless_the_provider_refused_every_call() -> None:
    short = told("quota_short", 100, 200, about="account/default/quota")
    assert [each.weight for each in beside([short, short], frozenset({"show"}), ())] == [Weight.PROBLEM]
    assert beside([short], frozenset({"show"}), [fault(Mishap.TOO_MANY, 0, 60)]) == ()
    assert len(beside([short], frozenset({"show"}), [fault(Mishap.TOO_MANY, -3000, 60)])) == 1


@pytest.mark.parametrize("level", [Level.NONE, Level.TYPICAL])
def test_among_few_faults_a_problem_is_unsound(level: Level) -> None:
    assert report(well(), level=level).is_sound
    assert not report(well(), known(comes=None, of=broadcast("other")), level=level).is_sound


def test_among_harsh_faults_a_broken_law_alone_is_unsound() -> None:
    nobody = known(comes=None, of=broadcast("other", NOON + timedelta(hours=3)))
    assert report(well(), nobody, level=Level.HARSH).is_sound
    assert not report(known(airing(20, 3700)), level=Level.HARSH).is_sound
