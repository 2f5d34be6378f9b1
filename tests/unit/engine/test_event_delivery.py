"""Events reach every address at least once, in order, from the one worker whose turn it is."""

import asyncio
from datetime import datetime

from tests.support.clock import NOON
from tests.support.event_journal import LIFE, TYPES, PostOffice, Receiver, Rows
from worker.alerting.posting import Posted
from worker.engine.event_delivery import AT_ONCE
from worker.engine.event_endpoint import UNWRITTEN_AT_MOST
from worker.store.records import Event

NO = Posted("answered 500")


async def test_what_happens_is_posted_in_order_and_once() -> None:
    office = PostOffice()
    await office.looks()
    office.lives()
    await office.looks(5)
    assert office.receivers[0].types() == TYPES
    assert len(set(office.receivers[0].ids())) == len(TYPES)


async def test_a_new_address_is_told_nothing_of_what_was_before_it() -> None:
    office = PostOffice()
    office.lives()
    await office.looks(3)
    assert office.receivers[0].tried == []
    office.rows.happens("order", at=office.clock.now())
    await office.looks()
    assert office.receivers[0].types() == ["broadcast.order"]


async def test_what_happened_between_its_first_look_and_a_crash_is_posted_by_the_next_worker() -> None:
    office = PostOffice()
    await office.looks()
    office.lives()
    office.delivery = office.another()
    await office.looks(2)
    assert office.receivers[0].types() == TYPES


async def test_a_refused_event_is_tried_again_under_the_same_id_before_any_later_one() -> None:
    receiver = Receiver(says=[NO, NO])
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks(10)
    assert receiver.types() == TYPES
    assert len(set(receiver.tried[:3])) == 1
    assert receiver.tried[2:] == receiver.ids()


async def test_another_worker_goes_on_where_it_was_left_and_repeats_no_more_than_was_not_written() -> None:
    receiver = Receiver()
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
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
    office.lives()
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
    office.lives()
    await office.looks(3)
    assert len(receiver.tried) == 1
    assert office.rows.positions == kept


async def test_who_lost_the_lease_while_the_journal_was_read_posts_nothing_of_it() -> None:
    office = PostOffice()
    await office.looks()
    read = office.rows.events

    async def read_for_long(after: int, most: int, settled: datetime) -> list[Event]:
        office.leases.release()
        return await read(after, most, settled)

    office.rows.events = read_for_long  # type: ignore[method-assign]
    office.lives()
    await office.looks(3)
    assert office.receivers[0].tried == []


async def test_a_position_of_another_term_is_read_anew() -> None:
    office = PostOffice()
    await office.looks()
    office.lives()
    await office.looks(2)
    office.rows.positions["key-1"] = 2
    office.take_over(3)
    await office.looks(2)
    assert office.receivers[0].types() == [*TYPES, *TYPES[1:]]
    assert len(set(office.receivers[0].ids())) == len(TYPES)


async def test_an_answer_of_an_earlier_term_moves_nothing_back_that_another_worker_did() -> None:
    receiver, answered = Receiver(), asyncio.Event()
    receiver.before_answer = answered.wait
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks()
    office.rows.positions["key-1"] = office.rows.written[-1].seq
    office.take_over(3)
    await office.looks()
    answered.set()
    await office.looks(3)
    office.rows.happens("order", at=office.clock.now())
    await office.looks(3)
    assert receiver.types() == [TYPES[0], "broadcast.order"]


async def test_an_address_that_hangs_or_fails_holds_up_no_other_and_no_look() -> None:
    hangs, fails, works = Receiver(), Receiver(always=NO), Receiver()
    hangs.before_answer = asyncio.Event().wait
    office = PostOffice(hangs, fails, works)
    await office.looks()
    office.lives()
    await office.looks(3)
    assert (len(hangs.tried), works.types()) == (1, TYPES)
    await office.delivery.close()


async def test_whoever_leaves_waits_for_no_receiver_and_the_next_one_posts_it_again() -> None:
    receiver = Receiver()
    receiver.before_answer = asyncio.Event().wait
    office = PostOffice(receiver)
    await office.looks()
    office.lives()
    await office.looks()
    await asyncio.wait_for(office.delivery.close(), 1)
    receiver.before_answer = None
    office.delivery = office.another()
    await office.looks(2)
    assert receiver.types() == TYPES
    assert receiver.tried[0] == receiver.ids()[0]


async def test_a_database_that_is_away_costs_nothing_but_time() -> None:
    office = PostOffice()
    await office.looks()
    office.lives()
    office.rows.is_away = True
    await office.looks(5)
    office.rows.is_away = False
    await office.looks(2)
    assert office.receivers[0].types() == TYPES


async def test_a_quiet_second_costs_one_statement() -> None:
    office = PostOffice()
    office.lives()
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
    office.lives()
    office.rows.asked.clear()
    await office.looks()
    assert office.rows.asked.count("keep") == len(LIFE) // 2
    assert receiver.types() == TYPES


async def test_a_journal_of_which_nothing_was_left_is_followed_from_its_new_beginning() -> None:
    office = PostOffice()
    await office.looks()
    office.lives()
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


async def test_the_rows_are_told_in_the_name_of_the_term_alone() -> None:
    rows = Rows(terms={2})
    office = PostOffice(rows=rows)
    rows.happens("order", at=NOON)
    await office.looks(3)
    assert (rows.positions, office.receivers[0].tried) == ({}, [])
