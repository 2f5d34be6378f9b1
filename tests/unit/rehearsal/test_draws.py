"""Who comes when, and what goes wrong, follow from the seed alone."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast
from tests.support.clock import NOON
from tests.unit.rehearsal.known import broadcast
from worker.rehearsal.cast import EARLY, Level, cast, is_late
from worker.rehearsal.faults import APART, WRONG_FOR, Mishap, faults

WEEK = [broadcast(f"show@{n}", NOON + timedelta(hours=20 * n), timedelta(hours=2)) for n in range(8)]
SEEDS = st.integers(0, 10_000)


def test_without_faults_every_host_is_early_and_stays_to_the_end() -> None:
    for each in WEEK:
        (visit,) = cast(WEEK, Level.NONE, 3)[each.id]
        assert visit.comes_at == each.window.starts_at - EARLY
        assert visit.leaves_at > each.window.ends_at
    assert faults(WEEK, Level.NONE, 3) == ()


@given(SEEDS, st.sampled_from(Level))
def test_the_same_seed_draws_the_same(seed: int, level: Level) -> None:
    assert cast(WEEK, level, seed) == cast(WEEK[::-1], level, seed)
    assert faults(WEEK, level, seed) == faults(WEEK, level, seed)


@given(SEEDS)
def test_typically_somebody_comes_within_the_first_quarter_and_nothing_is_away_for_long(seed: int) -> None:
    for each in WEEK:
        (visit,) = cast(WEEK, Level.TYPICAL, seed)[each.id]
        assert visit.comes_at <= each.window.starts_at + each.window.length / 4
    drawn = faults(WEEK, Level.TYPICAL, seed)
    assert {each.kind for each in drawn} <= {Mishap.DROP, Mishap.SLOW, Mishap.ERRORS}
    assert all(each.lasts <= timedelta(minutes=1) for each in drawn)


@given(SEEDS)
def test_a_clock_is_set_wrong_far_from_every_start_and_end(seed: int) -> None:
    beside = [
        broadcast(f"short@{n}", NOON + timedelta(hours=10 * n), timedelta(minutes=15)) for n in range(16)
    ]
    for each in faults([*WEEK, *beside], Level.HARSH, seed):
        if each.kind is Mishap.CLOCK:
            assert all(apart(each.at, other) > APART + WRONG_FOR for other in [*WEEK, *beside])


@given(SEEDS)
def test_the_visits_of_a_host_do_not_overlap(seed: int) -> None:
    for each in WEEK:
        visits = cast(WEEK, Level.HARSH, seed)[each.id]
        assert all(visit.comes_at < visit.leaves_at for visit in visits)
        assert list(visits) == sorted(visits, key=lambda visit: visit.comes_at)
        assert all(a.leaves_at < b.comes_at for a, b in pairwise(visits))


def test_over_many_seeds_everything_happens_that_can() -> None:
    drawn = [faults(WEEK, Level.HARSH, seed) for seed in range(40)]
    assert {each.kind for those in drawn for each in those} == set(Mishap)
    casts = [cast(WEEK, Level.HARSH, seed) for seed in range(40)]
    assert any(not visits for each in casts for visits in each.values())
    assert any(is_late(show, each[show.id]) for each in casts for show in WEEK)
    assert any(len(visits) > 1 for each in casts for visits in each.values())


def apart(at: datetime, other: Broadcast) -> timedelta:
    window = other.window
    return min(abs(at - each) for each in (window.starts_at, window.ends_at))
