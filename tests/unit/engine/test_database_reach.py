"""Whether the database answers, and who is told when it does not."""

from collections.abc import Sequence

from structlog.testing import capture_logs

from jobs.conditions import Condition
from tests.support.clock import HandClock
from worker.engine.database_reach import TOLD_AFTER, DatabaseCall, DatabaseReach


class World:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.told: list[list[str]] = []
        self.reach = DatabaseReach(self.clock, self._hear)

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


def test_one_that_is_read_and_takes_no_write_is_told_and_is_not_there() -> None:
    world = World()
    for _ in range(int(TOLD_AFTER) // 5 + 1):
        world.reach.answered()
        world.reach.silent("locked", DatabaseCall.WRITE)
        world.clock.move(5)
    assert world.told[-1] == ["database_away"]
    assert world.reach.is_read
    assert not world.reach.is_there
    world.reach.answered()
    assert world.told[-1] == ["database_away"], "a look that is answered does not take it back"
    world.reach.answered(DatabaseCall.WRITE)
    assert world.told[-1] == []
    assert world.reach.is_there


def test_of_an_hour_without_it_the_log_has_a_line_a_minute_and_one_at_its_end() -> None:
    world = World()
    with capture_logs() as lines:
        for _ in range(3600):
            world.reach.silent("locked")
            world.clock.move(1)
        world.reach.answered()
    assert len(lines) == 61
    assert lines[-1]["event"] == "database_back"
