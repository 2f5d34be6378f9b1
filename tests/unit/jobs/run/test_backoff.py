"""Pauses: ever longer, capped, spread, and the same whenever they are worked out again."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Attempt, Kind, Outcome, Room, Run
from jobs.policy import Policy
from jobs.run.backoff import after_failures, after_tries, fraction, patience, pause, trailing_failures
from jobs.run.lifecycle import State
from tests.support.clock import NOON

POLICY = Policy()
SEEDS = [f"show-{number}" for number in range(50)]


def run_with(*outcomes: Outcome) -> Run:
    tries = tuple(
        Attempt(kind=Kind.STOP, began_at=NOON + timedelta(seconds=second), outcome=outcome)
        for second, outcome in enumerate(outcomes)
    )
    room = Room(key="show", account="default", marker="")
    return Run(id="show", state=State.STOPPING, room=room, entered_at=NOON, attempts=tries)


@given(st.integers(1, 10**6), st.text())
def test_no_pause_is_shorter_than_the_least_or_longer_than_the_cap(tries: int, seed: str) -> None:
    assert POLICY.backoff_first / 2 <= pause(tries, seed, POLICY) <= POLICY.backoff_most
    assert POLICY.shows_within < patience(tries, seed, POLICY) <= POLICY.backoff_most


@given(st.integers(1, 30), st.text())
def test_the_same_pause_is_found_again(tries: int, seed: str) -> None:
    assert pause(tries, seed, POLICY) == pause(tries, seed, POLICY)
    assert 0 <= fraction(seed) < 1


def test_what_failed_together_does_not_come_back_together() -> None:
    """Full jitter: fifty of them fill the span, and no tenth of it holds a fifth of them."""
    drawn = sorted(pause(5, seed, POLICY) for seed in SEEDS)
    assert drawn[-1] - drawn[0] > 0.8 * POLICY.backoff_most
    tenths = [int(each / POLICY.backoff_most * 10) for each in drawn]
    assert max(map(tenths.count, tenths)) < len(SEEDS) / 5


def test_pauses_grow_on_the_whole() -> None:
    means = [sum((pause(n, seed, POLICY) for seed in SEEDS), timedelta()) / len(SEEDS) for n in range(1, 6)]
    assert means == sorted(means)
    assert means[-1] > 5 * means[0]


def test_only_what_failed_at_last_is_waited_for() -> None:
    failed, done = Outcome.UNKNOWN, Outcome.DONE
    assert trailing_failures(run_with(failed, done, failed, failed).attempts) == 2
    assert after_failures(run_with(), Kind.STOP, NOON, POLICY) is None
    assert after_failures(run_with(failed, done), Kind.STOP, NOON, POLICY) is None
    at = after_failures(run_with(done, failed), Kind.STOP, NOON, POLICY)
    assert at
    assert NOON + timedelta(seconds=1) < at <= NOON + timedelta(seconds=1) + POLICY.backoff_first


def test_what_was_done_and_took_no_effect_is_watched_before_it_is_done_again() -> None:
    assert after_tries(run_with(), Kind.STOP, NOON, POLICY) is None
    at = after_tries(run_with(Outcome.DONE), Kind.STOP, NOON, POLICY)
    assert at
    assert at > NOON + POLICY.shows_within


def test_what_waited_in_vain_for_its_turn_has_waited_already() -> None:
    tried = Attempt(kind=Kind.CLOSE, began_at=NOON, answered_at=NOON + timedelta(seconds=10))
    for outcome, since in [(Outcome.NOT_SENT, tried.began_at), (Outcome.REFUSED, tried.answered_at)]:
        run = replace(run_with(), attempts=(replace(tried, outcome=outcome),))
        assert since
        assert after_failures(run, Kind.CLOSE, NOON, POLICY) == since + pause(1, "show close", POLICY)
