"""A clock that is set back: nothing airs twice, and what was missed may still air."""

from dataclasses import replace
from datetime import datetime, timedelta

from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import AIRED, START, lived, seconds, states, webinar


def set_back(life: Timeline, to: datetime) -> None:
    """Set the clock as a worker sees it: what was read is forgotten, what is recorded as later is now."""
    life.now, life.seen = to, NOTHING_SEEN
    life.run = replace(life.run, entered_at=min(to, life.run.entered_at))


def test_what_has_aired_does_not_air_again_when_the_clock_is_set_back() -> None:
    life = lived(webinar(), (10, "join"))
    set_back(life, START - timedelta(minutes=10))
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life) == list(AIRED)


def test_what_was_missed_may_still_air_when_the_clock_is_set_back() -> None:
    life = lived(webinar())
    set_back(life, START - timedelta(minutes=10))
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life)[-1] is State.ENDED


def test_what_is_stopped_on_air_by_a_clock_set_back_does_not_begin_again() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START + seconds(1))
    set_back(life, START - timedelta(minutes=20))
    life.go_until(START - timedelta(minutes=15), ((START - timedelta(minutes=19), "join"),))
    life.run = replace(life.run, stop_asked_at=life.now)
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life) == list(AIRED)
