from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.performance import picture, readme, runs, table
from tests.performance.arrivals import Arrivals, parse
from tests.performance.burst import Burst
from tests.performance.examples import MACHINE, result
from tests.performance.figures import Lateness, Spread
from tests.performance.goals import goals
from tests.performance.proc import Sample
from tests.performance.result import Measured
from tests.performance.statements import Statements

BURST = Burst(url="", folder=Path(), count=2, starts_at=100.0, ends_at=130.0)
LIFE = {
    "made": 1,
    "created_at": 90.0,
    "opened_at": 100.5,
    "live_at": 106.0,
    "stopped_at": 130.2,
    "closed_at": 130.4,
    "off_at": 132.2,
}
LOST = {**LIFE, "made": 2, "created_at": 101.0, "opened_at": None, "live_at": None, "stopped_at": None}
REPORT = {
    "calls": {"PATCH /meetings/{}": 4, "POST /meetings": 3},
    "worst": 7,
    "refused": 0,
    "broadcasts": {"one": LIFE, "two": LOST},
}


def measured(arrivals: Arrivals) -> Measured:
    return Measured(
        contender="raw",
        burst=BURST,
        samples=[Sample(80, 0.0, 10), Sample(100, 0.2, 20), Sample(140, 1.0, 30)],
        provider=[],
        arrivals=arrivals,
        statements=Statements(executions=3, rows=8),
        proven_at=135.0,
        exit_code=0,
    )


def test_what_never_came_is_counted_and_not_late() -> None:
    found = measured(parse(REPORT)).result()
    assert (found.never_opened, found.never_live, found.never_stopped) == (1, 1, 0)
    assert (found.doubled, found.unready) == (1, 1)
    assert found.opening == Lateness(0.5, 0.5, 0.5)
    assert found.stop.most == pytest.approx(0.2)
    assert table.lost(found) == 2


def test_figures_are_those_of_one_broadcast() -> None:
    found = measured(parse(REPORT)).result()
    assert (found.cpu_ms, found.statements, found.rows, found.calls) == (500, 1.5, 4, 3.5)
    assert found.peak_mb == 30


def test_the_phases_add_up_to_the_whole() -> None:
    found = measured(parse(REPORT)).result()
    assert sum(found.phases_ms.values()) == pytest.approx(found.cpu_ms)
    assert found.phases_ms["begin"] == pytest.approx(50)
    assert found.phases_ms["look back"] == pytest.approx(50)


def test_every_goal_can_be_missed() -> None:
    good = [
        *(result("best", cpu_ms=31.0), result(), result("raw", 5000, cpu_ms=1.1), result(count=5000)),
        result(count=100, opening=Lateness(0.1, 0.2, 0.3), stop=Lateness(0.1, 0.2, 0.3)),
    ]
    late = Lateness(99, 99, 99)
    faults: dict[str, Any] = {"opening": late, "stop": late, "statements": 41.0, "doubled": 1}
    bad = [
        *(result("best", cpu_ms=29.0), result("raw", 5000, cpu_ms=0.9), result(**faults)),
        *(result(count=5000, cpu_ms=12.0, peak_mb=96, **faults), result(count=100, peak_mb=80, **faults)),
    ]
    met, missed = list(goals(good)), list(goals(bad))
    assert [each.text for each in met if not each.is_met] == []
    assert [each.text for each in missed if each.is_met] == []
    assert sorted(each.text for each in met) == sorted(each.text for each in missed)


def test_what_is_opened_and_never_stopped_is_lost() -> None:
    lives = {"one": LIFE, "two": {**LIFE, "stopped_at": None}}
    assert measured(parse({**REPORT, "broadcasts": lives})).result().never_stopped == 1


def test_what_is_not_known_meets_no_goal() -> None:
    killed = replace(measured(parse(REPORT)), contender="cuelight", statements=None).result()
    (statements,) = (each for each in goals([killed]) if each.text.startswith("statements"))
    assert not statements.is_met


def test_a_goal_is_told_of_only_if_both_of_its_sides_were_measured() -> None:
    assert list(goals([result("raw")])) == []


def test_the_picture_is_well_formed_and_holds_every_figure() -> None:
    drawn = picture.picture(MACHINE, [[result("raw", cpu_ms=3.25), result("best <1>"), result()]])
    root = ET.fromstring(drawn)  # noqa: S314  We wrote it.
    texts = [each.text for each in root.iter() if each.text]
    assert {"3.2 ms", "10.0 ms", "4.50 s", "best <1>", str(MACHINE)} <= set(texts)


def test_whoever_was_given_less_is_compared_by_name_and_by_cpu_time_alone() -> None:
    drawn = picture.picture(MACHINE, [[result("usual", count=100), result("usual", count=300), result()]])
    assert drawn.count("usual") == drawn.count("usual, 300") == 1


def test_no_bar_leaves_the_picture() -> None:
    drawn = picture.picture(MACHINE, [[result("raw", cpu_ms=9999), result(opening=Lateness(0, 0, 777))]])
    root = ET.fromstring(drawn)  # noqa: S314  We wrote it.
    bars = [each for each in root.iter() if each.tag.endswith("rect")]
    assert len(bars) == 6
    assert all(float(each.attrib["x"]) + float(each.attrib["width"]) < picture.WIDTH for each in bars)


def test_of_several_runs_the_middle_is_shown_with_its_spread() -> None:
    three = [[result(cpu_ms=cpu)] for cpu in (9.0, 12.0, 10.0)]
    assert runs.over(three, "cuelight", 1000, lambda each: each.cpu_ms) == Spread(9.0, 10.0, 12.0)
    ((count, name, cpu, *_),) = table.rows(three)
    assert (count, name, cpu) == ("1,000", "cuelight", "10.0 (9.0-12.0)")


def test_what_one_run_lost_is_not_hidden_by_the_others() -> None:
    three = [[result(doubled=each)] for each in (0, 4, 0)]
    ((*_, lost, _calls),) = table.rows(three)
    assert lost == "4"


def test_figures_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    whole = [[result(), result("raw")], [result()]]
    runs.save(tmp_path / "deep" / "bench.json", MACHINE, whole)
    assert runs.load(tmp_path / "deep" / "bench.json") == (MACHINE, whole)


def test_the_readme_is_rewritten_between_its_markers_alone() -> None:
    text = f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n"
    once = readme.rewritten(text, MACHINE, [[result()]])
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert "| 1,000 | cuelight | 10.0 | 1.00 | 38 |" in once
    assert readme.rewritten(once, MACHINE, [[result()]]) == once


def test_a_readme_without_markers_is_left_alone() -> None:
    with pytest.raises(readme.NoMarkersError):
        readme.rewritten("nothing here", MACHINE, [[result()]])


def test_the_readme_has_a_place_for_the_figures() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert readme.rewritten(text, MACHINE, [[result()]]) != text
