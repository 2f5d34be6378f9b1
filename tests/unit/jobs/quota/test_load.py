"""What a schedule comes to: shows at once, minutes, and the busiest five minutes."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, Window
from jobs.policy import Policy
from jobs.quota.budget import Budget
from jobs.quota.demand import of_life
from jobs.quota.foreseen import Quotas
from jobs.quota.load import load
from tests.support.clock import NOON

DAY = timedelta(days=1)


def show(name: str, starts: float, minutes: float = 60, account: str = "default") -> Broadcast:
    """Return a broadcast that starts so many minutes after noon."""
    starts_at = NOON + timedelta(minutes=starts)
    window = Window(starts_at, starts_at + timedelta(minutes=minutes))
    return Broadcast(id=name, title="Show", window=window, account=account)


def test_one_that_ends_when_another_starts_is_not_on_air_with_it() -> None:
    found = load([show("a", 0), show("b", 60), show("c", 30)], Quotas(), NOON, NOON + DAY)
    assert (found.broadcasts, found.at_once, found.on_air) == (3, 2, timedelta(hours=3))


def test_minutes_are_billed_as_they_are_begun() -> None:
    assert load([show("a", 0, 10.5), show("b", 0, 10)], Quotas(), NOON, NOON + DAY).minutes == 21


def test_what_is_over_or_beyond_does_not_count() -> None:
    found = load([show("past", -60), show("beyond", 24 * 60)], Quotas(), NOON, NOON + DAY)
    assert (found.broadcasts, found.peaks) == (0, ())


def test_accounts_of_one_quota_group_have_one_peak() -> None:
    shows = [show("a", 60, account="one"), show("b", 60, account="two"), show("c", 60, account="three")]
    quotas = Quotas({"one": "both", "two": "both", "three": "own"}, {"both": Budget(calls=100)})
    found = load(shows, quotas, NOON - DAY, NOON + DAY)
    assert [(each.group, each.of) for each in found.peaks] == [("both", 100), ("own", 1200)]
    assert found.peaks[0].calls == 2 * found.peaks[1].calls


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=8))
def test_no_window_holds_more_calls_than_the_peak(drawn: list[tuple[int, int]]) -> None:
    shows = [show(f"s{n}", starts, minutes) for n, (starts, minutes) in enumerate(drawn)]
    (peak,) = load(shows, Quotas(), NOON - 2 * DAY, NOON + DAY).peaks
    dues = [each for one in shows for each in of_life(one, Policy())]

    def within(begin: datetime) -> int:
        end = begin + timedelta(seconds=Budget().window_seconds)
        return sum(each.calls for each in dues if begin <= each.at < end)

    seconds = sorted({each.at + timedelta(seconds=step) for each in dues for step in (-299, -1, 0, 1)})
    assert max(map(within, seconds)) == peak.calls == within(peak.begins_at)
