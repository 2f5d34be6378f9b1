"""A text that changes while its condition holds: when it is told again."""

from dataclasses import replace

from jobs.conditions import Condition, Severity, suspended
from tests.support.clock import HandClock
from tests.support.outbox import Taking
from tests.unit.alerting.rows import DARK, LATE, SHOW, CountingRows
from worker.alerting.alerts import Alerts
from worker.alerting.told import STANDS_FOR

OTHER_FAULT = replace(DARK, text="the stream failed")


class Telling:
    """A worker that tells of a show, and whoever hears of it."""

    def __init__(self) -> None:
        self.rows, self.clock, self.outbox = CountingRows(), HandClock(), Taking()
        self.alerts = Alerts(self.rows, self.clock, self.outbox)

    async def tells(self, condition: Condition, seconds: float = 0) -> None:
        """Say what holds, and let time pass in which nobody says it again."""
        self.alerts.tell(SHOW, [condition])
        self.clock.move(seconds)
        await self.alerts.tell_changes()
        await self.alerts.write()

    def heard(self) -> list[str]:
        return [each.text for each in self.outbox.taken]


async def test_a_second_fault_under_one_condition_is_told_once_it_has_stood_for_a_minute() -> None:
    world = Telling()
    await world.tells(DARK)
    await world.tells(OTHER_FAULT, STANDS_FOR - 1)
    assert world.heard() == [DARK.text]
    await world.tells(OTHER_FAULT, 1)
    assert world.heard() == [DARK.text, OTHER_FAULT.text]
    assert [each.text for each in await world.rows.open_alerts()] == [OTHER_FAULT.text]
    first, second = world.outbox.taken
    assert (first.id, first.state, first.changed_at) == (second.id, second.state, None)
    assert second.changed_at == world.clock.now()


async def test_numbers_that_count_up_are_no_news_and_the_causes_of_a_condition_are() -> None:
    world = Telling()
    await world.tells(replace(DARK, text="nothing is LIVE for 12 s"))
    await world.tells(replace(DARK, text="nothing is LIVE for 1,250.5 s"), 10 * STANDS_FOR)
    assert len(world.heard()) == 1
    world = Telling()
    await world.tells(replace(DARK, text="show-1 is in the way", cause="show-1"))
    await world.tells(replace(DARK, text="show-2 is in the way", cause="show-2"), STANDS_FOR)
    assert len(world.heard()) == 2


async def test_another_status_is_told_after_a_minute_and_another_number_of_a_request_never() -> None:
    world = Telling()
    for number in range(60):
        await world.tells(suspended(f"FaultyError: 502 bad gateway (request {number}-FRA)"), STANDS_FOR)
    assert len(world.heard()) == 1
    world.alerts = Alerts(world.rows, world.clock, world.outbox)
    await world.alerts.take_over(lambda _: True)
    await world.tells(suspended("FaultyError: 502 bad gateway (request a1-AMS)"), STANDS_FOR)
    assert len(set(world.heard())) == 1
    await world.tells(suspended("FaultyError: 503 bad gateway (request a1-AMS)"), STANDS_FOR)
    await world.tells(suspended("FaultyError: 503 bad gateway (request a2-AMS)"), STANDS_FOR)
    assert len(set(world.heard())) == 2
    assert ["503" in each.text for each in await world.rows.open_alerts()] == [True]


async def test_texts_that_come_and_go_are_told_ever_more_rarely() -> None:
    world = Telling()
    for number in range(3600):
        await world.tells(OTHER_FAULT if number % 2 else DARK, 1)
    assert world.heard() == [DARK.text]
    world = Telling()
    for number in range(36):
        await world.tells(OTHER_FAULT if number % 2 else DARK, 100 * STANDS_FOR)
    assert len(world.heard()) == 36
    world = Telling()
    for number in range(60):
        await world.tells(OTHER_FAULT if number % 2 else DARK, STANDS_FOR)
    assert len(world.heard()) == 2


async def test_what_becomes_critical_is_told_at_once() -> None:
    world = Telling()
    await world.tells(LATE)
    await world.tells(replace(LATE, severity=Severity.CRITICAL, text="worse"))
    assert world.heard() == [LATE.text, "worse"]
    assert [each.severity for each in await world.rows.open_alerts()] == ["critical"]


async def test_a_worker_that_takes_over_tells_no_old_text_anew() -> None:
    world = Telling()
    await world.tells(replace(DARK, cause="why"))
    second = Alerts(world.rows, world.clock, world.outbox)
    await second.take_over(lambda _: True)
    world.alerts = second
    await world.tells(replace(DARK, cause="why"), 2 * STANDS_FOR)
    assert "change show/no_picture" not in world.rows.written
