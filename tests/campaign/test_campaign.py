"""A slice of the campaign, its replay, its crash points, and bugs that it has to catch."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.campaign.bugs import BUGS, Bug, worlds_needed
from tests.campaign.chance import Faults
from tests.campaign.crashes import died, quiet_life, single
from tests.campaign.drawn import scenario
from tests.campaign.laws import LAWS, breaches
from tests.campaign.scenario import Event
from tests.campaign.shrink import shrunk
from tests.campaign.told import timeline
from tests.campaign.truth import Truth
from tests.campaign.verdict import again, of_crash, of_life, of_seed
from tests.campaign.world import lived
from tests.campaign.world.happenings import HAPPENINGS, TROUBLE

README = Path(__file__).parents[2] / "README.md"
SLICE = (0, 2, 4, 5, 7, 10)
JUDGED_WRONG = (83, 160, 255)
"""Worlds of which the judge was wrong: closed once more when looked back at; an end moved by rule after the
clock was set back over the whole show; an end that nobody saw pass."""
EACH_NTH_CRASH = 20
CAUGHT = (
    "a call that was not answered is sent again",
    "the backstage streams",
    "nobody is told of what was missed",
    "the flag is forgotten",
    "moves are not journalled",
    "a restart passes for the end",
    "the cap is ignored",
    "who is in unknown is taken for people",
    "nobody asks who needs the room",
)
"""Bugs that are planted in every run of the tests; `make bugs` plants them all."""
CAUGHT_WITHIN = 8
"""Worlds in which each of them has to break its law."""


@pytest.mark.long
@pytest.mark.parametrize("seed", [*SLICE, *JUDGED_WRONG])
def test_no_law_is_broken(seed: int) -> None:
    assert of_seed(seed).breaches == ()


@pytest.mark.long
@pytest.mark.parametrize("at_start", [False, True])
def test_a_worker_may_die_at_any_call_and_any_commit(*, at_start: bool) -> None:
    quiet = quiet_life(at_start=at_start)
    points = list(single(quiet))
    assert len(points) > 60
    for point in points[::EACH_NTH_CRASH]:
        verdict = of_crash(quiet, point)
        assert (verdict.breaches, verdict.counts["ended"]) == ((), 1), verdict.name


@pytest.mark.parametrize("bug", [bug for bug in BUGS.values() if bug.life])
def test_a_life_made_for_a_bug_breaks_no_law_without_it(bug: Bug) -> None:
    assert bug.life
    assert of_life(bug.name, bug.life).breaches == ()


def test_a_worker_that_is_to_die_dies() -> None:
    quiet = quiet_life(at_start=False)
    point = frozenset({"crash after effect POST /meetings #1"})
    assert [life.is_dead for life in died(quiet, point).lives] == [True, True]


@pytest.mark.long
def test_the_same_seed_is_the_same_world() -> None:
    assert of_seed(5).digest == again(5).digest
    assert of_seed(5).digest != of_seed(6).digest


@pytest.mark.parametrize("name", CAUGHT)
def test_a_planted_bug_is_caught(name: str) -> None:
    assert worlds_needed(BUGS[name], CAUGHT_WITHIN)


@pytest.mark.long
def test_what_breaks_a_law_is_shrunk_to_what_it_takes() -> None:
    with BUGS["the backstage streams"].planted():
        whole = scenario(0)
        world = shrunk(whole, "not_before_its_start")
        told = timeline(world)
    assert len(world.wanted) == 1 < len(whole.shows)
    assert "broken:\n  not_before_its_start" in told


def test_a_fault_that_is_kept_back_leaves_the_others_where_they_were() -> None:
    every, some = Faults(1, {"lost": 0.5}), Faults(1, {"lost": 0.5}, kept_back=frozenset({"lost b #1"}))
    for _ in range(20):
        for place in "ab":
            every.befall("lost", place)
            some.befall("lost", place)
    assert set(every.befallen) - set(some.befallen) <= {"lost b #1"}
    assert set(some.befallen) <= set(every.befallen)


def test_each_planted_bug_names_a_law_and_there_are_enough_of_them() -> None:
    assert len(BUGS) >= 30
    assert {bug.law for bug in BUGS.values()} <= set(LAWS)


def test_each_trouble_is_something_that_can_happen() -> None:
    assert {trouble.kind for trouble in TROUBLE} <= set(HAPPENINGS)


def test_the_readme_lists_the_laws_as_they_are_checked() -> None:
    chapter = README.read_text().partition("### The laws that are checked")[2].partition("\n## ")[0]
    listed = re.findall(r"^- \*\*(\w+)\*\* (.+)$", chapter, re.MULTILINE)
    said = [(name, " ".join((check.__doc__ or "").split())) for name, check in LAWS.items()]
    assert listed == said


def test_a_database_that_stays_away_is_told_while_it_is() -> None:
    quiet = quiet_life(at_start=False)
    come, leave = quiet.events
    world = lived(replace(quiet, events=(come, Event(80, "db_gone", "b0", 45), leave)))
    (told,) = [each for each in Truth(world).told if each.key == "database/database_away"]
    assert 110 <= told.at < 116
    assert 125 <= told.resolved_at < 130


def test_a_world_without_faults_leaves_nothing_to_judge() -> None:
    quiet = quiet_life(at_start=True)
    assert breaches(Truth(died(quiet, frozenset()))) == []
