"""Events reach every address at least once, in order, from the one worker whose turn it is."""

import asyncio
import itertools
from datetime import timedelta

from tests.support.clock import NOON
from tests.support.event_journal import PostOffice, Receiver, Rows
from worker.alerting.posting import Posted
from worker.engine.event_delivery import AT_ONCE, GIVEN_UP_AFTER
from worker.engine.event_endpoint import BACKOFF_MOST, SKIP_TOLD_FOR, TOLD_AFTER, UNWRITTEN_AT_MOST, key_of

NO = Posted("answered 500")
GONE = Posted("answered 410", is_gone=True)
LIFE = ("planned", "ready", "starting", "live", "stopping", "ended")
TYPES = [f"broadcast.{state}" for state in LIFE]


def lives(office: PostOffice) -> None:
    for state in LIFE:
        office.rows.happens("move", state, office.clock.now())
        office.rows.happens("attempt", at=office.clock.now())


async def test_what_happens_is_posted_in_order_and_once() -> None:
    office = PostOffice()
    await office.looks()
    lives(office)
    await office.looks(5)
    assert office.receivers[0].types() == TYPES
    assert len(set(office.receivers[0].ids())) == len(TYPES)


async def test_a_new_address_is_told_nothing_of_what_was_before_it() -> None:
    office = PostOffice()
    lives(office)
    await office.looks(3)
    assert office.receivers[0].tried == []
    office.rows.happens("order", at=office.clock.now())
    await office.looks()
    assert office.receivers[0].types() == ["broadcast.order"]


async def test_what_happened_between_its_first_look_and_a_crash_is_posted_by_the_next_worker() -> None:
    office = PostOffice()
    await office.looks()
    lives(office)
    office.delivery = office.another()
    await office.looks(2)
    assert office.receivers[0].types() == TYPES


async def test_a_refused_event_is_tried_again_under_the_same_id_before_any_later_one() -> None:
    receiver = Receiver(says=[NO, NO])
    office = PostOffice(receiver)
    await office.looks()
    lives(office)
    await office.looks(10)
    assert receiver.types() == TYPES
    assert len(set(receiver.tried[:3])) == 1
    assert receiver.tried[2:] == receiver.ids()


async def test_another_worker_goes_on_where_it_was_left_and_repeats_no_more_than_was_not_written() -> None:
    receiver = Receiver()
    office = PostOffice(receiver)
    await office.looks()
    lives(office)
    await office.looks(2)
    office.take_over(2)
    office.delivery = office.another()
    office.rows.happens("order", at=office.clock.now())
    await office.looks(2)
    assert receiver.types() == [*TYPES, "broadcast.order"]
    assert len(set(receiver.tried)) == len(receiver.tried)


async def test_who_does_not_hold_the_lease_neither_asks_nor_posts() -> None:
    office = PostOffice()
    office.leases.release()
    lives(office)
    await office.looks(3)
    assert (office.rows.asked, office.receivers[0].tried) == ([], [])


async def test_who_loses_the_lease_posts_nothing_more_and_moves_no_position() -> None:
    receiver = Receiver()
    office = PostOffice(receiver)
    await office.looks()
    kept = dict(office.rows.positions)

    async def lost() -> None:
        office.leases.release()

    receiver.before_answer = lost
    lives(office)
    await office.looks(3)
    assert len(receiver.tried) == 1
    assert office.rows.positions == kept


async def test_a_position_of_another_term_is_read_anew() -> None:
    office = PostOffice()
    await office.looks()
    lives(office)
    await office.looks(2)
    office.rows.positions["key-1"] = 2
    office.take_over(3)
    await office.looks(2)
    assert office.receivers[0].types() == [*TYPES, *TYPES[1:]]
    assert len(set(office.receivers[0].ids())) == len(TYPES)


async def test_an_address_that_hangs_or_fails_holds_up_no_other_and_no_look() -> None:
    hangs, fails, works = Receiver(), Receiver(always=NO), Receiver()
    hangs.before_answer = asyncio.Event().wait
    office = PostOffice(hangs, fails, works)
    await office.looks()
    lives(office)
    await office.looks(3)
    assert (len(hangs.tried), works.types()) == (1, TYPES)
    await office.delivery.close()


async def test_whoever_leaves_waits_for_no_receiver_and_the_next_one_posts_it_again() -> None:
    receiver = Receiver()
    receiver.before_answer = asyncio.Event().wait
    office = PostOffice(receiver)
    await office.looks()
    lives(office)
    await office.looks()
    await asyncio.wait_for(office.delivery.close(), 1)
    receiver.before_answer = None
    office.delivery = office.another()
    await office.looks(2)
    assert receiver.types() == TYPES
    assert receiver.tried[0] == receiver.ids()[0]


