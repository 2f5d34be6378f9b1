"""How a quota is shared out: what is kept for stops, and what each urgency may take at most."""

import pytest

from jobs.quota.budget import FURTHEST_APART, Budget, spacing
from jobs.run.decision import Urgency


def test_calls_are_kept_for_stops_in_a_small_quota_too() -> None:
    assert Budget().kept == 300
    assert Budget(calls=8).kept == 2


def test_a_first_stop_may_take_everything_and_every_other_call_has_a_ceiling_below() -> None:
    budget = Budget()
    assert budget.ceiling(Urgency.STOP) == 1200
    for urgency in Urgency:
        if urgency is not Urgency.STOP:
            assert 0 < budget.ceiling(urgency) < 900


def test_in_the_smallest_quota_everything_may_leave_once() -> None:
    assert all(Budget(calls=1, kept_for_stops=0).ceiling(urgency) == 1 for urgency in Urgency)


def test_connections_are_kept_for_stops() -> None:
    budget = Budget()
    assert budget.connections(Urgency.STOP) - budget.connections(Urgency.KICK_ALL) == 8


@pytest.mark.parametrize(
    ("calls", "room", "seconds"), [(3, 900, 2.0), (9, 600, 9.0), (12, 0, FURTHEST_APART)]
)
def test_a_list_is_read_further_apart_the_more_it_costs_and_the_less_is_left(
    calls: int, room: int, seconds: float
) -> None:
    assert spacing(calls, room, Budget()) == seconds
