"""The report on the channels for alerts: once to each, kept while one fails, told as a kind of its own."""

import json
from dataclasses import replace
from datetime import timedelta

from jobs.conditions import Condition, Severity
from tests.support.clock import NOON
from tests.support.subjects import broadcast
from tests.unit.alerting.test_courier import CRITICAL, WARNING, People, World
from worker.alerting.deliveries import OWED_AT_MOST
from worker.alerting.report_notice import KEY, ReportNotice

REPORT = ReportNotice(
    due_at=NOON, heading="report: as planned", words="1 of 1", fields={"since": NOON, "is_clean": True}
)
NEXT = replace(REPORT, due_at=NOON + timedelta(days=1))


async def test_it_reaches_every_channel_once_and_nothing_is_left() -> None:
    world = World(People("1"), People("2"))
    world.deliveries.take_once(REPORT)
    assert world.deliveries.reached_nobody(KEY)
    await world.after(3600, step=10)
    assert [each.others for each in world.people] == [[REPORT], [REPORT]]
    assert [each.owed for each in world.deliveries.rounds] == [{}, {}]
    assert not world.deliveries.reached_nobody(KEY)


async def test_it_wakes_the_courier_and_is_tried_again_where_it_failed() -> None:
    world = World(People("1"), People("2", fails=True))
    assert not world.deliveries.something_is_owed.is_set()
    world.deliveries.take_once(REPORT)
    assert world.deliveries.something_is_owed.is_set()
    await world.after(100)
    assert not world.deliveries.reached_nobody(KEY)
    assert world.people[1].others == []
    world.people[1].fails = False
    await world.after(100)
    assert [each.others for each in world.people] == [[REPORT], [REPORT]]


async def test_one_that_could_not_be_delivered_gives_way_to_the_next() -> None:
    world = World(People(fails=True))
    world.deliveries.take_once(REPORT)
    await world.after(100)
    assert world.deliveries.reached_nobody(KEY)
    world.deliveries.take_once(NEXT)
    world.people[0].fails = False
    await world.after(100)
    assert world.people[0].others == [NEXT]


async def test_it_keeps_its_place_among_too_many_alerts() -> None:
    world = World(People(hangs=True))
    world.deliveries.take_once(REPORT)
    for number in range(OWED_AT_MOST + 50):
        world.alerts.tell(broadcast(f"show {number}"), [WARNING])
    assert KEY in world.deliveries.rounds[0].owed


async def test_alerts_beside_it_are_told_as_ever() -> None:
    world = World()
    world.deliveries.take_once(REPORT)
    world.alerts.tell(broadcast("show"), [CRITICAL, Condition("late", Severity.WARNING, "late", "Look.")])
    await world.after(5)
    assert sorted(world.people[0].told()) == ["raised late", "raised not_off"]


def test_a_webhook_is_told_its_fields_and_that_it_is_no_alert() -> None:
    told = json.loads(REPORT.body("camp", NOON))
    assert (told["version"], told["state"], told["key"], told["title"]) == (1, "report", "report", "report")
    assert (told["text"], told["since"], told["is_clean"]) == ("1 of 1", "2026-12-01T12:00:00Z", True)
    assert (told["installation"], told["due_at"]) == ("camp", NOON.isoformat())
    assert told["id"] == REPORT.id != NEXT.id
    assert "severity" not in told
