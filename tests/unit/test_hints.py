"""What the provider says by itself wakes, and does nothing else."""

from datetime import timedelta

import pytest

from tests.support.clock import HandClock
from worker.hints import QUIET_AFTER, Hint, Hints, Reception

RUNS = {"m-1": "show"}
STREAMS = {"s-1": "show"}


class Heard:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.woken: list[str] = []
        self.hints = Hints(RUNS.get, self.woken.append, self.clock, STREAMS.get)

    def hear(self, meeting_id: str | None, stream_id: str | None = None) -> Reception:
        return self.hints.heard(Hint("main", "meeting.started", meeting_id, stream_id))


@pytest.mark.parametrize(
    ("meeting_id", "stream_id"), [("m-1", None), ("m-1", "other"), (None, "s-1"), ("other", "s-1")]
)
def test_a_hint_wakes_the_run_that_it_is_about(meeting_id: str | None, stream_id: str | None) -> None:
    heard = Heard()
    assert heard.hear(meeting_id, stream_id) is Reception.TAKEN
    assert heard.woken == ["show"]


@pytest.mark.parametrize(("meeting_id", "stream_id"), [("other", None), (None, "other"), (None, None)])
def test_a_hint_of_a_meeting_that_is_not_ours_wakes_nothing_and_is_no_sign_of_life(
    meeting_id: str | None, stream_id: str | None
) -> None:
    heard = Heard()
    assert heard.hear(meeting_id, stream_id) is Reception.FOREIGN
    assert heard.woken == []
    assert not heard.hints.alive("main")


def test_an_account_is_alive_for_ten_minutes_after_it_was_heard_and_no_other_account_is() -> None:
    heard = Heard()
    assert not heard.hints.alive("main")
    heard.hear("m-1")
    heard.clock.move(QUIET_AFTER)
    assert heard.hints.alive("main")
    assert not heard.hints.alive("other")
    heard.clock.move(1)
    assert not heard.hints.alive("main")


def test_a_wall_clock_that_steps_makes_nobody_alive_or_silent() -> None:
    heard = Heard()
    heard.hear("m-1")
    heard.clock.step(timedelta(hours=2).total_seconds())
    assert heard.hints.alive("main")
