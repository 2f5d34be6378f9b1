"""What the quota will not carry is foreseen: just as the quota itself has it, played second by second."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, GoLive, Window
from jobs.policy import Policy
from jobs.quota.budget import Budget
from jobs.quota.count import Due, Quota
from jobs.quota.demand import of_life
from jobs.quota.forecast import IN_TIME, PRESSING, Shortage, forecast
from jobs.quota.foreseen import MOST_TOLD, Quotas, foresee, remarks
from jobs.quota.turns import waits
from jobs.run.decision import Urgency
from tests.support.clock import NOON

SMALL = Budget(calls=40, window_seconds=10.0, kept_for_stops=10)
TINY = Budget(calls=6, window_seconds=30.0, kept_for_stops=1)
LONG_BEFORE = NOON - timedelta(days=30)

Calls = Sequence[tuple[int, Urgency, int]]
"""Each the second in which it falls due, its urgency, and how many."""
Left = tuple[Urgency, int, int]
"""An urgency, when it fell due, when it left."""


def played(dues: Calls, budget: Budget) -> list[Left]:
    """Play the quota itself, each second: all is known from the start, and nothing passes what waits."""
    quota, left = Quota(budget), list[Left]()
    queue = dict(enumerate(sorted((urgency, at) for at, urgency, calls in dues for _ in range(calls))))
    for number, (urgency, at) in queue.items():
        quota.expect(str(number), (Due(float(at), urgency),))
    now = min((at for at, _, _ in dues), default=0)
    while queue:
        for number, (urgency, at) in list(queue.items()):
            if at > now:
                continue
            if quota.room(urgency, float(now)) <= 0:
                break
            quota.let_out(urgency)
            quota.answered(urgency, float(now))
            quota.expect(str(number), ())
            left.append((*queue.pop(number), now))
        now += 1
    return left


def foreseen(dues: Calls, budget: Budget) -> list[Left]:
    """Return what is foreseen to wait."""
    counts = defaultdict[int, list[int]](lambda: [0] * len(Urgency))
    for at, urgency, calls in dues:
        counts[at][urgency] += calls
    found = waits(counts, budget)
    return sorted((each.urgency, each.due, each.left) for each in found for _ in range(each.calls))


def calls(most: int) -> st.SearchStrategy[Calls]:
    each = st.tuples(st.integers(0, 80), st.sampled_from(Urgency), st.integers(1, most))
    return st.lists(each, max_size=25)


@pytest.mark.parametrize("budget", [SMALL, TINY, Budget(calls=3, window_seconds=7.0)])
@given(data=st.data())
def test_what_is_foreseen_to_wait_waits_as_long_and_nothing_else_does(
    budget: Budget, data: st.DataObject
) -> None:
    dues = data.draw(calls(budget.calls))
    assert foreseen(dues, budget) == sorted(each for each in played(dues, budget) if each[1] < each[2])


def test_what_left_late_stands_in_the_way_of_what_would_have_had_room() -> None:
    """27 may open in 10 s: of 40 that are due at once 13 open 10 s later, and leave room for 14 more."""
    dues = [(0, Urgency.GO_LIVE, 40), (15, Urgency.GO_LIVE, 20)]
    late = [(Urgency.GO_LIVE, 0, 10)] * 13 + [(Urgency.GO_LIVE, 15, 20)] * 6
    assert foreseen(dues, SMALL) == late == [each for each in played(dues, SMALL) if each[1] < each[2]]


def show(number: int, starts: float, minutes: float = 60, **changes: object) -> Broadcast:
    """Return a broadcast that starts so many seconds after noon."""
    starts_at = NOON + timedelta(seconds=starts)
    window = Window(starts_at, starts_at + timedelta(minutes=minutes))
    return Broadcast(id=f"show-{number:05}", title="Show", window=window, **changes)  # type: ignore[arg-type]


@given(
    st.lists(
        st.builds(
            show,
            number=st.integers(0, 10**4),
            starts=st.integers(0, 200),
            minutes=st.sampled_from([0.5, 1, 2]),
            go_live=st.sampled_from(GoLive),
            doors=st.just(timedelta(seconds=40)),
            prepare=st.just(timedelta(minutes=2)),
            end_session=st.booleans(),
        ),
        max_size=30,
        unique_by=lambda each: each.id,
    )
)
def test_a_minute_is_reported_if_and_only_if_something_in_it_is_late_when_the_quota_is_played(
    shows: list[Broadcast],
) -> None:
    dues = [
        (int(each.at.timestamp()), each.urgency, each.calls)
        for wanted in shows
        for each in of_life(wanted, Policy())
    ]
    late = [
        each
        for each in played(dues, TINY)
        if each[0] in PRESSING and each[2] - each[1] > IN_TIME.total_seconds()
    ]
    found = forecast(shows, TINY, LONG_BEFORE)
    assert {minute for each in found for minute in minutes(each)} == {due // 60 for _, due, _ in late}
    for each in found:
        for crowd in each.crowds:
            own = [one for one in late if one[0] is crowd.urgency and one[1] // 60 in minutes(each)]
            due = [n for at, urgency, n in dues if urgency is crowd.urgency and at // 60 in minutes(each)]
            assert (crowd.due, crowd.carried) == (sum(due), sum(due) - len(own))
            assert crowd.late.total_seconds() == max(left - at for _, at, left in own)
            assert crowd.last_at.timestamp() == max(left for *_, left in own)


def minutes(found: Shortage) -> range:
    return range(int(found.begins_at.timestamp()) // 60, int(found.ends_at.timestamp()) // 60)


def at_once(count: int, first: int = 0, starts: float = 0, **changes: object) -> list[Broadcast]:
    return [show(first + number, starts, **changes) for number in range(count)]  # type: ignore[arg-type]


def told(
    shows: Iterable[Broadcast], quotas: Quotas | None = None, since: datetime = LONG_BEFORE
) -> list[str]:
    return [str(each) for each in foresee(shows, quotas or Quotas(), since)]


def test_a_thousand_that_start_at_once_are_told_with_what_is_carried_and_how_late_the_last_is() -> None:
    opening, closing = told(at_once(1000))
    assert opening == (
        "2026-12-01 12:00Z to 12:01Z: 1,000 openings are due, the quota allows 810; "
        "the last opens about 5 min late (quota default, 1,200 calls in 5 min)"
    )
    assert "13:00Z to 13:01Z: 2,000 closings and proofs are due, the quota allows 200;" in closing


def test_as_many_as_the_quota_carries_are_not_told() -> None:
    """900 calls are not kept for stops; 300 that end at once need no more than that."""
    assert told(at_once(300)) == []


def test_neighbouring_minutes_are_one_finding_and_others_are_their_own() -> None:
    shows = [each for n in range(3) for each in at_once(900, 900 * n, 60.0 * n, minutes=600)]
    shows += at_once(900, 2700, 7200, minutes=600)
    starts = [each.shortage for each in foresee(shows, Quotas(), LONG_BEFORE)][:2]
    assert [(each.begins_at.hour, each.ends_at - each.begins_at) for each in starts] == [
        (12, timedelta(minutes=3)),
        (14, timedelta(minutes=1)),
    ]
    assert len(starts[0].ids) == 2700


def test_what_fell_due_already_is_not_told_but_counts_against_what_comes() -> None:
    shows = [*at_once(800, minutes=600), *at_once(800, 800, 120, minutes=600)]
    now = NOON + timedelta(seconds=60)
    assert told(at_once(2000, minutes=600), since=now)[0].startswith("2026-12-01 22:00Z")
    assert told(shows[800:], since=now)[0].startswith("2026-12-01 22:02Z")
    assert "12:02Z to 12:03Z: 800 openings are due, the quota allows 10;" in told(shows, since=now)[0]


def test_each_quota_group_carries_its_own_and_accounts_of_one_share_it() -> None:
    shows = [*at_once(500, minutes=600, account="a"), *at_once(500, 500, minutes=600, account="b")]
    assert not any("12:00Z" in each for each in told(shows))
    shared = Quotas({"a": "both", "b": "both"}, {"both": Budget(calls=1200)})
    assert "quota both" in told(shows, shared)[0]
    granted = Quotas({"a": "both", "b": "both"}, {"both": Budget(calls=6000)})
    assert told(shows, granted) == []


def test_a_remark_names_the_first_that_it_concerns_and_the_last_one_tells_the_cure() -> None:
    found = remarks(at_once(1000), Quotas(), LONG_BEFORE)
    assert [each.id for each in found] == ["show-00000"] * 3
    assert found[0].text.startswith("with 999 more, 2026-12-01 12:00Z")
    assert found[-1].text.startswith("Spread the starts")


def test_of_many_remarks_the_first_are_told_and_the_rest_is_counted() -> None:
    often = [each for n in range(12) for each in at_once(1000, 1000 * n, 3600 * n, minutes=30)]
    found = remarks(often, Quotas(), LONG_BEFORE)
    assert len(found) == MOST_TOLD + 1
    assert "is the first of 14 more" in found[-1].text


def test_ten_thousand_broadcasts_one_each_minute_are_all_carried() -> None:
    assert forecast([show(n, 60.0 * n) for n in range(10_000)], Budget(), LONG_BEFORE) == ()
