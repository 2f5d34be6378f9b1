"""The report's figures, and its words."""

import json
from bisect import bisect_left
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.support.clock import NOON
from tests.unit.rehearsal.known import airing, broadcast, known, report, seconds, told, well
from worker.cli.output import json_document
from worker.rehearsal import wording
from worker.rehearsal.cast import Level
from worker.rehearsal.faults import Fault, Mishap
from worker.rehearsal.record import Calls
from worker.rehearsal.report import WINDOW, used
from worker.rehearsal.screen import Screen

INSTANTS = st.lists(st.integers(0, 3000).map(lambda n: NOON + seconds(n)), max_size=60).map(sorted)


def screen(*arguments: object, width: int = 160, **options: object) -> str:
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as captured:
        console.print(Screen(report(*arguments, **options)))  # type: ignore[arg-type]  # What a report takes.
    return captured.get()


@given(INSTANTS)
def test_the_peak_is_the_most_calls_of_any_five_minutes(at: list[datetime]) -> None:
    found = used(Calls("default", ("default",), 1200, at))
    assert found.calls == len(at)
    assert found.peak == max((sum(a <= b < a + WINDOW for b in at) for a in at), default=0)
    if found.peak_at:
        assert bisect_left(at, found.peak_at + WINDOW) - bisect_left(at, found.peak_at) == found.peak


def test_late_counts_from_the_start_and_off_from_the_end() -> None:
    (line,) = report(known(airing(21, 3700), alerts=[told("not_off", 3615)])).lines
    assert (line.late, line.off_late) == (seconds(21), seconds(100))


def test_what_never_was_on_air_is_neither_late_nor_off() -> None:
    (line,) = report(known(comes=None)).lines
    assert (line.late, line.off_late) == (None, None)


def test_minutes_count_from_the_start_of_each_stream_and_cost_what_is_set() -> None:
    found = report(known(airing(15, 600), airing(675, 3600)))
    assert found.streamed_minutes == 10 + 49
    assert str(found.cost) == "0.59"


def test_the_json_has_every_broadcast_and_is_json() -> None:
    fault = Fault(NOON, Mishap.DOWN, timedelta(minutes=2), "a")
    found = report(well("a"), known(of=broadcast("b"), comes=None), faults=[fault], level=Level.TYPICAL)
    read = json.loads(json_document(found.as_json()))
    assert [each["id"] for each in read["broadcasts"]] == ["a", "b"]
    assert read["broadcasts"][0] | {"late_s": 20.0, "off_late_s": 5.0, "gaps": []} == read["broadcasts"][0]
    assert read["sound"] is False
    assert read["quotas"][0]["peak_share"] == 0.25
    assert read["faults"][0]["text"] == "the provider cannot be reached for 2m"
    assert read["findings"][0]["weight"] == "problem"


def test_the_table_says_of_each_when_it_was_on_and_off_by_the_zones_clock() -> None:
    shown = screen(well("a"), known(comes=None, of=broadcast("b")), zone="Europe/Berlin")
    assert "Tue 01 Dec 13:00-14:00" in shown
    assert "13:00:20 +20s" in shown
    assert "14:00:05 +5s" in shown
    assert "b: it never aired: no host came" in shown
    assert "quota default: 600 calls, at most 300 in 5 min (25% of 1,200)" in shown
    assert "1 problem: see above." in shown


def test_what_is_the_same_of_several_is_said_once() -> None:
    missing = [known(comes=None, of=broadcast(name)) for name in "abc"]
    (said,) = wording.said(report(*missing))
    assert said.text.startswith("a and 2 more: it never aired")


def test_a_title_or_an_alert_does_not_draw_on_the_terminal() -> None:
    console = Console(width=200, no_color=True)
    bad = told("blind\x1b[31m", 60, about="clock")
    with console.capture() as captured:
        console.print(Screen(report(well("a"), others=[bad])))
    assert "\x1b" not in captured.get()


def test_on_a_narrow_terminal_no_row_of_the_table_runs_over() -> None:
    shown = screen(well("a-broadcast-with-a-long-name@2026-12-01"), width=60)
    table = shown.splitlines()[2:4]
    assert all(len(line) <= 60 for line in table)


def test_the_sentences_of_the_verdict_differ() -> None:
    nobody, silent = known(comes=None), known(airing(20, 3700))
    found = [
        wording.verdict(report(well())),
        wording.verdict(report(nobody)),
        wording.verdict(report(nobody, level=Level.HARSH)),
        wording.verdict(report(silent)),
    ]
    assert all(before != after for before, after in pairwise(found))
    assert "1 law of cuelight broken" in found[-1]
