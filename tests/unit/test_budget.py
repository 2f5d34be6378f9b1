"""The sliding count: never over the quota in any window, stops last to wait."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.budget import Budget, spent, wait_for
from jobs.decision import Urgency

SMALL = Budget(calls=20, window_seconds=10.0, kept_for_stops=5)
ROUNDING = 1e-6


@given(
    st.lists(
        st.tuples(st.floats(min_value=0, max_value=2), st.sampled_from([Urgency.STOP, Urgency.WATCH_LIVE])),
        max_size=120,
    ),
)
def test_no_window_ever_holds_more_than_the_quota(arrivals: list[tuple[float, Urgency]]) -> None:
    now, sent = 0.0, list[float]()
    for gap, urgency in arrivals:
        now += gap
        now += wait_for(sent, urgency, now, SMALL) + ROUNDING
        assert wait_for(sent, urgency, now, SMALL) == 0
        sent.append(now)
        assert spent(sent, now, SMALL) <= SMALL.limit(urgency)


def test_a_stop_leaves_when_everything_else_has_to_wait() -> None:
    sent = [0.0] * SMALL.limit(Urgency.WATCH_LIVE)
    assert wait_for(sent, Urgency.WATCH_LIVE, 1.0, SMALL) == 9.0
    assert wait_for(sent, Urgency.STOP, 1.0, SMALL) == 0.0


def test_even_a_stop_waits_when_the_provider_would_refuse_it() -> None:
    sent = [0.0] * SMALL.calls
    assert wait_for(sent, Urgency.STOP, 4.0, SMALL) == 6.0


def test_calls_are_kept_for_stops_in_a_small_quota_too() -> None:
    tiny = Budget(calls=8)
    assert tiny.limit(Urgency.GO_LIVE) == 6
    assert tiny.limit(Urgency.STOP) == 8


def test_connections_are_kept_for_stops() -> None:
    budget = Budget()
    assert budget.connections(Urgency.STOP) - budget.connections(Urgency.KICK_ALL) == 8
