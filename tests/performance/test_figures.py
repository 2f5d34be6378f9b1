import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.performance.figures import (
    Lateness,
    Spread,
    allowed_lateness,
    busiest,
    cpu_until,
    lateness,
    percentile,
    ratio,
    spread,
)
from tests.performance.proc import Sample, cpu_of
from tests.performance.tally import Tally, most_within

SECONDS = st.lists(st.floats(0, 1e6), min_size=1)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    hundred = [float(each) for each in range(1, 101)]
    assert [percentile(hundred, part) for part in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert percentile([7.0], 0.5) == 7
    assert math.isnan(percentile([], 0.5))


@given(SECONDS, st.floats(0, 1))
def test_a_percentile_is_exceeded_by_no_more_than_the_rest(values: list[float], part: float) -> None:
    found = percentile(values, part)
    assert found in values
    assert sum(each > found for each in values) <= (1 - part) * len(values) + 1e-6


def test_lateness_counts_from_the_instant_that_was_scheduled() -> None:
    assert lateness([10.5, 11.0, 10.1], due_at=10.0) == Lateness(0.5, 1.0, 1.0)


def test_the_spread_of_three_runs_is_their_least_middle_and_most() -> None:
    assert spread([3.0, 1.0, 9.0]) == Spread(1.0, 3.0, 9.0)


def test_a_ratio_to_nothing_is_no_number() -> None:
    assert ratio(6, 2) == 3
    assert math.isnan(ratio(6, 0))


def test_the_last_of_a_burst_may_wait_for_those_under_way() -> None:
    assert allowed_lateness(1000, 0.1, 24) == pytest.approx(4.883, abs=0.001)


def test_cpu_time_is_even_between_two_samples() -> None:
    samples = [Sample(10, 1.0, 5), Sample(12, 2.0, 5)]
    assert [cpu_until(samples, at) for at in (9, 11, 12, 13)] == [0.0, 1.5, 2.0, 2.0]


def test_the_busiest_second_is_not_diluted_by_the_quiet_ones() -> None:
    samples = [Sample(at / 5, min(max(at - 20, 0), 5) / 5, 1) for at in range(50)]
    assert busiest(samples) == pytest.approx(1.0)
    assert busiest(samples[:3]) == 0.0


def test_cpu_time_is_read_behind_any_name() -> None:
    stat = "7 (a) b 1 (2) S " + " ".join(["0"] * 10) + " 250 50 " + " ".join(["0"] * 30)
    assert cpu_of(stat) == 3.0


@given(st.lists(st.floats(0, 1000)), st.floats(0.1, 500))
def test_the_worst_window_is_the_worst_of_all(arrivals: list[float], window: float) -> None:
    ordered = sorted(arrivals)
    by_hand = [sum(end - window < at <= end for at in ordered) for end in ordered]
    assert most_within(ordered, window) == max(by_hand, default=0)


def test_a_call_has_left_the_window_once_that_has_passed() -> None:
    assert most_within([0.0, 300.0], 300.0) == 1
    assert most_within([0.1, 300.0], 300.0) == 2


def test_one_call_too_many_has_all_refused_for_a_while() -> None:
    tally = Tally(limit=2)
    assert [tally.admit("GET /meetings", at) for at in (0, 1, 2, 301, 302, 303)] == [
        *(True, True, False, False, True, True),
    ]
    assert tally.pause(303) == 0
    assert (tally.refused, tally.worst()) == (2, 3)
