"""A provider that refuses, fails, is slow or says nothing that can be read."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import GoLive, Host, Kind, Window
from jobs.run.decision import Start, Stop
from jobs.run.lifecycle import State
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import AIRED, START, lived, seconds, states, webinar


@given(
    st.integers(0, 10**6),
    st.sampled_from(GoLive),
    st.sampled_from([Kind.ADD_HOST, Kind.EDIT, Kind.BACKSTAGE, Kind.SHUT]),
)
def test_what_is_refused_again_and_again_delays_neither_the_opening_nor_the_end(
    number: int, go_live: GoLive, refused: Kind
) -> None:
    """Its back-off, drawn from the id, is of that call alone."""
    wanted = webinar(
        id=f"webinar-{number}",
        window=Window(START, START + timedelta(minutes=8)),
        prepare=timedelta(minutes=20),
        go_live=go_live,
        hosts=(Host("studio", "Studio", "presenter"),),
    )
    life = lived(wanted, (20, "join"), refuses=frozenset({refused}), title="as somebody else named it")
    opened_at = next(at for at, call, _ in life.calls if call.kind is Kind.OPEN)
    stopped_at = next(at for at, call, _ in life.calls if isinstance(call, Stop))
    assert START <= opened_at <= START + seconds(1)
    assert timedelta(0) <= stopped_at - wanted.window.ends_at <= seconds(1)


def test_a_failing_exporter_is_restarted_three_times_at_most_and_then_told() -> None:
    life = lived(webinar(), (10, "join"), errors_to_come=99)
    in_window = [c for at, c, _ in life.calls if at < webinar().window.ends_at]
    assert sum(isinstance(call, Stop) for call in in_window) == 3
    assert "restarts_failed" in life.told
    assert states(life)[-1] is State.MISSED


def test_a_failing_exporter_that_recovers_goes_live() -> None:
    life = lived(webinar(), (10, "join"), errors_to_come=2)
    assert states(life) == AIRED


def test_a_slow_provider_is_not_started_twice() -> None:
    life = lived(webinar(), (10, "join"), to_live=150.0)
    assert states(life) == AIRED
    assert not any(isinstance(call, Start) for _, call, _ in life.calls)
    assert "no_picture" in life.told


def test_a_stop_that_is_ignored_is_repeated_and_then_everybody_is_sent_out() -> None:
    life = lived(webinar(), (10, "join"), stops_to_ignore=99)
    kinds = [call.kind for _, call, _ in life.calls]
    assert kinds.count(Kind.STOP) == 2
    assert Kind.KICK_ALL in kinds
    assert "not_off" in life.told
    assert states(life)[-1] is State.ENDED


def test_an_unreadable_provider_proves_nothing() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    end = webinar().window.ends_at
    life.blind = (end, end + timedelta(minutes=5))
    life.go_until(end + timedelta(minutes=4), ((START + seconds(10), "join"),))
    assert states(life)[-1] is State.STOPPING
    life.go_until(end + timedelta(minutes=8))
    assert states(life)[-1] is State.ENDED


def test_a_meeting_that_is_gone_twice_is_off() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START + seconds(300), ((START + seconds(10), "join"),))
    life.provider.gone = True
    life.go_until(webinar().window.ends_at + timedelta(minutes=2))
    assert states(life)[-1] is State.ENDED
