"""An address that takes nothing: when it is tried again, what is told of it, and when it is given up."""

import itertools
from datetime import timedelta

from tests.support.event_journal import TYPES, PostOffice, Receiver
from worker.alerting.posting import Posted
from worker.engine.event_delivery import GIVEN_UP_AFTER
from worker.engine.event_endpoint import BACKOFF_MOST, SKIP_TOLD_FOR, TOLD_AFTER, key_of

NO = Posted("answered 500")
GONE = Posted("answered 410", is_gone=True)


def told(office: PostOffice) -> list[str]:
    return office.alerts.open()


async def test_it_is_tried_again_ever_later_and_once_a_minute_at_last() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    times = []
    for second in range(600):
        before = len(receiver.tried)
        await office.looks()
        times += [second] * (len(receiver.tried) - before)
    between = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert between[:5] == [1, 2, 4, 8, 16]
    assert set(between[7:]) == {BACKOFF_MOST}


async def test_a_receiver_that_asks_for_a_pause_has_it() -> None:
    receiver = Receiver(says=[Posted("answered 429", again_after=90.0)])
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks(90)
    assert len(receiver.tried) == 1
    await office.looks(2)
    assert receiver.types() == TYPES


async def test_it_is_told_after_three_minutes_and_taken_back_when_something_arrives() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(Receiver(), receiver)
    await office.looks()
    office.lives()
    await office.looks(int(TOLD_AFTER) - 1)
    assert told(office) == []
    await office.looks(3)
    assert told(office) == ["webhook/2/webhook_undelivered"]
    (condition,) = office.alerts.holding()
    assert condition.text == "events cannot be delivered to webhook 2: answered 500"
    receiver.always = Posted()
    await office.looks(int(BACKOFF_MOST) + 1)
    assert (told(office), receiver.types()) == ([], TYPES)


async def test_who_begins_takes_nothing_back_that_may_go_on() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks(int(TOLD_AFTER) + 2)
    office.delivery = office.another()
    await office.looks(5)
    assert told(office) == ["webhook/1/webhook_undelivered"]


async def test_what_was_told_of_an_address_that_is_set_no_more_is_taken_back() -> None:
    office = PostOffice(Receiver(always=NO))
    await office.looks()
    office.lives()
    await office.looks(int(TOLD_AFTER) + 2)
    asked = len(office.rows.asked)
    office.delivery = office.another([])
    await office.looks()
    assert told(office) == []
    assert len(office.rows.asked) == asked


async def test_what_waits_for_a_day_is_given_up_and_told_with_what_it_was() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks(24 * 60, seconds=60)
    office.rows.happens("order", at=office.clock.now())
    assert told(office) == ["webhook/1/webhook_undelivered"]
    receiver.always = Posted()
    await office.looks(2, seconds=120)
    assert receiver.types() == []
    assert sorted(told(office)) == ["webhook/1/webhook_events_skipped", "webhook/1/webhook_undelivered"]
    text = next(each.text for each in office.alerts.holding() if "skipped" in each.name)
    assert text == "webhook 1 was not told of events 1 to 13: they waited for more than 24 h"
    assert office.rows.positions["key-1"] == 13
    office.rows.happens("move", "planned", office.clock.now())
    await office.looks(2)
    assert receiver.types() == ["broadcast.planned"]
    assert told(office) == ["webhook/1/webhook_events_skipped"]
    await office.looks(2, seconds=SKIP_TOLD_FOR)
    assert told(office) == []


async def test_what_is_just_not_a_day_old_is_still_posted() -> None:
    office = PostOffice()
    await office.looks()
    office.rows.happens("order", at=office.clock.now())
    office.clock.move(GIVEN_UP_AFTER - timedelta(seconds=1))
    await office.looks()
    assert office.receivers[0].types() == ["broadcast.order"]


async def test_an_address_that_is_gone_is_left_alone_and_that_is_told_until_a_restart() -> None:
    receiver = Receiver(says=[GONE])
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks(300)
    assert len(receiver.tried) == 1
    assert told(office) == ["webhook/1/webhook_gone"]
    office.take_over(2)
    await office.looks(5)
    assert len(receiver.tried) == 1
    office.delivery = office.another()
    await office.looks(5)
    assert (receiver.types(), told(office)) == (TYPES, [])


async def test_an_address_is_known_by_what_does_not_tell_it() -> None:
    url = "https://example.org/hooks/canary-path"
    assert key_of(url) == key_of(url) != key_of(f"{url}2")
    assert len(key_of(url)) == 16
    assert "canary" not in key_of(url)
