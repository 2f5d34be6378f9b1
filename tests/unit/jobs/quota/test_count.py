"""The sliding count that looks ahead: never over the quota, and nothing is spent that will be needed."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from jobs.quota.budget import Budget
from jobs.quota.count import Due, Quota
from jobs.run.decision import Urgency

SMALL = Budget(calls=40, window_seconds=10.0, kept_for_stops=10)
OTHERS = [each for each in Urgency if each is not Urgency.STOP]


@dataclass
class Played:
    """Calls that leave whenever they may, each answered at once."""

    quota: Quota
    now: float = 0.0
    sent: list[tuple[float, Urgency]] = field(default_factory=list)

    def send(self, urgency: Urgency, most: int = 1) -> int:
        for count in range(most):
            if self.quota.room(urgency, self.now) <= 0:
                return count
            self.quota.let_out(urgency)
            self.quota.answered(urgency, self.now)
            self.sent.append((self.now, urgency))
        return most

    def in_window(self, *urgencies: Urgency) -> int:
        since = self.now - self.quota.budget.window_seconds
        return sum(since < at and (not urgencies or urgency in urgencies) for at, urgency in self.sent)


@given(
    st.lists(
        st.tuples(st.floats(0, 2), st.sampled_from(Urgency), st.integers(1, 30)),
        max_size=60,
    )
)
def test_no_window_ever_holds_more_than_the_quota(arrivals: list[tuple[float, Urgency, int]]) -> None:
    played = Played(Quota(SMALL))
    for gap, urgency, wanted in arrivals:
        played.now += gap
        played.send(urgency, wanted)
        assert played.in_window() <= SMALL.calls
        assert played.in_window(*OTHERS) <= SMALL.calls - SMALL.kept


@given(
    ends=st.lists(st.integers(11, 40), max_size=30),
    greed=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(OTHERS), st.integers(1, 60)), min_size=10, max_size=80
    ),
)
def test_whatever_else_is_wanted_a_stop_that_is_known_to_come_never_waits(
    ends: list[int], greed: list[tuple[float, Urgency, int]]
) -> None:
    """As many as the quota carries at all."""
    played = Played(Quota(SMALL))
    coming = sorted(ends)
    for number, at in enumerate(coming):
        played.quota.expect(str(number), (Due(float(at), Urgency.STOP),))
    for gap, urgency, wanted in greed:
        played.now += gap
        while coming and coming[0] <= played.now:
            now, played.now = played.now, float(coming.pop(0))
            assert played.send(Urgency.STOP) == 1
            played.quota.expect(str(len(ends) - len(coming) - 1), ())
            played.now = now
        played.send(urgency, wanted)


@given(
    starts=st.integers(1, 27),
    greed=st.lists(
        st.tuples(
            st.floats(0, 1),
            st.sampled_from([each for each in OTHERS if each > Urgency.GO_LIVE]),
            st.integers(1, 60),
        ),
        max_size=60,
    ),
)
def test_what_starts_at_one_instant_starts_then_whatever_less_urgent_was_wanted_before(
    starts: int, greed: list[tuple[float, Urgency, int]]
) -> None:
    """27 is the ceiling of what goes live: nine tenths of thirty."""
    played = Played(Quota(SMALL))
    for number in range(starts):
        played.quota.expect(str(number), (Due(15.0, Urgency.GO_LIVE),))
    for gap, urgency, wanted in greed:
        if played.now + gap >= 15.0:
            break
        played.now += gap
        played.send(urgency, wanted)
    played.now = 15.0
    assert played.send(Urgency.GO_LIVE, starts) == starts


def test_more_than_the_quota_carries_does_not_keep_everything_out() -> None:
    played = Played(Quota(SMALL))
    for number in range(1000):
        played.quota.expect(str(number), (Due(0.0, Urgency.GO_LIVE),))
    played.now = 1.0
    assert played.send(Urgency.GO_LIVE, 1000) == SMALL.ceiling(Urgency.GO_LIVE)
    assert played.send(Urgency.WATCH_STARTING) == 1


def test_what_was_sent_counts_as_long_however_much_was_sent_before() -> None:
    """What was sent at 49 may count at the provider until it was answered, so until after 60."""
    played = Played(Quota(SMALL))
    played.quota.expect("later", (Due(60.0, Urgency.KICK_ALL, 2),))
    played.send(Urgency.KICK_ALL, 11)
    for played.now in (39.0, 49.0):
        assert played.send(Urgency.GO_LIVE, 100) == 27
    played.now = 59.0
    assert played.send(Urgency.GO_LIVE, 2) == 1


def test_of_what_is_made_all_can_be_shut_at_once() -> None:
    played = Played(Quota(SMALL))
    made = played.send(Urgency.PREPARE, 1000)
    assert made > 0
    assert played.send(Urgency.SHUT, made) == made


def test_even_a_stop_waits_when_the_provider_would_refuse_it() -> None:
    played = Played(Quota(SMALL))
    assert played.send(Urgency.STOP, 1000) == SMALL.calls
    played.now = 9.9
    assert played.send(Urgency.STOP) == 0
    played.now = 10.1
    assert played.send(Urgency.STOP, 1000) == SMALL.calls


def test_stops_that_were_sent_are_of_those_that_are_kept() -> None:
    played = Played(Quota(SMALL))
    played.send(Urgency.STOP, 10)
    assert played.quota.room(Urgency.GO_LIVE, 0.0) == SMALL.ceiling(Urgency.GO_LIVE)


def test_what_the_provider_says_is_left_counts_when_it_is_less() -> None:
    quota = Quota(SMALL)
    quota.told(7, 5.0, 0.0)
    assert quota.left(1.0) == 7
    assert quota.room(Urgency.GO_LIVE, 1.0) == 0
    assert quota.left(5.1) == 40
    quota.told(1000, 9.0, 6.0)
    assert quota.left(6.0) == 40


def test_others_who_use_the_quota_up_hold_back_no_stop() -> None:
    quota = Quota(SMALL)
    quota.told(0, 5.0, 0.0)
    assert quota.room(Urgency.STOP, 0.0) == 40


def test_what_was_given_back_counts_for_nothing() -> None:
    quota = Quota(SMALL)
    quota.let_out(Urgency.GO_LIVE)
    assert quota.used(0.0) == 1
    quota.give_back(Urgency.GO_LIVE)
    assert quota.used(0.0) == 0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.integers(0, 4),
            st.lists(st.tuples(st.floats(0, 30), st.sampled_from(Urgency), st.integers(1, 5)), max_size=4),
        ),
        max_size=40,
    )
)
def test_what_is_spoken_for_is_what_each_said_last(
    said: list[tuple[int, int, list[tuple[float, Urgency, int]]]],
) -> None:
    quota, known, now = Quota(Budget(window_seconds=1000.0)), dict[int, int](), 0.0
    for gap, owner, dues in said:
        now += gap
        quota.expect(str(owner), tuple(Due(*each) for each in dues))
        known[owner] = sum(calls for _, _, calls in dues)
        assert quota.spoken_for(now) == sum(known.values())