async def test_it_is_tried_again_ever_later_and_once_a_minute_at_last() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(receiver)
    await office.looks()
    lives(office)
    times = []
    for second in range(600):
        before = len(receiver.tried)
        await office.looks()
        times += [second] * (len(receiver.tried) - before)
    between = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert between[:5] == [1, 2, 4, 8, 16]
    assert set(between[7:]) == {BACKOFF_MOST}


def told(office: PostOffice) -> list[str]:
    return office.alerts.open()


async def test_it_is_told_after_three_minutes_and_taken_back_when_something_arrives() -> None:
    receiver = Receiver(always=NO)
    office = PostOffice(Receiver(), receiver)
    await office.looks()
    lives(office)
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
    lives(office)
    await office.looks(int(TOLD_AFTER) + 2)
    office.delivery = office.another()
    await office.looks(5)
    assert told(office) == ["webhook/1/webhook_undelivered"]


async def test_what_was_told_of_an_address_that_is_set_no_more_is_taken_back() -> None:
    office = PostOffice(Receiver(always=NO))
    await office.looks()
    lives(office)
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
    lives(office)
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
    lives(office)
    await office.looks(300)
    assert len(receiver.tried) == 1
    assert told(office) == ["webhook/1/webhook_gone"]
    office.take_over(2)
    await office.looks(5)
    assert len(receiver.tried) == 1
    office.delivery = office.another()
    await office.looks(5)
    assert (receiver.types(), told(office)) == (TYPES, [])


async def test_a_database_that_is_away_costs_nothing_but_time() -> None:
    office = PostOffice()
    await office.looks()
    lives(office)
    office.rows.is_away = True
    await office.looks(5)
    office.rows.is_away = False
    await office.looks(2)
    assert office.receivers[0].types() == TYPES


async def test_a_quiet_second_costs_one_statement() -> None:
    office = PostOffice()
    lives(office)
    await office.looks(2)
    office.rows.asked.clear()
    await office.looks(60)
    assert office.rows.asked == ["last"] * 60


async def test_an_event_costs_a_statement_to_read_it_and_one_write_and_others_cost_no_write() -> None:
    office = PostOffice()
    await office.looks()
    office.rows.asked.clear()
    office.rows.happens("move", "live", office.clock.now())
    await office.looks()
    assert office.rows.asked == ["last", "events", "keep"]
    office.rows.asked.clear()
    office.rows.happens("attempt", at=office.clock.now())
    await office.looks()
    assert office.rows.asked == ["last", "events"]


async def test_a_long_stretch_of_other_rows_is_not_read_again_by_the_next_worker() -> None:
    office = PostOffice()
    await office.looks()
    for _ in range(UNWRITTEN_AT_MOST + AT_ONCE):
        office.rows.happens("attempt", at=office.clock.now())
    await office.looks(10)
    assert office.rows.positions["key-1"] >= UNWRITTEN_AT_MOST


async def test_a_long_backlog_is_written_down_on_the_way() -> None:
    receiver = Receiver()
    office = PostOffice(receiver)

    async def a_while() -> None:
        office.clock.move(0.5)

    receiver.before_answer = a_while
    await office.looks()
    lives(office)
    office.rows.asked.clear()
    await office.looks()
    assert office.rows.asked.count("keep") == len(LIFE) // 2
    assert receiver.types() == TYPES


async def test_a_journal_of_which_nothing_was_left_is_followed_from_its_new_beginning() -> None:
    office = PostOffice()
    await office.looks()
    lives(office)
    await office.looks(2)
    office.rows.written.clear()
    office.rows.happens("order", at=office.clock.now())
    await office.looks(2)
    assert office.receivers[0].types() == [*TYPES, "broadcast.order"]
    assert office.rows.positions["key-1"] == 1


async def test_a_number_that_was_read_before_others_were_posted_begins_nothing_anew() -> None:
    receiver = Receiver()
    office = PostOffice(receiver)
    await office.looks()
    office.rows.happens("order", at=office.clock.now())
    await office.looks()
    newest = office.rows.last_event

    async def slow() -> int:
        found = await newest()
        office.rows.happens("order", at=office.clock.now())
        endpoint = office.delivery.endpoints[0]
        assert office.delivery._fence
        await office.delivery._deliver(endpoint, office.delivery._fence)
        return found

    office.rows.last_event = slow  # type: ignore[method-assign]
    await office.looks()
    office.rows.last_event = newest  # type: ignore[method-assign]
    await office.looks(3)
    assert len(receiver.tried) == len(set(receiver.tried)) == 2


async def test_an_address_is_known_by_what_does_not_tell_it() -> None:
    url = "https://example.org/hooks/canary-path"
    assert key_of(url) == key_of(url) != key_of(f"{url}2")
    assert len(key_of(url)) == 16
    assert "canary" not in key_of(url)


async def test_the_rows_are_told_in_the_name_of_the_term_alone() -> None:
    rows = Rows(terms={2})
    office = PostOffice(rows=rows)
    rows.happens("order", at=NOON)
    await office.looks(3)
    assert (rows.positions, office.receivers[0].tried) == ({}, [])
