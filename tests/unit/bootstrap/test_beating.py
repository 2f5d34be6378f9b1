"""When the heart beats: with every pass, but while a report should have reached somebody and has not."""

import pytest

from tests.unit.process.test_morning_report import SEVEN, World
from worker.bootstrap.build import _beat
from worker.process.heartbeat import Heartbeat
from worker.process.morning_report import OVERDUE_AFTER


class Counting(Heartbeat):
    """Counts instead of pinging."""

    def __init__(self) -> None:
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1


@pytest.mark.parametrize("fails", [False, True])
async def test_it_is_withheld_while_a_report_is_overdue_and_goes_on_when_somebody_has_it(
    *, fails: bool
) -> None:
    world, heart = World(SEVEN), Counting()
    beat = _beat(heart, world.worker)
    world.people.fails = fails
    await world.look()
    world.clock.move(OVERDUE_AFTER)
    beat()
    assert heart.beats == (0 if fails else 1)
    world.people.fails = False
    await world.look()
    beat()
    assert heart.beats == (1 if fails else 2)


def test_without_a_report_it_beats_with_every_pass_and_without_a_heart_nothing_does() -> None:
    heart = Counting()
    _beat(heart, None)()
    assert heart.beats == 1
    _beat(None, None)()
