"""Whether the database answers, and who is told when it does not."""

from collections.abc import Sequence

from jobs.alarms import Condition
from tests.support.clock import HandClock
from worker.reach import TOLD_AFTER, Reach


class World:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.told: list[list[str]] = []
        self.reach = Reach(self.clock, self._hear)

    def _hear(self, conditions: Sequence[Condition]) -> None:
        self.told.append([each.name for each in conditions])


def test_a_database_that_stays_silent_is_told() -> None:
    world = World()
    world.reach.silent("locked")
    world.clock.move(TOLD_AFTER - 1)
    world.reach.silent("locked")
    assert world.told == []
    world.clock.move(1)
    world.reach.silent("locked")
    assert world.told == [["database_away"]]
    assert not world.reach.is_there


def test_one_that_answers_in_between_is_not() -> None:
    world = World()
    for _ in range(5):
        world.reach.silent("locked")
        world.clock.move(TOLD_AFTER - 1)
        world.reach.answered()
        world.clock.move(TOLD_AFTER)
    assert world.told == [[]] * 5
    assert world.reach.is_there
