"""Laws of the decision core over whole lives, with any luck."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.model import GoLive, Outcome
from jobs.run.lifecycle import MOVES, OVER, State
from jobs.run.observations import StreamStatus
from tests.support.timeline import Timeline, TinyProvider
from tests.unit.jobs.run.lives import ON, START, lived, seconds, states, webinar

MOMENTS = st.integers(min_value=-1800, max_value=1900)
EVENTS = st.lists(st.tuples(MOMENTS, st.sampled_from(["join", "leave_all", "drop"])), max_size=6)
FAULTS = st.dictionaries(
    st.integers(min_value=0, max_value=12),
    st.sampled_from([Outcome.UNKNOWN, Outcome.PENDING, Outcome.NOT_SENT, Outcome.REFUSED]),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(GoLive),
    events=EVENTS,
    faults=FAULTS,
    to_live=st.floats(min_value=1, max_value=250),
    errors=st.integers(min_value=0, max_value=5),
    ignored=st.integers(min_value=0, max_value=4),
    begin=st.integers(min_value=-4000, max_value=1700),
    emptied=st.booleans(),
)
def test_whatever_happens_it_keeps_to_the_table_is_dark_before_the_start_and_ends(
    mode: GoLive,
    events: list[tuple[int, str]],
    faults: dict[int, Outcome],
    to_live: float,
    errors: int,
    ignored: int,
    begin: int,
    emptied: bool,  # noqa: FBT001  Hypothesis hands it over by name.
) -> None:
    broadcast = webinar(go_live=mode, end_session=emptied)
    provider = TinyProvider(to_live=to_live, errors_to_come=errors, stops_to_ignore=ignored)
    life = Timeline(broadcast, START + seconds(begin), provider, faults=faults)
    happening = tuple((START + seconds(at), what) for at, what in events)
    life.go_until(broadcast.window.ends_at + timedelta(minutes=15), happening)

    path = [State.PLANNED, *states(life)]
    assert all(after in MOVES[before] for before, after in pairwise(path))
    assert all(at >= START for at, status in provider.on_air if status in ON)
    assert life.run.state in OVER
    assert provider.status not in ON
    assert life.run.room.held_by is None
    assert len(provider.created) <= 1 or any(fault is Outcome.UNKNOWN for fault in faults.values())
    if life.run.off_at:
        assert not provider.active
        assert not provider.flag


@settings(max_examples=50, deadline=None)
@given(
    to_live=st.floats(min_value=1, max_value=170), mode=st.sampled_from(GoLive), joins=st.integers(-600, 1500)
)
def test_a_provider_however_slow_is_started_at_most_once(to_live: float, mode: GoLive, joins: int) -> None:
    life = lived(webinar(go_live=mode), (joins, "join"), (joins + 40, "join"), to_live=to_live)
    invoked = [at for at, status in life.provider.on_air if status is StreamStatus.INVOKED]
    assert len(invoked) <= 1
