"""A create whose answer was not heard: what it made is found and adopted, or made once more."""

from datetime import timedelta

from jobs.model import Outcome
from jobs.run.decision import Create
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import AIRED, START, seconds, states, webinar


def test_a_create_that_took_effect_unheard_is_adopted_and_not_repeated() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.UNKNOWN})
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    assert len(life.provider.created) == 1
    assert states(life) == AIRED


def test_a_create_that_came_to_nothing_is_repeated_only_after_thirty_seconds_of_searching() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.PENDING})
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    creates = [at for at, call, _ in life.calls if isinstance(call, Create)]
    assert len(creates) == 2
    assert creates[1] - creates[0] >= seconds(30)
    assert states(life) == AIRED


def test_searches_that_are_not_answered_settle_nothing() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.PENDING})
    life.blind = (START - timedelta(hours=2), START - timedelta(minutes=20))
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    creates = [at for at, call, _ in life.calls if isinstance(call, Create)]
    assert creates[1] >= START - timedelta(minutes=20) + seconds(30)
