"""What the demonstration's screens contain, whatever draws them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.demo.test_demo import ROOM, SHOW, call, moment, right
from worker.demo.evidence import Evidence
from worker.demo.moment import Air, said
from worker.demo.report import Counted, Report
from worker.demo.script import PARTS
from worker.demo.verdict import judged


def report(*evidence: Evidence) -> Report:
    return Report(evidence, [judged(each) for each in evidence])


def test_a_line_says_how_a_part_stands_and_what_was_last_done_with_it() -> None:
    first = moment().lines()[0]
    assert (first.key, first.state, first.last) == (SHOW.key, State.ENDED, "the window is open")
    assert first.air == Air(on_air=False, people=())


def test_a_part_that_is_not_known_yet_says_what_it_shows() -> None:
    seen = moment()
    unknown = replace(seen.evidence[0], row=None, notes=())
    first = replace(seen, evidence=(unknown,)).lines()[0]
    assert (first.state, first.last, first.progress.text) == (None, SHOW.shows, "")


@pytest.mark.parametrize(
    ("air", "named", "counted"),
    [
        (Air(on_air=False, people=()), "off, empty", "off, empty"),
        (Air(on_air=True, people=("Ada", "Grace")), "on air, Ada, Grace", "on air, 2 in"),
    ],
)
def test_people_are_named_or_counted(air: Air, named: str, counted: str) -> None:
    assert (air.text(names=True), air.text(names=False)) == (named, counted)


def test_how_much_is_played_is_said_from_before_the_beginning() -> None:
    assert moment(-3).elapsed() == "begins in 3 s"
    assert moment(20).elapsed() == "20 s of about 47 s"


def test_a_call_is_said_with_what_it_sets() -> None:
    body = {"live_stream_on_start": True, "status": "ACTIVE"}
    assert said(call(NOON, "PATCH", body=body)) == f"PATCH /meetings/{ROOM[:8]} 200  flag on, ACTIVE"
    assert said(call(NOON, "POST", "new", 201)) == "POST /meetings 201"


def test_the_report_says_how_each_ended_and_what_proves_that_it_is_off() -> None:
    found = report(right(SHOW))
    (ending,), (proof,) = found.endings(), found.proofs()
    assert ending.right
    assert (ending.key, ending.opened, ending.live_for, ending.stopped, ending.ended_as) == (
        SHOW.key,
        "+0.10 s",
        "21.0 s",
        "+0.10 s",
        "ended",
    )
    assert (proof.key, proof.meeting, proof.on_air) == (SHOW.key, "INACTIVE, flag off", False)
    assert proof.reads.endswith(": none (404)")
    assert found.summary() == "Everything ended as it should, and nothing is on air."
    assert found.counted() == Counted(changing=4, reads=3)


def test_the_report_says_what_did_not_happen() -> None:
    found = report(replace(right(SHOW), calls=(), history=(), row=None))
    (ending,), (proof,) = found.endings(), found.proofs()
    assert (ending.right, ending.opened, ending.live_for, ending.stopped) == (
        False,
        "never",
        "never",
        "never",
    )
    assert ending.ended_as == "unknown, not ended"
    assert proof.reads == "missing"
    assert found.summary() == f"Not as it should be: {SHOW.key}."


def test_what_is_on_air_in_the_end_is_not_well() -> None:
    rooms = tuple(replace(each, on_air=True) for each in right(SHOW).rooms)
    found = report(replace(right(SHOW), rooms=rooms))
    assert (found.is_well, found.proofs()[0].on_air) == (False, True)


def test_every_part_that_goes_right_is_well() -> None:
    found = report(*map(right, PARTS))
    assert found.is_well
    assert len(found.endings()) == len(found.proofs()) == len(PARTS)


def test_a_live_time_is_said_in_seconds() -> None:
    verdict = replace(judged(right(SHOW)), live_for=timedelta(seconds=1.26))
    assert Report([right(SHOW)], [verdict]).endings()[0].live_for == "1.3 s"
